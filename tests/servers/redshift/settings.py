"""SET and SHOW (DG r_SET, r_SHOW): the settings of cm_chap_ConfigurationRef, as far as starlift has to do with them."""

from refusal import Refusal
from tokens import Reader, quote, quote_name

DEFAULTS = {
    "analyze_threshold_percent": "10", "datestyle": "ISO, MDY", "extra_float_digits": "0", "query_group": "default",
    "search_path": "$user, public", "statement_timeout": "0", "timezone": "UTC", "wlm_query_slot_count": "1",
    "client_encoding": "UNICODE",
}
PASSED_ON = ("statement_timeout", "timezone", "datestyle")
MAX_FLOAT_DIGITS = 2


def unrecognized(name):
    return Refusal(f'unrecognized configuration parameter "{name}"')


def read_set(tokens):
    """Returns the setting's name and its values."""
    reader = Reader(tokens)
    reader.expect("set")
    name = reader.identifier()
    if name not in DEFAULTS:
        raise unrecognized(name)
    if not reader.takes("to"):
        reader.expect_symbol("=")
    values = [read_value(reader)]
    while reader.takes_symbol(","):
        values.append(read_value(reader))
    reader.expect_end()
    return name, values


def read_value(reader):
    sign = "-" if reader.takes_symbol("-") else ""
    token = reader.next()
    if token.kind not in ("text", "word", "name", "number"):
        reader.fail()
    return sign + (token.value if token.kind != "number" else token.text)


def read_show(tokens):
    reader = Reader(tokens)
    reader.expect("show")
    name = reader.identifier()
    reader.expect_end()
    if name not in DEFAULTS:
        raise unrecognized(name)
    return name


class Settings:
    """Those of a session."""

    def __init__(self):
        self._values = dict(DEFAULTS)

    def __getitem__(self, name):
        return self._values[name]

    @property
    def float_digits(self):
        """How many digits of a double are shown."""
        return 15 + int(self._values["extra_float_digits"])

    def change(self, name, values):
        """Returns the statement that PostgreSQL has to see."""
        if name == "extra_float_digits":
            digits = values[0].lstrip("-")
            if len(values) > 1 or not digits.isdigit() or not -15 <= int(values[0]) <= MAX_FLOAT_DIGITS:
                raise Refusal(f'{values[0]} is outside the valid range for parameter "{name}" (-15 .. 2)')
        if name == "client_encoding" and values[0].lower() not in ("utf8", "unicode"):
            raise Refusal(f"invalid value for parameter \"{name}\": \"{values[0]}\"")
        self._values[name] = ", ".join(values)
        if name == "search_path":
            path = [part.strip() for value in values for part in value.split(",")]
            schemas = [quote_name(part) for part in path if part not in ("", "$user")]
            return f"set search_path to {', '.join([*schemas, 'redshift', 'pg_catalog'])}"
        if name in PASSED_ON:
            return f"set {name} to {quote(self._values[name])}"
        return ""
