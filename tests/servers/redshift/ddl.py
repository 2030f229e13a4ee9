"""CREATE TABLE and DROP TABLE (DG r_CREATE_TABLE_NEW, r_CREATE_TABLE_AS, r_DROP_TABLE).

How rows are distributed, sorted and encoded is checked and dropped; keys are checked, remembered and not kept.
"""

from dataclasses import dataclass, field

from refusal import Refusal, unlisted
from rendering import render
from tokens import Reader, quote_name, quote_table

MAX_COLUMNS = 1600
MAX_SORT_COLUMNS = 400

TYPES = {"smallint": "smallint", "int2": "smallint", "integer": "integer", "int": "integer", "int4": "integer",
         "bigint": "bigint", "int8": "bigint", "decimal": "decimal", "numeric": "decimal", "real": "real",
         "double": "double", "boolean": "boolean", "bool": "boolean", "date": "date", "timestamp": "timestamp",
         "varchar": "varchar", "text": "varchar"}
# c_Compression_encodings: the encodings, and the types that support them.
LARGE = ("bigint", "decimal")
INTEGERS = ("integer", *LARGE)
TIMES = ("date", "timestamp")
EXACT = ("smallint", *INTEGERS, *TIMES)
FLOATS = ("real", "double")
ENCODINGS = {"raw": set(TYPES.values()), "az64": EXACT, "bytedict": (*EXACT, *FLOATS, "varchar"), "delta": EXACT,
             "delta32k": (*INTEGERS, *TIMES), "lzo": (*EXACT, "varchar"), "mostly8": ("smallint", *INTEGERS),
             "mostly16": INTEGERS, "mostly32": LARGE, "runlength": set(TYPES.values()), "text255": ("varchar",),
             "text32k": ("varchar",), "zstd": set(TYPES.values())}


@dataclass
class Reference:
    table: tuple
    columns: list


@dataclass
class Table:
    name: tuple
    is_temporary: bool
    if_not_exists: bool
    columns: dict = field(default_factory=dict)  # name -> (kind, rest of its definition)
    keys: list = field(default_factory=list)
    references: list = field(default_factory=list)
    query: list = None  # of CREATE TABLE AS

    @property
    def head(self):
        temporary = "temporary " if self.is_temporary else ""
        condition = "if not exists " if self.if_not_exists else ""
        return f"create {temporary}table {condition}{quote_table(self.name)}"

    @property
    def sql(self):
        columns = ", ".join(f"{quote_name(name)} {rest}" for name, (_, rest) in self.columns.items())
        return f"{self.head} ({columns})"


def read_create_table(tokens):
    reader = Reader(tokens)
    reader.expect("create")
    is_temporary = reader.takes("temporary") or reader.takes("temp")
    reader.expect("table")
    if_not_exists = reader.takes("if", "not", "exists")
    table = Table(reader.table(), is_temporary, if_not_exists)
    if is_temporary and table.name[0]:
        raise Refusal("cannot create temporary relation in non-temporary schema")
    if reader.takes_symbol("("):
        read_columns(reader, table)
    read_attributes(reader, table)
    if not table.columns:
        if if_not_exists:
            raise Refusal('syntax error at or near "NOT"')  # r_CREATE_TABLE_AS has no IF NOT EXISTS
        reader.expect("as")
        table.query = reader.rest()
    reader.expect_end()
    return table


def read_columns(reader, table):
    while True:
        if reader.takes("primary", "key") or reader.takes("unique"):
            table.keys.append(known(reader.name_list(), table))
        elif reader.takes("foreign", "key"):
            columns = known(reader.name_list(), table)
            reader.expect("references")
            read_reference(reader, table, columns)
        else:
            read_column(reader, table)
        if not reader.takes_symbol(","):
            break
    reader.expect_symbol(")")
    if len(table.columns) > MAX_COLUMNS:
        raise Refusal(f"tables can have at most {MAX_COLUMNS} columns")


def read_column(reader, table):
    name = reader.identifier()
    if name in table.columns:
        raise Refusal(f'column "{name}" duplicated')
    kind, sql = read_type(reader)
    table.columns[name] = (kind, sql)
    if reader.takes("encode"):  # an attribute: before the constraints
        check_encoding(reader.identifier(), kind, name)
    while not reader.peek().is_symbol(",", ")"):
        if reader.takes("not", "null"):
            sql += " not null"
        elif reader.takes("primary", "key") or reader.takes("unique"):
            table.keys.append([name])
        elif reader.takes("references"):
            read_reference(reader, table, [name])
        elif not reader.takes("null"):
            raise unlisted(f"the attribute {reader.peek().text} of a column")
    table.columns[name] = (kind, sql)


def read_type(reader):
    first = reader.next()
    kind = TYPES.get(first.value) if first.kind == "word" else None
    if kind is None:  # c_unsupported-postgresql-datatypes, and what starlift does not use
        raise Refusal(f'type "{first.text}" does not exist')
    tokens = [first]
    if kind == "double":
        reader.expect("precision")
        return kind, "double precision"
    if reader.peek().is_symbol("("):
        while not tokens[-1].is_symbol(")"):
            tokens.append(reader.next())
    return kind, render(tokens)


def read_reference(reader, table, columns):
    referenced = reader.table()
    table.references.append(Reference(referenced, reader.name_list() if reader.peek().is_symbol("(") else columns))


def check_encoding(encoding, kind, name):
    if encoding not in ENCODINGS:
        raise unlisted(f"the encoding {encoding}")
    if kind not in ENCODINGS[encoding]:
        raise Refusal(f'invalid encoding type specified for column "{name}"')


def read_attributes(reader, table):
    """DISTSTYLE, DISTKEY and SORTKEY, each once."""
    style = key = sort = None
    while reader and not reader.peek().is_word("as"):
        if style is None and reader.takes("diststyle"):
            style = reader.identifier()
            if style not in ("auto", "even", "key", "all"):
                reader.fail()
        elif key is None and reader.takes("distkey"):
            key = known(reader.name_list(), table)
            if len(key) > 1:
                raise Refusal("a table has one DISTKEY")
        elif sort is None and (reader.takes("compound", "sortkey") or reader.takes("sortkey")):
            sort = [] if reader.takes("auto") else known(reader.name_list(), table)
        else:
            reader.fail()
    if key and style not in (None, "key"):
        raise Refusal(f"DISTSTYLE {style.upper()} cannot be specified with a DISTKEY")
    if style == "key" and not key:
        raise Refusal("DISTSTYLE KEY needs a DISTKEY")
    if sort and len(sort) > MAX_SORT_COLUMNS:
        raise Refusal(f"a table has at most {MAX_SORT_COLUMNS} sort columns")


def known(names, table):
    """Checks that the table has these columns; that of a query is known to PostgreSQL alone."""
    for name in names:
        if table.columns and name not in table.columns:
            raise Refusal(f'column "{name}" named in key does not exist')
    return names


def read_drop_table(tokens):
    """Returns the tables' names, whether missing ones are no error, and whether what refers to them goes, too."""
    reader = Reader(tokens)
    reader.expect("drop", "table")
    if_exists = reader.takes("if", "exists")
    tables = [reader.table()]
    while reader.takes_symbol(","):
        tables.append(reader.table())
    cascade = reader.takes("cascade")
    reader.takes("restrict")
    reader.expect_end()
    return tables, if_exists, cascade
