"""The double's SQL: it refuses what Redshift refuses or does not document, and does what Redshift does otherwise."""

import pytest

from redshift_client import Client
from redshift_double import RedshiftDouble


@pytest.mark.parametrize("statement, reason", [
    ("insert into t values (1) on conflict do nothing", "ON CONFLICT"),
    ("insert into t values (1) returning a", "RETURNING"),
    ("with x as (select 1 as a) insert into t select a from x", "WITH before INSERT"),
    ("select distinct on (a) a from t", "SELECT DISTINCT ON is not supported"),
    ("select count(*) filter (where a > 1) from t", 'syntax error at or near "("'),
    ("select * from t, lateral (select 1) as x", "LATERAL"),
    ("select * from (values (1)) as v(a)", "VALUES as a table"),
    ("select a is distinct from 1 from t", "DISTINCT"),
    ("select array[1]", "A_ArrayExpr"),
    ("select row(1, 2)", "RowExpr"),
    ("select * from t for update", "FOR UPDATE"),
    ("select sum(a) over w from t window w as (order by a)", "named windows"),
    ("select sum(a) over (order by a) from t", "require a frame clause"),
    ("select sum(a) over (order by a range unbounded preceding) from t", "frames other than ROWS"),
    ("select substr('abc', 1) from t", "SUBSTRING"),
    ("select string_agg(b, ',') from t", "string_agg"),
    ("select clock_timestamp()", "clock_timestamp"),
    ("select E'a'", 'type "e" does not exist'),
    ("select $$a$$", "syntax error"),
    ("select a from t natural join t as u", "NATURAL JOIN"),
    ("select cast(a as uuid) from t", "the type uuid"),
    ("select cast(true as varchar(5))", "cannot cast type boolean"),
    ("select a as tag from t", 'syntax error at or near "tag"'),
    ("select a as timestamp from t", 'syntax error at or near "timestamp"'),
    ("savepoint x", "savepoint"),
    ("create index i on t (a)", "create"),
    ("create table u (a serial)", 'type "serial" does not exist'),
    ("create table u (a jsonb)", 'type "jsonb" does not exist'),
    ("create table u (a integer check (a > 1))", "the attribute check"),
    ("create table u (a varchar(65536))", "cannot exceed 65535"),
    ("alter table t add constraint c primary key (a)", "alter"),
    ("copy t from stdin", "stdin"),
    ("vacuum t", "vacuum"),
    ("deallocate all", "deallocate"),
    ("explain select 1", "explain"),
    ("select * from redshift.loads", "the schema redshift"),
    ("select relname from pg_class", "pg_class"),
])
def test_what_redshift_has_not_is_refused(session, statement, reason):
    session.run("create table t (a integer, b varchar(10))")
    assert reason in session.refused(statement)


@pytest.mark.parametrize("function", ["current_schema()", "now()", "current_schemas(true)"])
def test_functions_of_the_leader_node_know_no_user_tables(session, function):
    session.run("create table t (a integer)")
    assert "not supported on Redshift tables" in session.refused(f"select {function} from t")
    assert session.sqlstate == "0A000"


def test_the_catalogue_is_not_joined_with_user_tables(session):
    session.run("create table t (a varchar(10))")
    exists = "select 1 from pg_catalog.pg_tables where schemaname = current_schema() and tablename = 't'"
    assert session.value(exists) == 1
    assert "not supported on Redshift tables" in session.refused(
        "select 1 from pg_catalog.pg_tables as p join t on t.a = p.tablename")


@pytest.mark.parametrize("query", [
    "select a from t where not exists (select 1 from u where not exists (select 1 from v where v.a = t.a))",
    "select t.a from t left join u on u.a = t.a and u.a = (select max(a) from v where v.a = u.a)",
    "select a from t where a in (select row_number() over (order by u.a) from u where u.a = t.a)",
])
def test_correlated_subqueries_that_cannot_be_decorrelated(session, query):
    for table in "tuv":
        session.run(f"create table {table} (a integer)")
    assert "correlated subquery pattern is not supported" in session.refused(query)
    session.run("select a from t where exists (select 1 from u where u.a = t.a)")


