"""What is Redshift's own: connecting, parts in S3, and transactions that start over."""

import json
import re
import subprocess
import uuid

import pytest

from cluster_workspace import BUCKET, loaded, workspace  # noqa: F401
from fault_proxy import FaultProxy, answer
from records import EVENT, event, play, song
from redshift_double import RedshiftDouble
from workspace import json_lines


# Connecting.


def test_the_server_is_verified_where_a_certificate_is_given(workspace, double, tmp_path):
    workspace.configure(cluster=f"SSLROOTCERT = {double.certificate}")
    workspace.run("status")
    other = tmp_path / "other.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=other", "-keyout",
                    tmp_path / "key.pem", "-out", other], check=True, stderr=subprocess.DEVNULL)
    workspace.configure(cluster=f"SSLROOTCERT = {other}")
    assert "SSLROOTCERT" in workspace.run("status", code=2).stderr


def test_a_server_without_tls_is_refused_unless_it_is_allowed(workspace, double):
    plain = RedshiftDouble("--certificate", "", beside=double)
    plain.start()
    try:
        workspace.configure(port=plain.port)
        failed = workspace.run("status", code=2)
        assert "SSL" in failed.stderr and "SSLMODE under [CLUSTER]" in failed.stderr
        workspace.configure(port=plain.port, cluster="SSLMODE = disable")
        workspace.run("status")
    finally:
        plain.stop()


def test_a_cluster_that_requires_tls_gets_it_by_default(workspace, double):
    strict = RedshiftDouble("--require-tls", beside=double)
    strict.start()
    try:
        workspace.configure(port=strict.port)
        workspace.run("status")
        workspace.configure(port=strict.port, cluster="SSLMODE = disable")
        assert "try another SSLMODE" in workspace.run("status", code=2).stderr
    finally:
        strict.stop()


def test_a_password_that_libpq_cannot_log_in_by_is_told(workspace, double):
    sha256 = RedshiftDouble("--auth", "sha256", beside=double)
    sha256.start()
    try:
        workspace.configure(port=sha256.port)
        assert "one that is kept as MD5" in workspace.run("status", code=2).stderr
    finally:
        sha256.stop()


EXERCISE = """[CLUSTER]
HOST='localhost'
DB_NAME='{database}'
DB_USER='{double.user}'
DB_PASSWORD='{double.password}'
DB_PORT={double.port}

[IAM_ROLE]
ARN='{double.role}'

[S3]
LOG_DATA='s3://{bucket}/log_data'
LOG_JSONPATH='s3://{bucket}/log_json_path.json'
SONG_DATA='s3://{bucket}/song_data'
"""


def test_dwh_cfg_of_the_exercise_works_unchanged(workspace, double):
    bucket = f"dend-{workspace.name.replace('_', '-')}"
    workspace.client.create_bucket(Bucket=bucket)
    paths = json.dumps({"jsonpaths": [f"$['{name}']" for name in EVENT]}, indent=4)
    for key, text in {"log_data/2018/11/2018-11-02-events.json": json_lines([play(), event(page="Help")]),
                      "song_data/A/A/A/TRAAAAK128F9318786.json": json_lines([song()]), "log_json_path.json": paths}.items():
        workspace.client.put_object(Bucket=bucket, Key=key, Body=text.encode())
    workspace.put("dwh.cfg", EXERCISE.format(database=workspace.name, double=double, bucket=bucket))
    of_s3 = {"AWS_ENDPOINT_URL_S3": double.s3.endpoint, "AWS_ACCESS_KEY_ID": double.s3.access_key,
             "AWS_SECRET_ACCESS_KEY": double.s3.secret_key}
    for command in ("create-tables", "etl", "etl"):
        done = workspace.run(command, env=of_s3)
        assert "is unknown" not in done.stderr
    assert "up to date" in done.stdout
    [row] = workspace.query("select user_id, level, song_id, artist_id from song_plays")
    assert row == {"user_id": 7, "level": "free", "song_id": "SOLOWTIDE", "artist_id": "ARQUIET"}


