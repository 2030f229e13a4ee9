"""SQL as Redshift reads it, cut into tokens."""

import re
from typing import NamedTuple

from refusal import Refusal

MAX_STATEMENT_BYTES = 16 << 20  # DG c_redshift-sql
MAX_IDENTIFIER_BYTES = 63  # Redshift takes 127 (DG r_names); PostgreSQL, which holds the tables, 63


class Token(NamedTuple):
    """`kind` is word, name (a quoted identifier), text (a literal), number, symbol, parameter or space.

    `value` is what a name or a text stands for; of words, what they are in lower case.
    """

    kind: str
    text: str
    value: str

    def is_word(self, *words):
        return self.kind == "word" and self.value in words

    def is_symbol(self, *symbols):
        return self.kind == "symbol" and self.text in symbols

    @property
    def is_identifier(self):
        return self.kind in ("word", "name")


PATTERN = re.compile(r"""
    (?P<space>   \s+ | --[^\n]* )
  | (?P<comment> /\* )
  | (?P<word>    [^\W\d][\w$]* )
  | (?P<name>    "(?:[^"]|"")+" )
  | (?P<text>    '(?:[^'\\]|\\.|'')*' )
  | (?P<number>  \d+(?:\.\d*)?(?:[eE][+-]?\d+)? | \.\d+(?:[eE][+-]?\d+)? )
  | (?P<parameter> \$\d+ )
  | (?P<symbol>  :: | <> | <= | >= | != | \|\| | [-+*/%<>=(),.;\[\]:!~^&|\#@] )
""", re.VERBOSE | re.DOTALL)
ESCAPE = re.compile(r"\\([0-7]{1,3}|.)|''", re.DOTALL)
ESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def tokenize(sql):
    """Cuts a statement into tokens, which together are its text. Refuses what Redshift cannot read."""
    if len(sql.encode()) > MAX_STATEMENT_BYTES:
        raise Refusal("Statement is too large. Statement Size: over 16777216 bytes. Maximum Allowed: 16777216 bytes")
    tokens, at = [], 0
    while at < len(sql):
        match = PATTERN.match(sql, at)
        if not match:
            raise Refusal(f'syntax error at or near "{sql[at]}"')
        token, at = make_token(sql, match)
        if token.kind == "text" and tokens and tokens[-1].is_word("e", "b", "x", "n", "u"):
            # DG r_Character_types knows '...' alone, and in it the backslash escapes.
            raise Refusal(f'type "{tokens[-1].value}" does not exist')
        tokens.append(token)
    return tokens


def make_token(sql, match):
    kind, text = match.lastgroup, match.group()
    if kind == "comment":
        end = end_of_comment(sql, match.end())
        return Token("space", sql[match.start():end], ""), end
    value = text
    if kind == "word":
        value = text.lower()
    elif kind == "name":
        value = text[1:-1].replace('""', '"').lower()  # quoted ones fold, too (DG r_names)
        if len(value.encode()) > MAX_IDENTIFIER_BYTES:
            raise Refusal(f"the double cannot hold names of more than {MAX_IDENTIFIER_BYTES} bytes: {value}")
    elif kind == "text":
        value = ESCAPE.sub(unescape, text[1:-1])
    return Token(kind, text, value), match.end()


def end_of_comment(sql, at):
    """They nest."""
    depth = 1
    for mark in re.finditer(r"/\*|\*/", sql[at:]):
        depth += 1 if mark.group() == "/*" else -1
        if depth == 0:
            return at + mark.end()
    raise Refusal("unterminated /* comment")


def unescape(match):
    escaped = match.group(1)
    if escaped is None:
        return "'"
    if escaped[0] in "01234567":
        return chr(int(escaped, 8))
    return ESCAPED.get(escaped, escaped)


def without_space(tokens):
    return [token for token in tokens if token.kind != "space"]


def quote(text):
    """A literal as PostgreSQL reads it with standard_conforming_strings."""
    return "'" + text.replace("'", "''") + "'"


def quote_name(name):
    return '"' + name.replace('"', '""') + '"'


class Reader:
    """Reads tokens without space from the front, for the forms that have a grammar here."""

    def __init__(self, tokens):
        self._tokens = without_space(tokens)
        self._at = 0

    def __bool__(self):
        return self._at < len(self._tokens)

    def peek(self, ahead=0):
        at = self._at + ahead
        return self._tokens[at] if at < len(self._tokens) else Token("end", "", "")

    def next(self):
        token = self.peek()
        self._at += 1
        return token

    def fail(self):
        token = self.peek()
        raise Refusal(f'syntax error at or near "{token.text}"' if token.text else "syntax error at end of input")

    def takes(self, *words):
        """Steps over these words, or over nothing."""
        if all(self.peek(i).is_word(word) for i, word in enumerate(words)):
            self._at += len(words)
            return True
        return False

    def takes_symbol(self, symbol):
        if self.peek().is_symbol(symbol):
            self._at += 1
            return True
        return False

    def expect(self, *words):
        if not self.takes(*words):
            self.fail()

    def expect_symbol(self, symbol):
        if not self.takes_symbol(symbol):
            self.fail()

    def identifier(self):
        if not self.peek().is_identifier:
            self.fail()
        return self.next().value

    def literal(self):
        if self.peek().kind != "text":
            self.fail()
        return self.next().value

    def integer(self):
        if self.peek().kind != "number" or not self.peek().text.isdigit():
            self.fail()
        return int(self.next().text)

    def table(self):
        """A table's name, as (schema or None, name)."""
        first = self.identifier()
        return (first, self.identifier()) if self.takes_symbol(".") else (None, first)

    def name_list(self):
        """("a", "b")"""
        self.expect_symbol("(")
        names = [self.identifier()]
        while self.takes_symbol(","):
            names.append(self.identifier())
        self.expect_symbol(")")
        return names

    def rest(self):
        rest = self._tokens[self._at:]
        self._at = len(self._tokens)
        return rest

    def expect_end(self):
        if self:
            self.fail()


def quote_table(table):
    return ".".join(quote_name(part) for part in table if part)
