"""What a client gets to see: PostgreSQL's answers as Redshift would give them."""

import re
import struct

from backend import cells_of, row_body
from messages import error_fields, text
from refusal import CONFLICT, Refusal

MAX_PARAMETERS = 32767
VARCHAR, TEXT, UNKNOWN, NAME, FLOAT4, FLOAT8 = 1043, 25, 705, 19, 700, 701
CONFLICT_CODE, CANCELLED_CODE = "40001", "57014"


class Answers:
    def __init__(self, wire, backend, settings):
        self._wire, self._settings = wire, settings
        [[oid]] = backend.run("select 'redshift.varchar'::regtype::oid")
        # PostgreSQL's texts are VARCHARs there.
        self._types = {int(oid): VARCHAR, TEXT: VARCHAR, UNKNOWN: VARCHAR, NAME: VARCHAR}

    def relay(self, backend, sql, batch=None, tag=""):
        """Has a statement run, and passes the answer on. Returns the Refusal that it ended with, if any."""
        if batch:
            self._send_batch(backend, sql, batch)
        else:
            backend.send_query(sql)
        doubles, failure = {}, None
        for kind, body in backend.answer():
            if kind == b"T":
                body, doubles = self._description(body)
            elif kind == b"D" and doubles:
                body = self._row(body, doubles)
            elif kind == b"C":
                body = text(tag or tag_of(body))
            elif kind == b"E":
                failure = refusal_of(body)
                continue
            elif kind in (b"N", b"S"):
                continue
            self._wire.write(kind, body)
        return failure

    def begin_extended(self):
        """ParseComplete, BindComplete, NoData: for what the double answers itself."""
        for kind in (b"1", b"2", b"n"):
            self._wire.write(kind)

    def row(self, name, value):
        """An answer of one row and one column."""
        self._wire.write(b"T", struct.pack("!h", 1) + text(name) + struct.pack("!ihihih", 0, 0, VARCHAR, -1, -1, 0))
        self._wire.write(b"D", row_body([value]))

    def done(self, tag):
        self._wire.write(b"C", text(tag))

    def _send_batch(self, backend, sql, batch):
        for kind, body in batch:
            if kind == b"P":
                body = b"\0" + text(sql) + body.split(b"\0", 2)[2]
            backend.wire.write(kind, body)
        backend.wire.write(b"S")
        backend.wire.flush()

    def _description(self, body):
        """The description with Redshift's types, and which columns are doubles: column -> digits that it has."""
        count, at, out, doubles = struct.unpack("!h", body[:2])[0], 2, body[:2], {}
        for column in range(count):
            end = body.index(b"\0", at) + 1
            table, number, oid, size, typmod, form = struct.unpack("!ihihih", body[end:end + 18])
            if oid in (FLOAT4, FLOAT8) and form == 0:
                doubles[column] = oid
            out += body[at:end] + struct.pack("!ihihih", table, number, self._types.get(oid, oid), size, typmod, form)
            at = end + 18
        return out, doubles

    def _row(self, body, doubles):
        """PostgreSQL 8.0 shows 15 digits of a double, and as many more as extra_float_digits says."""
        cells = list(cells_of(body))
        for column, oid in doubles.items():
            cell = cells[column]
            if cell is not None and cell not in ("NaN", "Infinity", "-Infinity"):
                digits = self._settings.float_digits - (9 if oid == FLOAT4 else 0)
                cells[column] = "%.*g" % (max(digits, 1), float(cell))
        return row_body(cells)


def tag_of(body):
    """The command's tag without its counts, which Redshift does not give (DRV core.py)."""
    return re.sub(r"( \d+)+$", "", body[:-1].decode())


def refusal_of(body):
    """Redshift's name for what PostgreSQL says. SQLSTATEs are not documented: nobody may rely on them."""
    fields = error_fields(body)
    if fields["C"] == CONFLICT_CODE:
        return CONFLICT
    if fields["C"] == CANCELLED_CODE:
        return Refusal("Query (0) cancelled on user's request")
    return Refusal(fields["M"].replace("redshift.varchar", "character varying"), detail=fields.get("D"))


def parameters_of(bind):
    """How many values a Bind message has."""
    at = bind.index(b"\0", bind.index(b"\0") + 1) + 1
    formats = struct.unpack("!H", bind[at:at + 2])[0]
    at += 2 + 2 * formats
    return struct.unpack("!H", bind[at:at + 2])[0]