def test_a_wrong_password_names_the_setting_and_is_not_shown(workspace):
    workspace.configure(password="NotIt77")
    failed = workspace.run("status", code=2)
    assert "DB_PASSWORD under [CLUSTER]" in failed.stderr and "NotIt77" not in failed.output


def test_staging_without_a_role_is_refused(workspace):
    workspace.configure(role="")
    assert "ARN under [IAM_ROLE]" in workspace.run("etl", code=2).stderr


def test_a_role_that_is_not_the_clusters_is_named(workspace):
    workspace.configure(role="arn:aws:iam::123456789012:role/stranger")
    assert "ARN" in workspace.run("etl", code=1).stderr
    assert not workspace.parts()


# Lift.


def test_odd_values_come_through_the_parts_as_they_are(workspace):
    texts = ["it's", 'a "b" \\ \\N c', "line\nend\ttab\rback", "", " blanks  ", "naïve \U0001f3b5", "null", "\\", "\x01\x1f"]
    workspace.put_events("b.json", *(event(itemInSession=i, location=text, length=0.1 + i, ts=1541105830796 + i)
                                     for i, text in enumerate(texts)), event(itemInSession=99, location=None))
    workspace.etl()
    rows = workspace.query("select item_in_session, location, length, ts from staging.events where _object_id = "
                           "(select max(object_id) from starlift.objects where dataset = 'events') order by 1")
    assert [row["location"] for row in rows] == [*texts, None]
    assert [row["length"] for row in rows[:-1]] == [0.1 + i for i in range(len(texts))]
    assert [row["ts"][-4:] for row in rows[:3]] == [".796", ".797", ".798"]


def test_parts_are_gone_after_a_run(loaded):
    assert loaded.sessions() == [1, 2]
    assert loaded.parts() == []


def test_parts_are_gone_after_a_run_that_failed(workspace):
    workspace.tell_double("fail_at 'copy \"staging\".\"events\"' 'the disk is full'")
    failed = workspace.run("etl", code=1)
    assert "the disk is full" in failed.stderr
    assert workspace.parts() == []
    assert workspace.etl()["datasets"]["events"]["staged"] == 3


@pytest.mark.parametrize("more", [1, -1])
def test_a_count_of_the_clusters_that_is_not_that_of_the_parts_rolls_back(loaded, more):
    loaded.put_events("b.json", play(sessionId=3))
    loaded.tell_double(f"once 'copy \"staging\".\"events\"' miscount '{more}'")
    failed = loaded.run("etl", code=1)
    assert f"1 rows were written for staging.events, and the cluster says that it copied {1 + more}" in failed.stderr
    assert loaded.sessions() == [1, 2] and loaded.value("select count(*) as n from starlift.objects") == 2
    assert loaded.parts() == []
    assert loaded.etl()["datasets"]["events"]["staged"] == 1


def test_what_a_killed_run_left_is_swept_and_nothing_else(loaded):
    part = "run-1-1/1-events/part-00001.json.zst"
    mine, longer = f"{loaded.area}/{part}", f"{loaded.area}0/{part}"
    # Another cluster may be reached at the same address, through a tunnel, and have a database of the same name.
    others = f"area/starlift-{uuid.uuid4()}-{loaded.name}/{part}"
    for key in (mine, longer, others):
        loaded.client.put_object(Bucket=BUCKET, Key=key, Body=b"left")
    loaded.put_events("b.json", play(sessionId=3))
    loaded.etl()
    left = [key for key in (mine, longer, others) if "Contents" in loaded.client.list_objects_v2(Bucket=BUCKET, Prefix=key)]
    assert left == [longer, others]
    for key in left:
        loaded.client.delete_object(Bucket=BUCKET, Key=key)


