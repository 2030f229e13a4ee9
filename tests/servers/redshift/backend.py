"""A session at the PostgreSQL server that holds the tables."""

import socket
import struct
from pathlib import Path

from messages import PROTOCOL_3, Wire, error_fields, text
from refusal import Refusal

# What a session of Redshift is: one snapshot per transaction (DG c_serial_isolation: SNAPSHOT is the default of new
# clusters), UTC, bytewise text. Doubles come in full; how many digits are shown is the session's business.
OPTIONS = ("-c default_transaction_isolation=repeatable\\ read -c timezone=UTC -c extra_float_digits=1 "
           "-c standard_conforming_strings=on -c client_min_messages=warning -c jit=off "
           "-c search_path=public,redshift,pg_catalog -c client_encoding=UTF8")


class Backend:
    """Frames go through unchanged unless someone looks at them; `status` is that of the transaction: I, T or E."""

    def __init__(self, host, port, database, user):
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(str(Path(host) / f".s.PGSQL.{port}"))
        self.wire = Wire(connection)
        self.status = "I"
        self.key = None
        parameters = {"user": user, "database": database, "options": OPTIONS, "application_name": "redshift double"}
        body = struct.pack("!i", PROTOCOL_3) + b"".join(
            text(part) for item in parameters.items() for part in item) + b"\0"
        self.wire.write_raw(struct.pack("!i", len(body) + 4) + body)
        self.wire.flush()
        for kind, body in self.answer():
            if kind == b"K":
                self.key = body
            elif kind == b"E":
                fields = error_fields(body)
                raise Refusal(fields["M"], fields["C"])

    def answer(self):
        """The frames up to ReadyForQuery, which is not among them."""
        while True:
            kind, body = self.wire.read()
            if kind == b"Z":
                self.status = body.decode()
                return
            yield kind, body
            if kind == b"E" and error_fields(body).get("S") == "FATAL":
                return

    def send_query(self, sql):
        self.wire.write(b"Q", text(sql))
        self.wire.flush()

    def run(self, sql):
        """Runs statements of the double's own; returns their rows as tuples of texts."""
        self.send_query(sql)
        rows, failure = [], None
        for kind, body in self.answer():
            if kind == b"D":
                rows.append(cells_of(body))
            elif kind == b"E":
                failure = error_fields(body)
        if failure:
            raise Refusal(failure["M"], detail=failure.get("D"))
        return rows

    def copy_in(self, sql, lines):
        """Sends lines in COPY's text format; returns the frames of the answer."""
        self.send_query(sql)
        kind, body = self.wire.read()
        if kind == b"G":
            for line in lines:
                self.wire.write(b"d", line)
            self.wire.write(b"c")
            self.wire.flush()
            return list(self.answer())
        return [(kind, body), *self.answer()]

    def close(self):
        self.wire.close()


def cells_of(body):
    """The texts of a DataRow; null is None."""
    count, at, cells = struct.unpack("!h", body[:2])[0], 2, []
    for _ in range(count):
        size = struct.unpack("!i", body[at:at + 4])[0]
        at += 4
        cells.append(None if size < 0 else body[at:at + size].decode())
        at += max(size, 0)
    return tuple(cells)


def row_body(cells):
    """A DataRow of texts."""
    body = struct.pack("!h", len(cells))
    for cell in cells:
        encoded = None if cell is None else cell.encode()
        body += struct.pack("!i", -1) if encoded is None else struct.pack("!i", len(encoded)) + encoded
    return body


def cancel(host, port, key):
    """Stops what a session is doing."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(Path(host) / f".s.PGSQL.{port}"))
        connection.sendall(struct.pack("!ii", 16, 80877102) + key)
        connection.recv(1)
