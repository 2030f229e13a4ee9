"""`starlift doctor`: what a first load needs, on a folder, on a bucket, and on a cluster that is not quite there."""

import fcntl
import json
import re
import socket
import threading

import pytest

import aws
from node import run_node
from records import play, song
from s3_bucket import PRIVATE

CLUSTER = """
[WAREHOUSE]
ENGINE = redshift
[CLUSTER]
HOST = 127.0.0.1
DB_PORT = {port}
IDENTIFIER = shop
DB_PASSWORD = Passw0rd-of-mine
[IAM_ROLE]
ARN = arn:aws:iam::123456789012:role/starlift-shop
[S3]
LOG_DATA = log_data
SONG_DATA = song_data
"""


def examine(workspace, code=0, **options):
    outcome = workspace.run("doctor", "--json", code=code, **options)
    checks = {check["check"]: (check["state"], check["text"]) for check in outcome.json["checks"]}
    assert outcome.json["is_healthy"] == (code == 0)
    return checks


@pytest.fixture
def loaded(workspace):
    workspace.put_events("a.json", play())
    workspace.put("song_data/s.json", "{}")
    return workspace


@pytest.mark.every_engine
def test_a_healthy_warehouse_is_told_check_by_check(loaded):
    checks = examine(loaded)
    assert checks["configuration"][0] == checks["source events"][0] == checks["rights"][0] == "ok"
    assert "log_data/a.json" in checks["source events"][1]
    of_the_cluster, of_the_role = [], ["role"]
    if loaded.engine.name == "redshift":
        of_the_cluster, of_the_role = ["temporary login"], ["role", "role's rights"]
    assert list(checks) == ["configuration", "credentials", "source events", "source songs", "staging", "cluster",
                            *of_the_cluster, "network", "tls", "login", *of_the_role, "versions", "rights"]
    loaded.etl()
    checks = examine(loaded)
    assert [checks[name][0] for name in ("login", "versions", "rights")] == ["ok"] * 3
    assert loaded.etl()["datasets"]["events"]["new"] == 0


def test_what_is_wrong_is_said_and_the_rest_is_still_checked(loaded):
    loaded.use_sources("[S3]\nLOG_DATA = elsewhere\n")
    checks = examine(loaded, code=4)
    assert checks["source events"][0] == "failed" and "elsewhere" in checks["source events"][1]
    assert checks["source songs"][0] == "failed" and "[S3] SONG_DATA" in checks["source songs"][1]
    assert checks["rights"][0] == "ok"
    loaded.put("dwh.cfg", "nonsense\n")
    assert list(examine(loaded, code=4)) == ["configuration"]
    assert "FAILED   configuration    dwh.cfg:1" in loaded.run("doctor", code=4).stdout


def test_a_jsonpaths_file_is_read_as_a_load_reads_it(loaded):
    sources = (loaded.folder / "dwh.cfg").read_text()
    loaded.put("dwh.cfg", f"{sources}LOG_JSONPATH = paths.json\n")
    checks = examine(loaded, code=4)
    assert checks["source events"][0] == "failed" and "paths.json" in checks["source events"][1]
    assert checks["source songs"][0] == "ok"
    loaded.put("paths.json", '{"jsonpaths": ["$.artist"]}')
    assert "paths.json (dwh.cfg:7) holds 1 paths" in examine(loaded, code=4)["source events"][1]


def bring_forward(workspace):
    """Has a warehouse look as if a later starlift had made it."""
    statement = "update starlift.schema_version set version = 2"
    if workspace.engine.name == "postgres":
        [database] = re.findall("DB_NAME = (.*)", (workspace.folder / "dwh.cfg").read_text())
        workspace.engine.run(statement, database)
    else:
        run_node(workspace.folder, f"""
            import {{ DuckDBInstance }} from '@duckdb/node-api';
            const connection = await (await DuckDBInstance.create('{workspace.database}')).connect();
            await connection.run('{statement}');
            connection.closeSync();
        """)


@pytest.mark.every_engine
def test_the_tables_of_a_newer_starlift_are_left_alone(loaded):
    if loaded.engine.name == "redshift":
        pytest.skip("it holds there as on PostgreSQL")
    loaded.etl()
    bring_forward(loaded)
    checks = examine(loaded, code=4)
    assert checks["login"][0] == "failed" and "a newer starlift made this warehouse" in checks["login"][1]
    loaded.put_events("b.json", play(sessionId=2))
    refusal = loaded.run("etl", code=1).stderr
    assert "its schema version is 2, and this program knows 1; use that starlift, or newer" in refusal


