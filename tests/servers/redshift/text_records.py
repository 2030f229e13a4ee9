"""Files of separated fields as COPY reads them (DG copy-parameters-data-format, copy-parameters-data-conversion)."""

from typing import NamedTuple

from load_values import FieldError


class Row(NamedTuple):
    """The fields of a record, and the line on which it begins. `error` is what stands there instead of one."""

    value: list
    text: str
    line: int
    error: FieldError = None


def records(content, statement):
    text = content.decode("utf-8", "surrogateescape")
    null = statement.null if statement.null is not None else "\\N"
    delimiter = statement.delimiter or ("," if statement.csv else "|")
    if statement.csv:
        rows = csv_rows(text, delimiter, statement.csv)
    elif statement.escape:
        rows = escaped_rows(text, delimiter)
    else:
        rows = ((line.split(delimiter), line, at) for at, line in enumerate(lines_of(text), 1))
    for at, (fields, row_text, line) in enumerate(rows):
        if at >= (statement.ignoreheader or 0):
            yield Row([None if field == null else field for field in fields], row_text, line)


def lines_of(text):
    """A last newline ends the last line; it begins none."""
    lines = text.split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def escaped_rows(text, delimiter):
    """The character after a backslash is part of the value, whatever it is; \\N alone is the null string."""
    at, line = 0, 1
    while at < len(text):
        fields, field, start, first_line = [], "", at, line
        while at < len(text) and text[at] != "\n":
            if text[at] == "\\" and at + 1 < len(text):
                keeps = field == "" and text[at + 1] == "N" and text[at + 2:at + 3] in (delimiter, "\n", "")
                line += text[at + 1] == "\n"
                field += text[at:at + 2] if keeps else text[at + 1]
                at += 2
            elif text[at] == delimiter:
                fields.append(field)
                field, at = "", at + 1
            else:
                field, at = field + text[at], at + 1
        yield [*fields, field], text[start:at], first_line
        at, line = at + 1, line + 1


def csv_rows(text, delimiter, quote):
    at, line = 0, 1
    while at < len(text):
        fields, start, first_line = [], at, line
        while True:
            field, at = csv_field(text, at, delimiter, quote)
            fields.append(field)
            if at >= len(text) or text[at] != delimiter:
                break
            at += 1
        line += text.count("\n", start, at) + 1
        yield fields, text[start:at], first_line
        at += 1


def csv_field(text, at, delimiter, quote):
    """Quotes keep delimiters and newlines, and are doubled inside; blanks around a quoted field do not count."""
    begin = at
    while begin < len(text) and text[begin] == " ":
        begin += 1
    if text[begin:begin + 1] != quote:
        end = at
        while end < len(text) and text[end] not in (delimiter, "\n"):
            end += 1
        return text[at:end].removesuffix("\r"), end
    field, at = "", begin + 1
    while at < len(text):
        if text[at] != quote:
            field, at = field + text[at], at + 1
        elif text[at + 1:at + 2] == quote:
            field, at = field + quote, at + 2
        else:
            at += 1
            while at < len(text) and text[at] in " \r":
                at += 1
            return field, at
    return field, at
