"""A field of a file as the value of a column (DG copy-parameters-data-conversion, r_Load_Error_Reference).

Values are texts for PostgreSQL's COPY; None is null. What does not fit raises FieldError with Redshift's code.
"""

import re
from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, Context, Decimal, InvalidOperation
from typing import NamedTuple


class FieldError(Exception):
    def __init__(self, code, reason, position=0):
        super().__init__(reason)
        self.code, self.reason, self.position = code, reason, position


class Column(NamedTuple):
    name: str
    type: str  # int2, int4, int8, numeric, float4, float8, bool, date, timestamp, varchar
    size: int  # bytes of a varchar, precision of a decimal
    scale: int
    is_nullable: bool


class Rules(NamedTuple):
    """Of one COPY."""

    date_format: str
    time_format: str
    truncates: bool
    blanks_as_null: bool
    empty_as_null: bool


WIDE = Context(prec=100)  # more digits than any column has
INTEGERS = {"int2": (15, "Short"), "int4": (31, "Integer"), "int8": (63, "Long")}
WHOLE = re.compile(r"[+-]?\d+(\.0*)?")
FLOAT = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
BOOLEANS = {"t": "t", "true": "t", "y": "t", "yes": "t", "1": "t", "f": "f", "false": "f", "n": "f", "no": "f",
            "0": "f"}


def convert(text, column, rules):
    if text is not None and column.type == "varchar":
        text = convert_text(text, column, rules)
    elif text is not None:
        text = text.strip(" ")
        text = CONVERSIONS[column.type](text, column, rules) if text else None
    if text is None and not column.is_nullable:
        raise FieldError(1213, "Missing data for not-null field")
    return text


def convert_text(text, column, rules):
    if rules.empty_as_null and not text or rules.blanks_as_null and not text.strip(" "):
        return None
    if "\0" in text:
        raise FieldError(1220, "String contains invalid or unsupported UTF8 codepoints. Bad UTF8 hex sequence: 0")
    encoded = text.encode("utf-8", "surrogatepass")
    try:
        encoded.decode()
    except UnicodeDecodeError:
        raise FieldError(1220, "String contains invalid or unsupported UTF8 codepoints.") from None
    if len(encoded) > column.size:
        if not rules.truncates:
            raise FieldError(1204, "String length exceeds DDL length", column.size)
        text = encoded[:column.size].decode(errors="ignore")
    return text


def convert_integer(text, column, _):
    if not WHOLE.fullmatch(text):
        at = next((i for i, c in enumerate(text) if not (c.isdigit() or i == 0 and c in "+-")), 0)
        raise FieldError(1207, f"Invalid digit, Value '{text[at]}', Pos {at}, Type: {INTEGERS[column.type][1]}", at)
    value, bits = int(text.split(".")[0]), INTEGERS[column.type][0]
    if not -(1 << bits) <= value < 1 << bits:
        raise FieldError(1216, f"Overflow, value out of range for type {INTEGERS[column.type][1]}")
    return str(value)


def convert_float(text, *_):
    if not FLOAT.fullmatch(text):
        raise FieldError(1208, "Invalid floating point value")
    return text


def convert_decimal(text, column, _):
    """Digits after the scale are cut."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise FieldError(1209, "Invalid numeric value") from None
    if not value.is_finite():
        raise FieldError(1209, "Invalid numeric value")
    if value and value.adjusted() >= column.size - column.scale:
        raise FieldError(1209, "Numeric value out of range")
    return f"{value.quantize(Decimal(1).scaleb(-column.scale), ROUND_DOWN, WIDE):f}"


def convert_boolean(text, *_):
    if text.lower() not in BOOLEANS:
        raise FieldError(1210, "Unknown boolean format")
    return BOOLEANS[text.lower()]


# r_DATEFORMAT_and_TIMEFORMAT_strings: SS takes fractions of seconds up to microseconds.
PARTS = {"YYYY": r"(?P<year>\d{4})", "MM": r"(?P<month>\d{1,2})", "DD": r"(?P<day>\d{1,2})",
         "HH24": r"(?P<hour>\d{1,2})", "HH": r"(?P<hour>\d{1,2})", "MI": r"(?P<minute>\d{1,2})",
         "SS": r"(?P<second>\d{1,2}(\.\d{1,6})?)"}
FORMAT_PART = re.compile("|".join(PARTS) + r"|.")
ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"
                 r"([ T](?P<hour>\d{1,2}):(?P<minute>\d{1,2})(:(?P<second>\d{1,2}(\.\d{1,6})?))?Z?)?")
EPOCH = datetime(1970, 1, 1)


def pattern_of(time_format):
    if time_format == "auto":
        return ISO
    return re.compile("".join(PARTS.get(part, re.escape(part)) for part in FORMAT_PART.findall(time_format)))


def convert_date(text, _, rules):
    match = pattern_of(rules.date_format).fullmatch(text)
    try:
        return date(*(int(match[part]) for part in ("year", "month", "day"))).isoformat()
    except (TypeError, ValueError):
        raise FieldError(1205, f"Invalid Date Format - length must be 10 or more: {text}"
                         if len(text) < 10 else "Invalid date format or value") from None


def convert_timestamp(text, _, rules):
    if rules.time_format in ("epochsecs", "epochmillisecs"):
        if not re.fullmatch(r"-?\d+", text):
            raise FieldError(1206, f"Invalid timestamp format or value [{rules.time_format}]")
        per_second = 1 if rules.time_format == "epochsecs" else 1000
        return (EPOCH + timedelta(microseconds=int(text) * 1_000_000 // per_second)).isoformat(" ")
    match = pattern_of(rules.time_format).fullmatch(text)
    try:
        parts = match.groupdict()
        seconds = Decimal(parts.get("second") or 0)
        moment = datetime(*(int(parts.get(part) or 0) for part in ("year", "month", "day", "hour", "minute")))
        if seconds >= 60:
            raise ValueError("seconds")
        return (moment + timedelta(microseconds=int(seconds * 1_000_000))).isoformat(" ")
    except (AttributeError, TypeError, ValueError):
        raise FieldError(1206, f"Invalid timestamp format or value [{rules.time_format}]") from None


CONVERSIONS = {"int2": convert_integer, "int4": convert_integer, "int8": convert_integer, "float4": convert_float,
               "float8": convert_float, "numeric": convert_decimal, "bool": convert_boolean, "date": convert_date,
               "timestamp": convert_timestamp}