@pytest.mark.every_engine
def test_a_server_that_is_no_redshift_is_not_taken_for_one(loaded):
    if loaded.engine.name != "postgres":
        pytest.skip("it takes a server that is PostgreSQL's")
    config = (loaded.folder / "dwh.cfg").read_text()
    loaded.put("dwh.cfg", config.replace("= postgres", "= redshift").replace("[S3]", "DB_PORT = 5432\nSSLMODE = prefer\n[S3]"))
    checks = examine(loaded, code=4, env={**PRIVATE, "AWS_REGION": "eu-west-1"})
    assert checks["login"][0] == "ok" and checks["versions"][0] == "failed", checks
    assert "no Redshift: PostgreSQL 1" in checks["versions"][1] and "ENGINE = postgres" in checks["versions"][1]


@pytest.fixture
def bucket(s3_workspace):
    s3_workspace.put_events("a.json", play())
    s3_workspace.put_songs("s.json", song())
    s3_workspace.configure(more=f"STAGING = s3://{s3_workspace.bucket}/staging\n")
    return s3_workspace


def test_a_bucket_is_listed_read_and_written_to(bucket):
    checks = examine(bucket)
    assert checks["source events"][0] == checks["staging"][0] == "ok" and "not AWS" in checks["credentials"][1]
    assert "Contents" not in bucket.client.list_objects_v2(Bucket=bucket.bucket, Prefix="staging")
    wrong = examine(bucket, code=4, env={"STARLIFT_AWS_SECRET": "wrong-secret"})
    assert wrong["source events"][0] == wrong["staging"][0] == "failed" and "wrong-secret" not in str(wrong)


@pytest.fixture
def stand_in():
    server = aws.AwsStandIn()
    yield server
    server.stop()
    assert server.account.breaches == []