def test_databases_of_one_cluster_share_an_area_however_alike_their_names_are(loaded, double):
    """Each run sweeps, while another one's parts lie there, what is its own."""
    alike = [f"{loaded.name} x", f"{loaded.name}_x", f"{loaded.name}!x"]
    for name in alike:
        double.run_postgres(f'create database "{name}" template redshift_template')
    try:
        folders = []
        for name in alike:
            loaded.configure(database=name)
            [folder] = re.findall(f"s3://{BUCKET}/(area/[^/]+)/run-.*?manifest", loaded.run("etl", "--dry-run").stdout)[:1]
            folders.append(folder)
        assert len(set(folders)) == 3
        parts = [f"{folder}/run-1-1/1-events/part-00001.json.zst" for folder in folders]
        for key in parts:
            loaded.client.put_object(Bucket=BUCKET, Key=key, Body=b"on its way")
        loaded.configure(database=alike[0])
        loaded.run("etl")
        left = {key for key in parts if "Contents" in loaded.client.list_objects_v2(Bucket=BUCKET, Prefix=key)}
        assert left == set(parts[1:])
        for key in left:
            loaded.client.delete_object(Bucket=BUCKET, Key=key)
    finally:
        for name in alike:
            double.run_postgres(f'drop database "{name}" with (force)')


def test_parts_of_a_killed_run_are_swept_by_the_next_which_loads(loaded):
    loaded.put_events("b.json", play(sessionId=3))
    with loaded.session() as connection, connection.cursor() as cursor:
        with loaded.start_stuck_run(cursor) as run:
            run.kill()
        left = loaded.parts()
        assert [key.rsplit("/", 1)[1] for key in left] == ["manifest", "part-00001.json.zst"]
        cursor.execute("rollback")
    assert loaded.parts() == left
    assert "nothing of it was committed" in loaded.run("etl", "--wait", "60").stderr
    assert loaded.parts() == []
    assert loaded.sessions() == [1, 2, 3]


def test_without_a_staging_area_rows_go_by_insert(workspace):
    workspace.configure(staging="", role="")
    done = workspace.run("etl")
    assert "set STAGING under [S3]" in done.stderr
    assert workspace.sessions() == [1, 2]


def test_a_dry_run_shows_the_copy_with_its_options_and_no_key(workspace, double):
    shown = workspace.run("etl", "--dry-run").stdout
    [copy] = re.findall(r'copy "staging"\."events" .*?statupdate off', shown, re.DOTALL)
    assert f"from 's3://{BUCKET}/{workspace.area}/run-" in copy and "/manifest'" in copy
    assert f"iam_role '{double.role}'\nformat as json 'auto'\nzstd\nmanifest\n" in copy
    assert double.s3.access_key not in shown and double.s3.secret_key not in shown


QUESTIONS = ("select 1 from ", "select count(*) from ", "select coalesce(max(", "select run_id, ",
             "select pg_last_copy_count()", "select version from ")


def normal(statement):
    """Without remarks, rows, and the numbers of runs, loads and folders."""
    statement = re.sub(r"^(--.*\n)+", "", statement)
    statement = re.sub(r"(\) values)[\s(].*", r"\1", statement, flags=re.DOTALL)
    return re.sub(r"\d+", "N", statement)


def statements_of_a_run(workspace, *arguments):
    """Those after which others cannot write, but for what it asks to know more."""
    with workspace.logged() as ran:
        workspace.etl(*arguments)
    ran = ran[ran.index('create schema if not exists "starlift"'):]
    return [statement for statement in ran if not statement.startswith(QUESTIONS)]


