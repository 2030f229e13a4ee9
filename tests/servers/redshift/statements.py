"""The allow-list of statement forms: each with the page of the Database Developer Guide that documents it.

What is not here is refused, even if Redshift might take it.
"""

from dataclasses import dataclass, field
from typing import Callable, NamedTuple

import copy_statement
import ddl
import settings
from pglast import ast
from queries import check_query, is_system_view, relations
from refusal import Refusal, unlisted
from rendering import render
from reserved import check_reserved_words
from tokens import Reader, Token, quote_table, tokenize, without_space


@dataclass
class Plan:
    """What is to be done: `sql` for PostgreSQL, or something of the session's own, by `kind`."""

    kind: str = "run"
    sql: str = ""
    tag: str = ""
    reads_system_views: bool = False
    takes_snapshot: bool = False
    writes: list = field(default_factory=list)
    detail: object = None


class Form(NamedTuple):
    begins: tuple
    page: str
    plan: Callable


def read_statement(sql, constants):
    """Returns the plan of a statement; refuses what no form describes. None is the empty statement."""
    tokens = tokenize(sql)
    while tokens and (tokens[-1].kind == "space" or tokens[-1].is_symbol(";")):
        tokens.pop()
    words = without_space(tokens)
    if not words:
        return None
    if any(token.is_symbol(";") for token in words):
        raise Refusal("the double takes one statement per message: whether Redshift takes more is not documented")
    for form in FORMS:
        if all(at < len(words) and words[at].is_word(word) for at, word in enumerate(form.begins)):
            return form.plan(tokens, constants)
    raise unlisted(f"a statement that begins with {words[0].text}")


def query(tokens, constants):
    check_reserved_words(tokens)
    sql = render(tokens, constants)
    statement = check_query(sql)
    views = any(is_system_view(relation) for relation in relations(statement))
    writes = [] if isinstance(statement, ast.SelectStmt) else [
        (statement.relation.schemaname, statement.relation.relname)]
    return Plan(sql=sql, reads_system_views=views, takes_snapshot=not views, writes=writes)


def begin(tokens, _):
    reader = Reader(tokens)
    reader.next()
    reader.takes("work") or reader.takes("transaction")
    if reader.takes("isolation", "level"):  # all of them are the database's own
        if not (reader.takes("serializable") or reader.takes("repeatable", "read")
                or reader.takes("read", "committed") or reader.takes("read", "uncommitted")):
            reader.fail()
    mode = " read only" if reader.takes("read", "only") else ""
    reader.takes("read", "write")
    reader.expect_end()
    return Plan(kind="begin", sql=f"begin isolation level repeatable read{mode}")


def end(kind):
    def plan(tokens, _):
        reader = Reader(tokens)
        reader.next()
        reader.takes("work") or reader.takes("transaction")
        reader.expect_end()
        return Plan(kind=kind, sql=kind)
    return plan


def lock(tokens, _):
    reader = Reader(tokens)
    reader.expect("lock")
    reader.takes("table")
    tables = [reader.table()]
    while reader.takes_symbol(","):
        tables.append(reader.table())
    reader.expect_end()
    return Plan(sql=f"lock table {', '.join(map(quote_table, tables))} in access exclusive mode")


def analyze(tokens, _):
    reader = Reader(tokens)
    reader.expect("analyze")
    table = reader.table()
    reader.expect_end()
    return Plan(sql=f"analyze {quote_table(table)}")


def truncate(tokens, _):
    reader = Reader(tokens)
    reader.expect("truncate")
    reader.takes("table")
    table = reader.table()
    reader.expect_end()
    return Plan(kind="truncate", sql=f"truncate {quote_table(table)}", takes_snapshot=True, writes=[table])


def create_schema(tokens, _):
    reader = Reader(tokens)
    reader.expect("create", "schema")
    condition = "if not exists " if reader.takes("if", "not", "exists") else ""
    name = reader.identifier()
    reader.expect_end()
    return Plan(sql=f"create schema {condition}{quote_table((None, name))}", takes_snapshot=True)


def create_table(tokens, constants):
    table = ddl.read_create_table(tokens)
    if table.query is None:
        return Plan(kind="create table", takes_snapshot=True, detail=table)
    check_reserved_words(table.query)
    select = render(spaced(table.query), constants)
    if not isinstance(check_query(select), ast.SelectStmt):
        raise unlisted("CREATE TABLE AS of anything but a query")
    return Plan(sql=f"{table.head} as {select}", takes_snapshot=True)


def spaced(tokens):
    """Tokens that were read without the space between them."""
    return [part for token in tokens for part in (token, Token("space", " ", ""))]


def drop_table(tokens, _):
    return Plan(kind="drop table", takes_snapshot=True, detail=ddl.read_drop_table(tokens))


def set_setting(tokens, _):
    return Plan(kind="set", detail=settings.read_set(tokens), tag="SET")


def show(tokens, _):
    return Plan(kind="show", detail=settings.read_show(tokens))


def copy(tokens, _):
    statement = copy_statement.read_copy(tokens)
    return Plan(kind="copy", takes_snapshot=True, writes=[statement.table], detail=statement)


def command(tokens, _):
    """No statement of Redshift: tells the double itself what is to go wrong; see faults.py."""
    return Plan(kind="double", detail=[token.value for token in without_space(tokens)[1:]])


FORMS = [
    Form(("select",), "r_SELECT_synopsis", query),
    Form(("with",), "r_WITH_clause", query),
    Form(("insert", "into"), "r_INSERT_30", query),
    Form(("update",), "r_UPDATE", query),
    Form(("delete", "from"), "r_DELETE", query),
    Form(("copy",), "r_COPY", copy),
    Form(("begin",), "r_BEGIN", begin),
    Form(("commit",), "r_COMMIT", end("commit")),
    Form(("end",), "r_END", end("commit")),
    Form(("rollback",), "r_ROLLBACK", end("rollback")),
    Form(("abort",), "r_ABORT", end("rollback")),
    Form(("lock",), "r_LOCK", lock),
    Form(("analyze",), "r_ANALYZE", analyze),
    Form(("truncate",), "r_TRUNCATE", truncate),
    Form(("create", "schema"), "r_CREATE_SCHEMA", create_schema),
    Form(("create", "table"), "r_CREATE_TABLE_NEW", create_table),
    Form(("create", "temporary", "table"), "r_CREATE_TABLE_NEW", create_table),
    Form(("create", "temp", "table"), "r_CREATE_TABLE_NEW", create_table),
    Form(("drop", "table"), "r_DROP_TABLE", drop_table),
    Form(("set",), "r_SET", set_setting),
    Form(("show",), "r_SHOW", show),
    Form(("double",), "", command),
]
