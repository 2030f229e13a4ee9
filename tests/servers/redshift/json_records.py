"""JSON files as COPY reads them (DG copy-parameters-data-format, copy-usage_notes-copy-from-json)."""

import json
import re
from typing import NamedTuple

from load_values import FieldError
from refusal import Refusal

MAX_RECORD_BYTES = 4 << 20
SPACE = re.compile(r"[ \t\r\n]*")
NEXT = re.compile(r"[{\[]")


class Record(NamedTuple):
    """A record, and the line on which it ends. `error` is what stands there instead of one."""

    value: object
    text: str
    line: int
    error: FieldError = None


class Number(str):
    """A number as it is written."""


def invalid(word):
    raise ValueError(f"Invalid value {word}")


def rounded(number):
    """As it would come out of a double that is shown with 15 digits."""
    return Number(f"{float(number):.15g}")


class KeptObject(dict):
    """An object that knows its text."""


class KeptArray(list):
    """An array that does."""


def keeping(parse, kind):
    def parse_and_keep(text_and_start, *arguments):
        text, start = text_and_start
        value, end = parse(text_and_start, *arguments)
        kept = kind(value)
        kept.text = text[start - 1:end]
        return kept, end
    return parse_and_keep


class KeepingDecoder(json.JSONDecoder):
    def __init__(self, **options):
        super().__init__(**options)
        self.parse_object = keeping(self.parse_object, KeptObject)
        self.parse_array = keeping(self.parse_array, KeptArray)
        self.scan_once = json.scanner.py_make_scanner(self)


# How values become texts is not documented. The first is what tests expect unless they say otherwise.
DECODERS = {
    "numbers as they are": json.JSONDecoder(parse_float=Number, parse_int=Number, parse_constant=invalid),
    "numbers rounded": json.JSONDecoder(parse_float=rounded, parse_int=Number, parse_constant=invalid),
    "all as it is": KeepingDecoder(parse_float=Number, parse_int=Number, parse_constant=invalid),
}


def records(content, decoder="numbers as they are"):
    """The records of a file, one after the other, with white space between them and nothing else."""
    text = content.decode("utf-8", "surrogateescape")
    at = lines = counted = 0
    while True:
        at = SPACE.match(text, at).end()
        if at == len(text):
            return
        start = at
        value, error = None, None
        try:
            if text[at] not in "{[":
                raise ValueError("Invalid value.")
            value, at = DECODERS[decoder].raw_decode(text, at)
        except (ValueError, RecursionError):
            error = FieldError(1214, "Invalid JSON: the value is not well-formed")
            at = resume(text, start)
        if len(text[start:at].encode("utf-8", "surrogateescape")) > MAX_RECORD_BYTES:
            raise Refusal("JSON record is larger than 4 MB")
        lines += text.count("\n", counted, at)
        counted = at
        yield Record(value, text[start:at], lines + 1, error)


def resume(text, at):
    """Where reading goes on: at what may be a record, behind garbage, or in the lines after a broken one."""
    if text[at] in "{[":
        at = text.find("\n", at)
    following = NEXT.search(text, at) if at >= 0 else None
    return following.start() if following else len(text)


def field_text(value):
    """A value as the text that a column gets; objects and arrays as they are in JSON."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (KeptObject, KeptArray)):
        return value.text
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class AutoPaths:
    """JSON 'auto': keys of the first level that are the columns' names, to the letter."""

    def __init__(self, columns, ignores_case):
        self._columns, self._ignores_case = columns, ignores_case

    def fields(self, value):
        if not isinstance(value, dict):
            raise FieldError(1214, "Invalid JSONPath format: an array needs a JSONPaths file")
        if self._ignores_case:
            value = {key.lower(): each for key, each in value.items()}
        return [field_text(value.get(column.name)) for column in self._columns]


STEP = re.compile(r"\[\s*'((?:[^'\\]|\\.)*)'\s*\]|\[\s*(\d+)\s*\]|\.([^.\[\]*?()@]+)")


class JsonPaths:
    """The paths of a JSONPaths file, in the order of the columns."""

    def __init__(self, paths, columns):
        if len(paths) != len(columns):
            raise Refusal("Number of jsonpaths and the number of columns should match. JSONPath size: "
                          f"{len(paths)}, Number of columns in table or column list: {len(columns)}")
        self._paths = [read_path(path) for path in paths]

    def fields(self, value):
        return [field_text(follow(path, value)) for path in self._paths]


def read_path(path):
    steps, at, notations = [], 1, set()
    if not path.startswith("$"):
        raise Refusal(f"Invalid JSONPath format: {path}")
    while at < len(path):
        match = STEP.match(path, at)
        if not match:
            raise Refusal(f"Invalid JSONPath format: {path}")
        name, index, dotted = match.groups()
        if index is None:
            notations.add("dot" if dotted is not None else "bracket")
        steps.append(int(index) if index is not None else dotted if dotted is not None
                     else re.sub(r"\\(.)", r"\1", name))
        at = match.end()
    if len(notations) > 1:
        raise Refusal(f"Invalid JSONPath format: {path} mixes notations")
    return steps


def follow(path, value):
    for step in path:
        if isinstance(step, int):
            if not isinstance(value, list) or step >= len(value):
                raise FieldError(1214, "Invalid JSONPath format: Not an array or index out of range.")
            value = value[step]
        else:
            if not isinstance(value, dict) or step not in value:
                return None
            value = value[step]
    return value


def paths_of(option, columns, source):
    """What the option of JSON says: 'auto', 'auto ignorecase' or a file."""
    if not option.startswith("s3://"):
        return AutoPaths(columns, option == "auto ignorecase")
    file = source.read_one(option)
    if file is None:
        raise Refusal(f"The specified S3 prefix '{option}' does not exist")
    try:
        content = json.loads(file.content.decode())
        if not isinstance(content, dict):
            raise ValueError("it is no object")
        paths = content.get("jsonpaths")
        if paths is None:
            return AutoPaths(columns, ignores_case=False)  # the file is ignored
        if not isinstance(paths, list) or not all(isinstance(path, str) and path for path in paths):
            raise ValueError("jsonpaths is no list of texts")
    except ValueError as error:
        raise Refusal(f"Invalid JSONPath format: {error}") from None
    return JsonPaths(paths, columns)