@pytest.mark.parametrize("staging", [f"STAGING = s3://{BUCKET}/area", ""], ids=["by COPY", "by INSERT"])
def test_a_dry_run_shows_what_a_run_does(workspace, staging):
    def assert_alike(*arguments):
        shown = workspace.run("etl", "--dry-run", "--json", *arguments).json["statements"]
        ran = statements_of_a_run(workspace, *arguments)
        assert list(map(normal, shown)) == list(map(normal, ran))
        return shown

    workspace.configure(staging=staging)
    workspace.put("log_data/a.json", json_lines([play(sessionId=1), play(sessionId=2)]))  # none is rejected
    first = assert_alike()
    assert sum(statement.startswith("-- check ") for statement in first) > 10
    workspace.put_events("b.json", play(sessionId=3))
    workspace.put_events("a.json", play(sessionId=1), play(sessionId=4), age_s=60)
    later = assert_alike()
    assert not any("create table" in statement and "run_lock" not in statement for statement in later)
    assert_alike("--full-refresh", "--checks", "off")
    (workspace.folder / "log_data/b.json").unlink()
    assert_alike("--prune")


def test_encodings_that_the_definition_names_are_declared(workspace):
    workspace.run("init", "wh")
    events, users = workspace.folder / "wh/staging/events.toml", workspace.folder / "wh/star/users.sql"
    events.write_text(events.read_text() + '\n[redshift]\nencoding = { artist = "zstd", ts = "az64" }\n')
    users.write_text(users.read_text().replace("[redshift]", '[redshift]\nencoding = { level = "bytedict" }'))
    with workspace.logged() as ran:
        workspace.etl("--warehouse", "wh")
    made = [statement for statement in ran if "encode" in statement]
    assert len(made) == 2
    assert re.search(r'"artist" +varchar\(1024\) +encode zstd,.*"ts" +timestamp +encode az64', made[0], re.DOTALL)
    assert re.search(r'"level" +varchar\(\d+\) +encode bytedict', made[1])
    assert "encode bytedict" in workspace.run("sql", "users", "--warehouse", "wh", "--engine", "redshift").stdout
    assert "encode" not in workspace.run("sql", "users", "--warehouse", "wh", "--engine", "postgres").stdout


def test_a_large_table_is_analyzed_once_the_run_that_remade_it_is_done(workspace):
    workspace.run("init", "wh")
    workspace.put("wh/star/pairs.sql", """/*
description = "One row per pair of pages"
kind = "dimension"
key = ["a", "b"]
columns = [ { name = "a", type = "bigint", required = true }, { name = "b", type = "bigint", required = true } ]
*/
select x.item_in_session as a, y.item_in_session as b
from staging.events as x
cross join staging.events as y""")
    workspace.put_events("a.json", *(event(itemInSession=i) for i in range(320)))
    with workspace.logged() as ran:
        workspace.etl("--warehouse", "wh", "--checks", "off")
    assert [statement for statement in ran if statement.startswith("analyze")] == ['analyze "pairs"']
    # Nobody waits for it, nor takes the run for one whose end is unknown.
    assert ran[-2:] == ["commit", 'analyze "pairs"'] and "'done'" in ran[-3]


DATASET = """description = "Numbers"
source = "LAB.{name}"
objects = "immutable"
columns = [{{ name = "n", field = "n", type = "integer" }}]
"""


def test_a_large_load_is_analyzed_lifted_or_direct(workspace):
    workspace.put("lab/warehouse.toml", 'name = "lab"\ndescription = "A laboratory"\n')
    workspace.client.put_object(Bucket=BUCKET, Key=f"{workspace.name}/numbers.json", Body=b'{"n":1}\n' * 100_000)
    sources = ""
    for name in ("lifted", "copied"):
        workspace.put(f"lab/staging/{name}.toml", DATASET.format(name=name.upper()))
        sources += f"{name} = s3://{BUCKET}/{workspace.name}\n"
    workspace.configure(cluster=f"[COPY]\nCOPIED = direct\n[LAB]\n{sources}")
    with workspace.logged() as ran:
        loads = workspace.etl("--warehouse", "lab")["datasets"]
    assert {name: (load["copy"], load["staged"]) for name, load in loads.items()} == {
        "copied": ("direct", 100_000), "lifted": ("lift", 100_000)}
    assert sorted(statement for statement in ran if statement.startswith("analyze")) == [
        'analyze "staging"."copied"', 'analyze "staging"."lifted"']


