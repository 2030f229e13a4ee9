"""A statement of Redshift as PostgreSQL reads it. The forms have been checked already."""

from refusal import Refusal, unlisted
from tokens import quote, quote_name

# DG r_Dateparts_for_datetime_functions, those that are used.
DATE_PARTS = {
    "year": ("year", "years", "y", "yr", "yrs"),
    "month": ("month", "months", "mon", "mons"),
    "day": ("day", "days", "d"),
    "hour": ("hour", "hours", "h", "hr", "hrs"),
    "minute": ("minute", "minutes", "m", "min", "mins"),
    "second": ("second", "seconds", "s", "sec", "secs"),
    "millisecond": ("millisecond", "milliseconds", "millisec", "millisecs", "ms", "msec", "msecs", "msecond",
                    "mseconds", "millisecond", "milliseconds"),
    "microsecond": ("microsecond", "microseconds", "microsec", "microsecs", "us", "usec", "usecs", "usecond",
                    "useconds"),
}
LONG_NAMES = {name: part for part, names in DATE_PARTS.items() for name in names}

MAX_VARCHAR_BYTES = 65535
DEFAULT_VARCHAR_BYTES = 256  # of a VARCHAR without a length, and of TEXT (DG r_Character_types)


class Renderer:
    """Goes through the tokens once. `constants` are calls and words without arguments, and what they give here."""

    def __init__(self, tokens, constants):
        self._tokens = tokens
        self._constants = constants
        self._at = 0
        self._out = []

    def render(self):
        while self._at < len(self._tokens):
            self._step()
        return "".join(self._out)

    def _step(self):
        token = self._tokens[self._at]
        if token.kind == "text":
            self._emit(quote(token.value))
        elif token.kind == "name":
            self._emit(quote_name(token.value))
        elif token.kind == "word":
            self._word(token)
        else:
            self._emit(token.text)

    def _emit(self, text, count=1):
        self._out.append(text)
        self._at += count

    def _word(self, token):
        following = self._following(1)
        is_call = following is not None and self._tokens[following].is_symbol("(")
        qualified = self._at > 0 and self._tokens[self._at - 1].is_symbol(".")
        if qualified:
            self._emit(token.text)
        elif token.value in ("varchar", "text", "nvarchar"):
            self._varchar(token, following if is_call else None)
        elif token.value in ("decimal", "numeric") and not is_call:
            self._emit("decimal(18, 0)")  # DG r_Numeric_types201: DECIMAL is DECIMAL(18, 0)
        elif token.value == "sysdate":
            self._emit("redshift.sysdate()")
        elif token.value == "current_namespace":
            self._emit(self._constants[token.value])
        elif is_call and token.value in self._constants:
            self._emit(self._constants[token.value], 1 + self._empty_call(following))
        elif is_call and token.value in ("datediff", "dateadd"):
            self._date_function(token, following)
        elif is_call and token.value == "extract":
            self._extract(following)
        else:
            self._emit(token.text)

    def _following(self, ahead):
        at = self._at + ahead
        while at < len(self._tokens) and self._tokens[at].kind == "space":
            at += 1
        return at if at < len(self._tokens) else None

    def _varchar(self, token, opening):
        """Every VARCHAR is the double's own type, always with a length."""
        if opening is None or token.value == "text":
            self._emit(f"redshift.varchar({DEFAULT_VARCHAR_BYTES})")
            return
        length = self._tokens[opening + 1]
        if length.is_word("max"):
            self._emit(f"redshift.varchar({MAX_VARCHAR_BYTES}", opening + 2 - self._at)
            return
        if not length.text.isdigit() or not 1 <= int(length.text) <= MAX_VARCHAR_BYTES:
            raise Refusal(f"length for type character varying cannot exceed {MAX_VARCHAR_BYTES}")
        self._emit("redshift.varchar")

    def _empty_call(self, opening):
        """How many tokens there are from after the name to the end of `()`."""
        if not (opening + 1 < len(self._tokens) and self._tokens[opening + 1].is_symbol(")")):
            raise unlisted("arguments of this function")
        return opening + 1 - self._at

    def _date_function(self, token, opening):
        at = opening + 1
        while self._tokens[at].kind == "space":
            at += 1
        part = LONG_NAMES.get(self._tokens[at].value)
        if not part:
            raise unlisted(f"the date part {self._tokens[at].text}")
        self._emit(f"redshift.{token.value}({quote(part)}", at + 1 - self._at)

    def _extract(self, opening):
        """EXTRACT gives an INTEGER (DG r_EXTRACT_function), of which the rest after the point is lost."""
        closing = closing_of(self._tokens, opening)
        inside = Renderer(self._tokens[opening + 1:closing], self._constants).render()
        self._emit(f"cast(trunc(extract({inside})) as integer)", closing + 1 - self._at)


def closing_of(tokens, opening):
    """The index of the parenthesis that closes the one at `opening`."""
    depth = 0
    for at in range(opening, len(tokens)):
        depth += tokens[at].is_symbol("(") - tokens[at].is_symbol(")")
        if depth == 0:
            return at
    raise Refusal("syntax error at end of input")


def render(tokens, constants=None):
    return Renderer(tokens, constants or {}).render()