def test_backslashes_escape_in_literals(session):
    assert session.value(r"select 'a\\b\'c\n' as x") == "a\\b'c\n"


def test_quoted_names_fold_to_lower_case(session):
    session.run('create table "Mixed" ("Column" integer)')
    session.run('insert into mixed ("COLUMN") values (1)')
    assert session.value('select "column" from mixed') == 1


def test_varchars_are_measured_in_bytes(session):
    session.run("create table t (a varchar(5))")
    session.run("insert into t values ('äö')")
    assert "Value too long for character type" in session.refused("insert into t values ('äöü')")
    session.run("insert into t values ('abc      ')")  # blanks that are too much go
    assert session.run("select a, len(a) from t order by a") == [("abc  ", 5), ("äö", 2)]
    assert session.value("select cast('äöü' as varchar(5))") == "äö"
    assert session.value("select cast('abc' as varchar)") == "abc"


def test_trailing_blanks_do_not_count_in_comparisons(session):
    session.run("create table t (a varchar(10), b varchar(20))")
    session.run("insert into t values ('x', 'x  '), ('x ', 'y')")
    assert session.value("select count(*) from t where a = 'x'") == 2
    assert session.value("select count(*) from t where a = b") == 1
    assert session.value("select count(distinct a) from t") == 1
    assert session.run("select count(*) from t group by a") == [(2,)]
    assert session.value("select count(*) from t join t as u on u.a || '' = t.a") == 4
    numbered = "select row_number() over (partition by a order by b) as n from t"
    assert session.value(f"select max(n) from ({numbered}) as r") == 2
    assert session.value("select count(*) from (select a from t union select 'x' from t) as r") == 1
    assert session.value("select count(*) from t where a in ('x   ')") == 2
    assert sorted(session.run("select a || '|' from t")) == [("x |",), ("x|",)]  # they are kept
    assert session.run("select a, b from t order by a || chr(1)") == [("x", "x  "), ("x ", "y")]


def test_text_sorts_by_its_bytes(session):
    session.run("create table t (a varchar(10))")
    session.run("insert into t values ('b'), ('B'), ('ä'), ('a')")
    assert session.run("select a from t order by a") == [("B",), ("a",), ("b",), ("ä",)]


def test_keys_are_not_kept_but_not_null_is(session):
    session.run("create table t (a integer not null, primary key (a))")
    session.run("insert into t values (1), (1)")
    session.run("create table u (a integer references t (a))")
    session.run("insert into u values (7)")
    assert "null value" in session.refused("insert into t values (null)")


def test_references_name_keys_that_are_there(session):
    session.run("create table t (a integer not null, b integer, primary key (a))")
    assert "no unique constraint" in session.refused("create table u (a integer references t (b))")
    assert 'relation "nope" does not exist' in session.refused("create table u (a integer references nope (a))")
    session.run("create table u (a integer references t (a))")
    assert "other objects depend on it" in session.refused("drop table t")
    session.run("drop table t cascade")
    session.run("drop table u")
    assert 'table "u" does not exist' in session.refused("drop table u")


@pytest.mark.parametrize("attributes, reason", [
    ("diststyle key", "needs a DISTKEY"),
    ("diststyle all distkey (a)", "cannot be specified with a DISTKEY"),
    ("distkey (nope)", "does not exist"),
    ("sortkey (nope)", "does not exist"),
    ("distkey (a) distkey (a)", "syntax error"),
    ("partition by range (a)", "syntax error"),
    ("tablespace x", "syntax error"),
])
def test_table_attributes_are_checked(session, attributes, reason):
    assert reason in session.refused(f"create table t (a integer) {attributes}")


