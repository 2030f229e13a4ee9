"""The double's COPY, carried out from a real S3 server."""

import bz2
import gzip
import itertools
import json
import time

import pytest
import zstandard

from redshift_client import BUCKET

NUMBERS = itertools.count(1)


class Files:
    """A prefix of the test's own in the bucket, and a COPY of what is there into the table t."""

    def __init__(self, s3, double, session):
        self._s3, self._session, self._role = s3, session, double.role
        self.prefix = f"test-{next(NUMBERS)}"

    def put(self, name, content):
        self._s3.put_object(Bucket=BUCKET, Key=f"{self.prefix}/{name}",
                            Body=content.encode() if isinstance(content, str) else content)
        return self.url(name)

    def url(self, name):
        return f"s3://{BUCKET}/{self.prefix}/{name}"

    def manifest(self, *entries):
        return self.put("manifest", json.dumps({"entries": [
            entry if isinstance(entry, dict) else {"url": self.url(entry), "mandatory": True} for entry in entries]}))

    def statement(self, options, name=""):
        return f"copy t from '{self.url(name)}' iam_role '{self._role}' {options}"

    def copy(self, options, name=""):
        """Returns the number of rows."""
        assert self._session.tag(self.statement(options, name)) == "COPY"
        return self._session.value("select pg_last_copy_count()")

    def refused(self, options, name=""):
        return self._session.refused(self.statement(options, name))

    def errors(self):
        """Of the last COPY: file, line, column, code."""
        return self._session.run("select trim(file_name), line_number, trim(column_name), error_code from "
                                 "sys_load_error_detail where query_id = pg_last_copy_id() order by 1, 2")


@pytest.fixture
def files(s3, double, session):
    session.run("create table t (a integer, b varchar(10), c double precision, d timestamp)")
    return Files(s3, double, session)


@pytest.mark.parametrize("name, pack", [
    ("", bytes), ("gzip", gzip.compress), ("bzip2", bz2.compress), ("zstd", zstandard.ZstdCompressor().compress)])
def test_json_packed_as_it_is_declared(files, session, name, pack):
    files.put("1", pack(b'{"a":"1","b":"x\\ty","c":"0.1","d":"2018-11-01 21:01:46.796"}\n{"a":"2","b":""}'))
    files.manifest("1")
    assert files.copy(f"format as json 'auto' {name} manifest", "manifest") == 2
    assert [str(cell) for cell in session.run("select * from t order by a")[0]] == [
        "1", "x\ty", "0.1", "2018-11-01 21:01:46.796000"]
    assert session.run("select b, c from t where a = 2") == [("", None)]


def test_nothing_is_unpacked_that_is_not_declared(files):
    files.put("1", gzip.compress(b'{"a":"1"}'))
    assert "Load into table 't' failed" in files.refused("json 'auto'")
    assert "Failed to decompress" in files.refused("json 'auto' zstd")


def test_a_prefix_loads_all_that_begins_with_it(files):
    files.put("part-1", '{"a":1}')
    files.put("part-10", '{"a":2}')
    assert files.copy("json 'auto'", "part-1") == 2


def test_a_manifest_tells_what_must_be_there(files):
    files.put("1", '{"a":1}')
    files.manifest("1", {"url": files.url("gone")}, "1")
    assert files.copy("json 'auto' manifest", "manifest") == 2  # what is named twice loads twice
    files.manifest("1", {"url": files.url("gone"), "mandatory": True})
    assert "does not exist" in files.refused("json 'auto' manifest", "manifest")
    files.manifest({"url": files.url("gone")})
    assert "does not exist" in files.refused("json 'auto' manifest", "manifest")
    files.put("manifest", "{}")
    assert "invalid manifest" in files.refused("json 'auto' manifest", "manifest")


