"""What a warehouse holds, in one query: a digest of every table that does not depend on order, and what is unsound.

The digests are DuckDB's; the rest is asked on every engine.
"""

import re

# Two warehouses with the same objects differ in their numbers of objects, rejects and runs, and in nothing else.
OBJECTS = 'select dataset, "key", size_bytes, etag, content_hash, records, staged, rejected from starlift.objects'
REJECTS = """select o."key", r.dataset, r.record, r.byte_offset, r.column_name, r.reason, r.raw_text, r.raw_encoding,
    r.raw_bytes, r.error_position
from starlift.rejects as r
left join starlift.objects as o on o.object_id = r.object_id"""
LEDGER = {"starlift.objects": OBJECTS, "starlift.rejects": REJECTS}
STAGED = """select o."key", s.* exclude (_object_id)
from {table} as s
left join starlift.objects as o on o.object_id = s._object_id"""
DIGEST = "select '{table}' as what, count(*) as n, cast(sum(hash(r)) as varchar) as digest from ({rows}) as r"

# Runs of which the ledger does not say yet what became of them: none, once another run has completed.
UNSETTLED = """select 'unsettled runs' as what, count(*) as n, '' as digest
from starlift.runs where state in ('running', 'committed')"""

MISCOUNTED = """select 'unsound: counts of ' || o."key", o.records, null
from starlift.objects as o
left join ({staged}) as s on s.object_id = o.object_id
left join (select object_id, count(*) as n from starlift.rejects group by object_id) as r on r.object_id = o.object_id
where o.records <> o.staged + o.rejected or o.staged <> coalesce(s.n, 0) or o.rejected <> coalesce(r.n, 0)"""
CHECKED = "select 'unsound: {check}', count(*), null from ({body}) as broken having count(*) > 0"


def digest_query(definition):
    """Its answer has a row per table, and those of soundness_query."""
    tables = {table: STAGED.format(table=table) for table in staging_tables(definition)}
    tables |= {path.stem: f'select * from "{path.stem}"' for path in sorted(definition.glob("star/*.sql"))}
    tables |= LEDGER
    return "\nunion all\n".join([*(DIGEST.format(table=table, rows=rows) for table, rows in tables.items()),
                                 soundness_query(definition)])


def soundness_query(definition):
    """Its answer counts the unsettled runs, and has a row per object that does not add up and per broken check."""
    staged = " union all ".join(f"select _object_id as object_id, count(*) as n from {table} group by _object_id"
                                for table in staging_tables(definition))
    return "\nunion all\n".join([
        UNSETTLED,
        MISCOUNTED.format(staged=staged),
        *(CHECKED.format(check=path.stem, body=body_of(path)) for path in sorted(definition.glob("checks/*.sql")))])


def staging_tables(definition):
    return [f"staging.{path.stem}" for path in sorted(definition.glob("staging/*.toml"))]


def body_of(sql_file):
    """The file's statement without its header."""
    return re.sub(r"^\s*/\*.*?\*/", "", sql_file.read_text(), flags=re.DOTALL).rstrip().rstrip(";")