def test_table_attributes_and_encodings_that_are_right(session):
    session.run("create table t (a integer encode az64, b varchar(10) encode zstd) diststyle key distkey (a) "
                "compound sortkey (b, a)")
    session.run("create table u (a integer) diststyle all sortkey (a)")
    session.run("create temporary table v diststyle even as select a from t")
    for column in ("varchar(10) encode az64", "double precision encode lzo", "boolean encode bytedict", "date encode mostly8",
                   "smallint encode delta32k", "integer encode mostly32", "bigint encode text255"):
        assert "invalid encoding" in session.refused(f"create table w (b {column})")
    assert "attribute" in session.refused("create table w (a integer not null encode az64)")
    assert "cannot create temporary relation" in session.refused("create temporary table public.w (a integer)")


def test_types_without_sizes_are_redshifts(session):
    session.run("create table t (a decimal, b varchar)")
    session.run("insert into t values (1.9, 'x')")
    assert session.value("select a from t") == 2  # DECIMAL(18, 0)
    assert "too long" in session.refused(f"insert into t (b) values ('{'x' * 257}')")


def test_integers_stay_integers(session):
    session.run("create table t (a integer, b timestamp)")
    session.run("insert into t values (1, '2018-11-01 21:01:46.796'), (2, null)")
    assert session.value("select avg(a) from t") == 1
    assert session.value("select 7 / 2") == 3
    assert session.value("select extract(second from b) from t where a = 1") == 46


def test_functions_of_redshift(session):
    moment = "timestamp '2018-11-01 21:01:46.796'"
    assert session.value(f"select datediff(microsecond, timestamp '1970-01-01 00:00:00', {moment})") == 1541106106796000
    from_epoch = session.value("select dateadd(ms, 1541106106796, timestamp '1970-01-01')")
    assert str(from_epoch) == "2018-11-01 21:01:46.796000"
    assert session.value("select datediff(day, timestamp '2018-01-01 23:59:59', timestamp '2018-01-02')") == 1
    assert session.value("select strtol(left(md5('x'), 15), 16)") == int("9dd4e461268c803", 16)
    session.run("create table words (word varchar(20))")
    session.run("insert into words values ('-12.5')")
    assert session.run("select regexp_substr(word, '^-?[0-9]+'), regexp_substr(word, '[a-z]+'), word ~ '^-?[0-9.]+$' "
                       "from words") == [("-12", "", True)]
    assert session.value("select getdate()").microsecond == 0
    assert "Redshift 1.0" in session.value("select version()")


def test_truncate_commits(open_session):
    one, other = open_session(), open_session()
    one.run("create table t (a integer)")
    one.run("insert into t values (1)")
    one.run("begin")
    one.run("truncate t")
    one.run("rollback")
    assert other.value("select count(*) from t") == 0


def test_a_transaction_sees_one_snapshot_and_lock_does_not_take_it(open_session):
    one, other = open_session(), open_session()
    one.run("create table t (a integer)")
    one.run("create table run_lock (a integer)")
    one.run("begin")
    one.run("lock run_lock")
    other.run("insert into t values (1)")
    assert one.value("select count(*) from t") == 1
    other.run("insert into t values (2)")
    assert one.value("select count(*) from t") == 1
    message = one.refused("insert into t values (3)")
    assert message.startswith("1023") and "Serializable isolation violation" in message


def test_the_snapshot_may_be_taken_when_the_transaction_begins(double, database, session):
    session.run("create table t (a integer)")
    early = RedshiftDouble("--snapshot-at-begin", beside=double)
    early.start()
    with early.connect(database) as connection:
        one = Client(connection)
        one.run("begin")
        session.run("insert into t values (1)")
        one.run("lock t")
        assert one.value("select count(*) from t") == 0
        one.run("rollback")
        assert one.value("select count(*) from t") == 1
    early.stop()


def test_writers_of_a_table_queue(open_session):
    one, other = open_session(), open_session()
    one.run("create table t (a integer)")
    one.run("begin")
    one.run("insert into t values (1)")
    other.run("set statement_timeout to 300")
    other.run("begin")
    other.refused("insert into t values (2)")
    other.run("rollback")
    assert other.value("select count(*) from t") == 0
    one.run("commit")
    other.run("insert into t values (2)")
    assert other.value("select count(*) from t") == 2


def test_the_cluster_has_slices(session):
    assert session.value("select count(*) from stv_slices") == 4