def test_auto_knows_lower_case_names_of_the_first_level_alone(files, session):
    files.put("1", '{"A":1,"b":"x","c":{"a":1},"unknown":1} ["not an object"]')
    assert files.refused("json 'auto'")
    files.put("1", '{"A":1,"b":"x","nested":{"c":1}}')
    files.copy("json 'auto'")
    assert session.run("select a, b, c from t") == [(None, "x", None)]
    files.copy("json 'auto ignorecase'")
    assert session.value("select count(*) from t where a = 1") == 1


def test_jsonpaths_by_position(files, session):
    files.put("data/1", '{"x":{"n":[5,6]},"y":true,"z":{"k":"v"}}')
    paths = files.put("paths", json.dumps({"jsonpaths": ["$['x']['n'][1]", "$['z']", "$['none']", "$['none']"]}))
    files.copy(f"json '{paths}'", "data/")
    assert session.run("select a, b from t") == [(6, '{"k":"v"}')]
    files.put("paths", json.dumps({"jsonpaths": ["$['x']"]}))
    assert "JSONPath size: 1, Number of columns in table or column list: 4" in files.refused(f"json '{paths}'", "data/")
    files.put("paths", json.dumps({"jsonpaths": ["$['x'].n", "$.b", "$.c", "$.d"]}))
    assert "mixes notations" in files.refused(f"json '{paths}'", "data/")
    files.put("paths", json.dumps({"jsonpaths": ["$.x.n[9]", "$.y", "$.y", "$.y"]}))
    files.refused(f"json '{paths}'", "data/")
    assert files.errors()[0][3] == 1214


@pytest.mark.parametrize("field, column, code", [
    ('"a":"x"', "a", 1207), ('"a":1.5', "a", 1207), ('"a":"99999999999"', "a", 1216), ('"b":"äöüäöü"', "b", 1204),
    ('"c":"1,5"', "c", 1208), ('"d":"2018-11-01T21:01:46Z"', "d", 1206), ('"d":"1541106106796"', "d", 1206),
])
def test_what_does_not_fit_is_in_the_views(files, session, field, column, code):
    files.put("1", '{"a":1}\n{\n' + field + "\n}\n")
    message = files.refused("json 'auto'")
    assert "Load into table 't' failed.  Check 'stl_load_errors' system table for details." in message
    assert files.errors() == [(files.url("1"), 4, column, code)]  # the line on which the object ends
    assert session.value("select pg_last_copy_count()") == 0
    assert session.value("select count(*) from t") == 0


def test_maxerror_is_reached_when_so_many_are_wrong(files, session):
    files.put("1", '{"a":"x"}\n{"a":"y"}\n{"a":1}\n')
    for count in (0, 1, 2):
        assert files.refused(f"json 'auto' maxerror {count}")
    assert files.copy("json 'auto' maxerror 3") == 1
    assert [line for _, line, _, _ in files.errors()] == [1, 2]
    assert session.run("select trim(status), loaded_rows, error_count from sys_load_history where query_id = "
                       "pg_last_copy_id()") == [("completed", 1, 2)]
    assert session.run("select trim(file_name), lines_scanned from sys_load_detail where query_id = pg_last_copy_id()"
                       ) == [(files.url("1"), 3)]
    assert "at most 100000" in files.refused("json 'auto' maxerror 100001")


def test_garbage_between_records_is_an_error_of_its_own(files):
    files.put("1", '{"a":1},{"a":2}\n{"a":3}\n{"a":\n{"a":4}')
    assert files.copy("json 'auto' maxerror 9") == 4
    assert [line for _, line, _, _ in files.errors()] == [1, 4]


def test_the_views_outlive_a_rollback(files, session):
    files.put("1", '{"a":"x"}')
    session.run("begin")
    files.refused("json 'auto'")
    assert "current transaction is aborted" in session.refused("select pg_last_copy_id()")
    session.run("rollback")
    assert len(files.errors()) == 1
    assert session.value("select count(*) from stl_load_errors where query = pg_last_copy_id()") == 1