@pytest.fixture
def plain_server():
    """Takes connections, and refuses TLS as a server without it does."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                if connection.recv(8) == b"\0\0\0\x08\x04\xd2\x16\x2f":
                    connection.sendall(b"N")

    threading.Thread(target=serve, daemon=True).start()
    yield listener.getsockname()[1]
    listener.close()


def test_a_cluster_is_examined_from_the_account_to_its_port(loaded, stand_in, plain_server):
    loaded.put("dwh.cfg", CLUSTER.format(port=plain_server))
    checks = examine(loaded, code=4, env=stand_in.environment)
    assert "user/ann in account 123456789012" in checks["credentials"][1]
    assert checks["cluster"][0] == "failed" and "starlift cluster up" in checks["cluster"][1]
    assert checks["network"][0] == "ok"
    assert checks["tls"][0] == "failed" and "require (the default) asks for it" in checks["tls"][1]
    assert checks["login"][0] == "failed"

    stand_in.account.add_cluster("shop", "creating")
    stand_in.account.clusters["shop"]["looks"] = 9
    assert "is creating" in examine(loaded, code=4, env=stand_in.environment)["cluster"][1]
    stand_in.account.add_cluster("shop", Endpoint={"Address": "127.0.0.1", "Port": plain_server})
    checks = examine(loaded, code=4, env=stand_in.environment)
    assert checks["cluster"] == ("ok", "shop is available: 2 x ra3.large, not public: reached from within its VPC")
    assert checks["role"][0] == "skipped" and "INSERT" in checks["role"][1]
    checks = examine(loaded, code=4, env={**stand_in.environment, "STARLIFT_S3_STAGING": "s3://parts/area"})
    assert checks["role"][0] == "failed" and "lacks the role" in checks["role"][1]
    checks = examine(loaded, code=4, env={**stand_in.environment, "STARLIFT_CLUSTER_SSLMODE": "verify-full"})
    assert checks["tls"][0] == "failed" and "Passw0rd-of-mine" not in str(checks)


@pytest.mark.parametrize("engine, settings, env, state, words", [
    ("redshift", {}, {}, "failed", "require (the default)"),
    ("redshift", {"SSLMODE": "prefer"}, {}, "ok", "not encrypted"),
    ("redshift", {"SSLROOTCERT": "bundle.pem"}, {}, "failed", "verify-full (STARLIFT_CLUSTER_SSLROOTCERT)"),
    ("postgres", {}, {}, "ok", "not encrypted"),
    ("postgres", {}, {"PGSSLMODE": "require"}, "failed", "require (PGSSLMODE)"),
    ("redshift", {}, {"PGSSLMODE": "prefer"}, "failed", "require (the default)"),
    ("postgres", {"SSLMODE": "verify-ca"}, {}, "failed", "verify-ca (STARLIFT_CLUSTER_SSLMODE)"),
])
def test_tls_is_asked_for_as_a_connection_will(loaded, plain_server, engine, settings, env, state, words):
    loaded.put("dwh.cfg", CLUSTER.format(port=plain_server).replace("redshift", engine).replace("IDENTIFIER = shop", ""))
    given = {f"STARLIFT_CLUSTER_{key}": value for key, value in settings.items()}
    checks = examine(loaded, code=4, env={**PRIVATE, **env, **given})
    assert checks["tls"][0] == state and words in checks["tls"][1]


def test_credentials_that_nothing_needs_may_be_missing(loaded, plain_server):
    loaded.put("dwh.cfg", CLUSTER.format(port=plain_server))
    checks = examine(loaded, code=4, env={**PRIVATE, "AWS_REGION": "eu-west-1"})
    assert checks["credentials"][0] == checks["cluster"][0] == "skipped"


def test_a_temporary_login_takes_credentials_whoever_reads_the_sources(loaded, stand_in, plain_server):
    stand_in.account.add_cluster("shop")
    loaded.put("dwh.cfg", CLUSTER.format(port=plain_server).replace("IDENTIFIER", "AUTH = iam\nDB_USER = ann\nIDENTIFIER"))
    checks = examine(loaded, code=4, env={**PRIVATE, "AWS_REGION": "eu-west-1"})
    assert checks["credentials"][0] == "failed" and checks["temporary login"][0] == "failed"
    checks = examine(loaded, code=4, env={**stand_in.environment, "STARLIFT_AWS_ANONYMOUS": "true"})
    assert checks["credentials"] == ("ok", "arn:aws:iam::123456789012:user/ann in account 123456789012 asks for the "
                                     "temporary login; requests to S3 go unsigned")
    assert checks["temporary login"][0] == "ok"


def test_the_host_is_held_against_the_cluster_where_it_is_one_of_redshifts(loaded, stand_in, plain_server):
    def examine_at(host):
        loaded.put("dwh.cfg", CLUSTER.format(port=plain_server).replace("127.0.0.1", host))
        return examine(loaded, code=4, env=stand_in.environment)["cluster"]

    stand_in.account.add_cluster("shop")
    assert examine_at("shop.invalid")[0] == "ok"
    assert examine_at("Shop.C0.eu-west-1.redshift.amazonaws.com")[0] == "ok"
    state, text = examine_at("shop.c1.eu-west-1.redshift.amazonaws.com")
    assert state == "failed" and "the cluster shop is at shop.c0." in text


def test_a_file_that_another_process_holds_is_no_fault(loaded):
    loaded.etl()
    with open(loaded.database, "r+b") as file:
        fcntl.lockf(file, fcntl.LOCK_EX)
        checks = examine(loaded)
    assert checks["login"][0] == checks["rights"][0] == "skipped" and "in use" in checks["rights"][1]


def test_the_roles_rights_are_asked_of_iam(bucket, plain_server):
    role = "arn:aws:iam::123456789012:role/starlift-shop"
    cluster = CLUSTER.format(port=plain_server).split("[IAM_ROLE]")[0].split("redshift\n")[1]
    config = (bucket.folder / "dwh.cfg").read_text().replace("[WAREHOUSE]", "[WAREHOUSE]\nENGINE = redshift")
    bucket.put("dwh.cfg", f"{config}{cluster}[IAM_ROLE]\nARN = {role}\n")
    server = aws.AwsStandIn(bucket.server.access_key, bucket.server.secret_key)
    try:
        server.account.add_cluster("shop", Endpoint={"Address": "127.0.0.1", "Port": plain_server},
                                   IamRoles=[{"IamRoleArn": role, "ApplyStatus": "in-sync"}])
        server.account.add_role("starlift-shop")
        checks = examine(bucket, code=4, env=server.environment)
        assert checks["role"][0] == "ok"
        assert checks["role's rights"][0] == "failed" and "lacks s3:GetObject" in checks["role's rights"][1]

        def give_policy(**env):
            """The one that `plan` shows."""
            plan = bucket.run("cluster", "plan", "--json", env={
                **server.environment, "STARLIFT_CLUSTER_IDENTIFIER": "other", "STARLIFT_CLUSTER_DB_PORT": "5439", **env})
            server.account.roles["starlift-shop"]["policies"]["mine"] = json.dumps(plan.json["role"]["read_policy"])

        give_policy()
        assert examine(bucket, code=4, env=server.environment)["role's rights"][0] == "ok"

        bucket.run("init", "wh")
        toml = bucket.folder / "wh/staging/events.toml"
        toml.write_text(f'objects = "immutable"\n{toml.read_text()}')
        give_policy(STARLIFT_S3_LOG_DATA="log_data", STARLIFT_S3_SONG_DATA="song_data")  # [S3] STAGING alone

        def rights(copy):
            env = {**server.environment, "STARLIFT_COPY_EVENTS": copy}
            checks = bucket.run("doctor", "--json", "--warehouse", "wh", code=4, env=env).json["checks"]
            return [(check["state"], check["text"]) for check in checks if check["check"] == "role's rights"][0]

        assert rights("")[0] == "ok" and "sources" not in rights("")[1], "rows are lifted"
        assert rights("auto")[0] == "failed" and f"s3:GetObject for s3://{bucket.bucket}/log_data" in rights("auto")[1]
        assert server.account.breaches == []
    finally:
        server.stop()
