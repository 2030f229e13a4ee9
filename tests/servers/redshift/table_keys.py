"""Keys and references: checked when they are declared, and never after (DG t_Defining_constraints)."""

from refusal import Refusal
from tokens import quote, quote_table


def array(names):
    return f"array[{', '.join(map(quote, names))}]::text[]" if names else "array[]::text[]"


def relation(table):
    return f"to_regclass({quote(quote_table(table))})"


def write_lock(table):
    """Writers of a table queue; readers do not wait."""
    return f"lock table {quote_table(table)} in share row exclusive mode"


def check_references(backend, table):
    """What is referred to has to be a key of a table that is there."""
    for reference in table.references:
        if reference.table == table.name:
            keys = [set(key) for key in table.keys]
        else:
            [[exists]] = backend.run(f"select {relation(reference.table)} is not null")
            if exists != "t":
                raise Refusal(f'relation "{reference.table[1]}" does not exist')
            keys = [set(row[0][1:-1].split(",")) for row in backend.run(
                f"select columns from redshift.keys where relation = {relation(reference.table)}")]
        if set(reference.columns) not in keys:
            raise Refusal("there is no unique constraint matching given keys for referenced table "
                          f'"{reference.table[1]}"')


def remember(backend, table):
    """Notes the keys of a table that was just made, or that was there."""
    for key in table.keys:
        backend.run(f"insert into redshift.keys select {relation(table.name)}, {array(key)} where not exists ("
                    f"select 1 from redshift.keys where relation = {relation(table.name)} and columns = {array(key)})")
    for reference in table.references:
        backend.run(f'insert into redshift."references" values ({relation(table.name)}, {relation(reference.table)})')


def drop(backend, tables, if_exists, cascade):
    """Without CASCADE, a table that others refer to stays (DG r_DROP_TABLE)."""
    for table in tables:
        if not cascade and backend.run(
                f'select 1 from redshift."references" as r where r.referenced = {relation(table)} '
                f"and r.relation <> r.referenced limit 1"):
            raise Refusal(f"cannot drop table {table[1]} because other objects depend on it")
        for column in ("relation", "referenced"):
            backend.run(f'delete from redshift."references" where {column} = {relation(table)}')
        backend.run(f"delete from redshift.keys where relation = {relation(table)}")
        backend.run(f"drop table {'if exists ' if if_exists else ''}{quote_table(table)}")