def test_a_copy_rolls_back_with_its_transaction(files, session):
    files.put("1", '{"a":1}')
    session.run("begin")
    assert files.copy("json 'auto'") == 1
    session.run("rollback")
    assert session.value("select count(*) from t") == 0


def test_before_the_first_copy_there_is_no_id(session):
    assert session.run("select pg_last_copy_id(), pg_last_copy_count()") == [(-1, 0)]


def test_a_missing_table_leaves_no_errors(files, session):
    files.put("1", '{"a":1}')
    message = session.refused(files.statement("json 'auto'").replace("copy t", "copy nope"))
    assert "Cannot COPY into nonexistent table nope" in message
    assert session.value("select pg_last_copy_id()") == -1


@pytest.mark.parametrize("authorization, reason", [
    ("", "needs an authorization"),
    ("credentials 'aws_access_key_id=AKIA;aws_secret_access_key=x'", "no keys in the text"),
    ("access_key_id 'AKIA' secret_access_key 'x'", "no keys in the text"),
    ("iam_role 'arn:aws:iam::123456789012:user/x'", "Invalid IAM_ROLE"),
    ("iam_role 'arn:aws:iam::123456789012:role/other'", "not authorized to assume IAM Role"),
    ("iam_role default iam_role default", "conflicting or redundant options"),
])
def test_roles_alone_authorize(files, session, authorization, reason):
    files.put("1", '{"a":1}')
    assert reason in session.refused(f"copy t from '{files.url('1')}' {authorization} json 'auto'")


@pytest.mark.parametrize("options, reason", [
    ("json 'auto' region 'eu-west-1'", "must be addressed using the specified endpoint"),
    ("json 'auto' csv", "CSV is not supported with JSON"),
    ("json 'auto' null as 'x'", "NULL is not supported with JSON"),
    ("csv escape", "not compatible with ESCAPE"),
    ("json 'auto' json 'auto'", "conflicting or redundant options"),
    ("json 'auto' encrypted", "the parameter encrypted"),
    ("format as parquet", "the format parquet"),
    ("json 'noshred'", "JSON 'noshred'"),
    ("json 'auto' acceptinvchars", "the parameter acceptinvchars"),
])
def test_parameters_that_are_not_taken(files, options, reason):
    files.put("1", '{"a":1}')
    assert reason in files.refused(options)


def test_text_is_cut_only_when_that_is_asked_for(files, session):
    files.put("1", '{"b":"ääääää"}')
    assert files.refused("json 'auto'")
    assert files.copy("json 'auto' truncatecolumns") == 1
    assert session.value("select b from t") == "äääää"


def test_null_where_there_must_be_something(files, session):
    session.run("create table u (a integer not null)")
    files.put("1", '{"b":1}')
    session.refused(files.statement("json 'auto'").replace("copy t", "copy u"))
    assert files.errors()[0][3] == 1213


def test_decimals_are_cut_and_times_read_as_told(files, session):
    session.run("create table u (n decimal(6,2), d date, t timestamp)")
    files.put("1", '{"n":"1.999","d":"2018-11-02","t":1541106106796}')
    session.run(files.statement("json 'auto' timeformat 'epochmillisecs'").replace("copy t", "copy u"))
    assert [str(cell) for cell in session.run("select * from u")[0]] == [
        "1.99", "2018-11-02", "2018-11-01 21:01:46.796000"]
    session.run("create table w (n decimal(38,10))")
    files.put("1", '{"n":"1234567890123456789012345678.12345678909"} {"n":"-0"}')
    session.run(files.statement("json 'auto'").replace("copy t", "copy w"))
    assert str(session.value("select n from w where n > 0")) == "1234567890123456789012345678.1234567890"
    files.put("1", '{"n":"12345678901234567890123456789"}')
    session.refused(files.statement("json 'auto'").replace("copy t", "copy w"))
    assert files.errors()[0][3] == 1209
    files.put("1", '{"t":1541106106796.0}')
    session.refused(files.statement("json 'auto' timeformat 'epochmillisecs'").replace("copy t", "copy u"))
    assert files.errors()[0][3] == 1206