def test_the_region_of_the_staging_bucket_is_found_by_itself(workspace, double):
    def point_elsewhere(request):
        is_right = b"/eu-north-9/s3/aws4_request" in request.head
        return None if is_right else answer(301, headers="x-amz-bucket-region: eu-north-9\r\n", body="")

    distant = RedshiftDouble("--s3-region", "eu-north-9", beside=double)
    distant.start()
    try:
        with FaultProxy(double.s3, intercept=point_elsewhere) as proxy:
            workspace.configure(port=distant.port, endpoint=proxy.endpoint)
            assert "\nregion 'eu-north-9'\n" in workspace.run("etl", "--dry-run").stdout
            workspace.etl()
            assert workspace.sessions() == [1, 2]
    finally:
        distant.stop()
    assert workspace.parts() == []


def test_many_rows_of_the_ledger_go_by_copy(workspace):
    for i in range(600):
        workspace.put_events(f"many/{i}.json", event(itemInSession=i))
    with workspace.logged() as ran:
        workspace.etl()
    [filled] = [statement for statement in ran if re.match(r'(copy|insert into) "starlift"\."objects"', statement)
                and "'songs'" not in statement]
    assert filled.startswith("copy")
    assert workspace.value("select count(*) as n from starlift.objects") == 602
    assert workspace.etl()["run_id"] is None


# Starting over.


def test_a_serialization_conflict_starts_the_run_over(loaded):
    loaded.put_events("b.json", play(sessionId=3))
    loaded.tell_double("fail_commits 1")
    done = loaded.run("etl")
    assert "Serializable isolation violation" in done.stderr and "starts over (2 of 3)" in done.stderr
    assert loaded.sessions() == [1, 2, 3]
    assert loaded.parts() == []


def test_a_table_that_is_younger_than_the_snapshot_starts_the_run_over(loaded):
    loaded.put_events("b.json", play(sessionId=3))
    loaded.tell_double("fail_at 'insert into \"song_plays\"' '1018: Relation does not exist'")
    assert "starts over (2 of 3)" in loaded.run("etl").stderr
    assert loaded.sessions() == [1, 2, 3]


@pytest.mark.parametrize("message, advice", [
    ("Disk Full", "more nodes"),
    ("The specified S3 prefix x does not exist", "does not see what was put below [S3] STAGING"),
    ("Cannot COPY into nonexistent table events", "run it again"),
])
def test_an_error_of_the_cluster_says_what_to_try(workspace, message, advice):
    workspace.tell_double(f"fail_at 'copy \"staging\".\"events\"' '{message}'")
    failed = workspace.run("etl", code=1)
    assert message in failed.stderr and advice in failed.stderr


def test_a_conflict_that_stays_is_given_up(loaded):
    loaded.put_events("b.json", play(sessionId=3))
    loaded.tell_double("fail_commits 99")
    assert "Serializable isolation violation" in loaded.run("etl", code=1).stderr
    loaded.tell_double("forget")
    assert loaded.sessions() == [1, 2]
    loaded.etl()
    assert loaded.sessions() == [1, 2, 3]


@pytest.mark.parametrize("fault", ["drop_before 'copy \"staging\"'", "drop_after 'copy \"staging\"'",
                                   "drop_before 'insert into \"song_plays\"'"])
def test_a_lost_connection_starts_the_run_over(loaded, fault):
    loaded.put_events("b.json", play(sessionId=3))
    loaded.tell_double(fault)
    done = loaded.run("etl")
    assert "starts over (2 of 3)" in done.stderr
    assert loaded.sessions() == [1, 2, 3]
    assert loaded.value("select count(*) as n from staging.events") == 4
