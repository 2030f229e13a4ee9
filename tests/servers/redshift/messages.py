"""Frames of the PostgreSQL protocol 3.0 (DG c_redshift-and-postgres-sql: Redshift speaks it to libpq)."""

import struct

SSL_REQUEST, GSS_REQUEST, CANCEL_REQUEST, PROTOCOL_3 = 80877103, 80877104, 80877102, 196608


class Closed(Exception):
    """The other end is gone."""


class Wire:
    """A socket on which frames are read and written."""

    def __init__(self, connection):
        self.socket = connection
        self._reader = connection.makefile("rb", buffering=1 << 16)
        self._out = bytearray()

    def read(self):
        """Returns a frame's kind and body."""
        kind = self._exactly(1)
        return kind, self._exactly(struct.unpack("!i", self._exactly(4))[0] - 4)

    def read_start(self):
        """Returns the first frame of a connection, which has no kind: its code and the rest."""
        body = self._exactly(struct.unpack("!i", self._exactly(4))[0] - 4)
        return struct.unpack("!i", body[:4])[0], body[4:]

    def write(self, kind, body=b""):
        """Writes a frame, sooner or later; see flush."""
        self._out += frame(kind, body)
        if len(self._out) > 1 << 16:
            self.flush()

    def write_raw(self, data):
        self._out += data

    def flush(self):
        try:
            self.socket.sendall(self._out)
        except OSError as error:
            raise Closed from error
        self._out.clear()

    def close(self):
        try:
            self.socket.shutdown(2)
        except OSError:
            pass  # it is closed already
        self.socket.close()

    def _exactly(self, size):
        try:
            data = self._reader.read(size)
        except OSError as error:
            raise Closed from error
        if len(data) < size:
            raise Closed
        return data


def frame(kind, body=b""):
    return kind + struct.pack("!i", len(body) + 4) + body


def text(value):
    return value.encode() + b"\0"


def texts_of(body):
    """The texts of a frame that is nothing but texts."""
    return [part.decode() for part in body.split(b"\0")]


def error_body(message, sqlstate="XX000", detail=None, severity="ERROR"):
    fields = b"S" + text(severity) + b"C" + text(sqlstate) + b"M" + text(message)
    return fields + (b"D" + text(detail) if detail else b"") + b"\0"


def error_fields(body):
    """Field code -> text."""
    return {part[:1].decode(): part[1:].decode() for part in body.split(b"\0") if part}