def test_separated_fields(files, session):
    files.put("1", '1,"x, ""y""\nz",0.5,\n2,\\N,,\n')
    assert files.copy("csv") == 2
    assert session.run("select a, b, c from t order by a") == [(1, 'x, "y"\nz', 0.5), (2, None, None)]
    session.run("delete from t")
    files.put("1", "1|a\\|b\\\\c\\\nd|\\N|\\N\n2|\\N||\n")
    assert files.copy("delimiter '|' escape") == 2
    assert session.run("select a, b, c from t order by a") == [(1, "a|b\\c\nd", None), (2, None, None)]
    files.put("1", "1|x\n")
    files.refused("delimiter '|'")
    assert files.errors()[0][3] == 1203
    files.put("1", "1|x|1||5\n")
    files.refused("delimiter '|'")
    assert files.errors()[0][3] == 1202


def test_a_record_of_more_than_4_mb_fails_the_copy(files):
    files.put("1", '{"a":1,"unknown":"' + "x" * (4 << 20) + '"}')
    assert "larger than 4 MB" in files.refused("json 'auto' maxerror 100")


# What is not documented, or not when.


def test_the_client_is_told_how_many_records_could_not_be_loaded(files, session):
    files.put("a.json", '{"a": 1}\n{"a": "x"}\n{"a": 2}\n')
    files.copy("json 'auto' maxerror 5")
    assert [notice.split("completed, ")[1].split("  ")[0].strip() for notice in session.connection.notices[-2:]] == [
        "2 record(s) loaded successfully.", "1 record(s) could not be loaded."]


def test_views_may_be_told_to_tell_late(files, session):
    files.put("a.json", '{"a": 1}\n{"a": "x"}\n')
    history = "select status, error_count from sys_load_history where query_id = pg_last_copy_id()"
    session.run("double tell_late 1")
    files.copy("json 'auto' maxerror 5")
    assert session.run(history) == [("completed", 0)] and files.errors() == []
    time.sleep(1.1)
    assert session.run(history) == [("completed", 1)] and len(files.errors()) == 1
    session.run("double forget")


def test_a_count_may_be_wrong_once(files, session):
    files.put("a.json", '{"a": 1}\n{"a": 2}\n')
    session.run("double once 'copy t' miscount '-1'")
    assert files.copy("json 'auto'") == 1
    assert session.value("select count(*) from t") == 2
    assert files.copy("json 'auto'") == 2


@pytest.mark.parametrize("decoder, texts", [
    ("numbers as they are", ("1.10", '{"c":[true]}')), ("numbers rounded", ("1.1", '{"c":[true]}')),
    ("all as it is", ("1.10", '{"c" : [ true ]}'))])
def test_how_json_becomes_text(files, session, decoder, texts):
    session.run("create table texts (a varchar(20), b varchar(20))")
    files.put("a.json", '{"a": 1.10, "b": {"c" : [ true ]}}')
    session.run(f"double copy_json '{decoder}'")
    session.run(files.statement("json 'auto'").replace("copy t", "copy texts"))
    assert session.run("select a, b from texts") == [texts]
    session.run("double forget")


@pytest.mark.parametrize("text, is_object, is_array", [
    ('{"a":[1]}', True, False), ("[1,2]", False, True), ("[]", False, True), ("[sic]", False, False),
    ("{{}}", False, False), ("7", False, False), ("", False, False)])
def test_valid_json(session, text, is_object, is_array):
    session.run("create table texts (a varchar(20))")
    session.run(f"insert into texts (a) values ('{text}')")
    assert session.run("select is_valid_json(a), is_valid_json_array(a) from texts") == [(is_object, is_array)]


def test_the_namespace_is_the_clusters(session, double):
    assert session.value("select current_namespace") == double.namespace
