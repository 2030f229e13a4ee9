"""The COPY statement (DG r_COPY, copy-parameters-*): its text, read and checked."""

import re
from dataclasses import dataclass, field

from refusal import Refusal, unlisted
from tokens import Reader

ROLE = re.compile(r"arn:aws:iam::\d{12}:role/[\w+=,.@/-]+(,arn:aws:iam::\d{12}:role/[\w+=,.@/-]+)*")
REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
MAX_ERRORS = 100_000
COMPRESSIONS = ("gzip", "zstd", "bzip2")
TEXT_ONLY = ("delimiter", "escape", "null", "removequotes", "fillrecord", "ignoreblanklines")


@dataclass
class CopyStatement:
    table: tuple
    columns: list = None
    source: str = ""
    role: str = None
    options: dict = field(default_factory=dict)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self.options.get(name)

    @property
    def errors_allowed(self):
        """The load fails with so many errors: 0 and 1 both mean the first (copy-parameters-data-load)."""
        return max(1, self.options.get("maxerror", 0))


def read_copy(tokens):
    reader = Reader(tokens)
    reader.expect("copy")
    statement = CopyStatement(reader.table())
    if reader.peek().is_symbol("("):
        statement.columns = reader.name_list()
    reader.expect("from")
    if reader.peek().is_word("stdin"):
        raise Refusal('syntax error at or near "stdin"')
    statement.source = reader.literal()
    if not re.fullmatch(r"s3://[^/]+/.+", statement.source):
        raise unlisted("a COPY from anything but s3://bucket/key")
    while reader:
        read_parameter(reader, statement)
    check(statement)
    return statement


def read_parameter(reader, statement):
    name = reader.identifier()
    if name in ("credentials", "access_key_id", "secret_access_key", "session_token", "with"):
        raise Refusal("the double takes no keys in the text of a COPY: use IAM_ROLE")
    if name == "as" or name not in PARAMETERS:
        raise unlisted(f"the parameter {name} of COPY")
    if name == "iam_role":
        if statement.role:
            raise Refusal("conflicting or redundant options")
        statement.role = read_role(reader)
        return
    option, value = PARAMETERS[name](reader, name)
    if option in statement.options:
        raise Refusal(f"conflicting or redundant options: {option}")
    statement.options[option] = value


def read_role(reader):
    if reader.takes("default"):
        return "default"
    role = reader.literal()
    if not ROLE.fullmatch(role):
        raise Refusal("Invalid IAM_ROLE: it is no role's ARN")
    return role


def flag(_, name):
    return name, True


def text(reader, name):
    reader.takes("as")
    return name, reader.literal()


def number(reader, name):
    reader.takes("as")
    return name, reader.integer()


def compression(_, name):
    return "compression", name


def data_format(reader, _):
    """FORMAT [AS] JSON 'auto', or CSV (copy-parameters-data-format)."""
    reader.takes("as")
    name = reader.identifier()
    if name == "json":
        return json(reader, name)
    if name == "csv":
        return csv(reader, name)
    raise unlisted(f"the format {name} of COPY")


def json(reader, _):
    reader.takes("as")
    option = reader.literal() if reader.peek().kind == "text" else "auto"
    if option not in ("auto", "auto ignorecase") and not option.startswith("s3://"):
        raise unlisted(f"JSON '{option}'")
    return "json", option


def csv(reader, _):
    if reader.takes("quote"):
        reader.takes("as")
        return "csv", reader.literal()
    return "csv", '"'


def null(reader, _):
    reader.expect("as")
    return "null", reader.literal()


def region(reader, name):
    reader.takes("as")
    value = reader.literal()
    if not REGION.fullmatch(value):
        raise Refusal(f"invalid region {value}")
    return name, value


def maxerror(reader, name):
    _, count = number(reader, name)
    if count > MAX_ERRORS:
        raise Refusal(f"MAXERROR must be at most {MAX_ERRORS}")
    return name, count


def switch(reader, name):
    """[PRESET | ON | OFF | TRUE | FALSE] (copy-parameters-data-load)."""
    for word in ("preset", "on", "off", "true", "false"):
        if reader.takes(word):
            return name, word
    return name, "on"


PARAMETERS = {
    "iam_role": None, "format": data_format, "json": json, "csv": csv, "delimiter": text, "escape": flag, "null": null,
    "manifest": flag, "region": region, "gzip": compression, "zstd": compression, "bzip2": compression,
    "dateformat": text, "timeformat": text, "maxerror": maxerror, "compupdate": switch, "statupdate": switch,
    "truncatecolumns": flag, "blanksasnull": flag, "emptyasnull": flag, "ignoreheader": number,
}


def check(statement):
    """What cannot be together, and what starlift has no use for: a row must not be cut unasked."""
    if statement.role is None:
        raise Refusal("Invalid operation: COPY needs an authorization: IAM_ROLE")
    options = statement.options
    if "json" in options:
        for name in ("csv", *TEXT_ONLY):
            if name in options:
                raise Refusal(f"{name.upper()} is not supported with JSON")
    if "csv" in options:
        for name in ("escape", "removequotes"):
            if name in options:
                raise Refusal(f"CSV is not compatible with {name.upper()}")
    if "delimiter" in options and len(options["delimiter"]) != 1:
        raise Refusal("COPY delimiter must be a single character")
    if options.get("null") == "\n":
        raise Refusal("NULL AS cannot be a newline")
