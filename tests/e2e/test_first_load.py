"""From an empty account to a loaded warehouse: `cluster up`, `doctor`, `etl`, `cluster down`.

The account is the stand-in's; the cluster that it makes is a double of Redshift.
"""

import json

import pytest

import aws
from cluster_workspace import BUCKET
from records import play, song
from s3_bucket import PRIVATE, connect

CONFIG = """[WAREHOUSE]
ENGINE = redshift
[CLUSTER]
HOST =
IDENTIFIER = shop
REGION = eu-west-1
DB_NAME = {database}
DB_USER = {double.user}
DB_PASSWORD = {double.password}
[IAM_ROLE]
NAME = starlift-reader
ARN =
[AWS]
KEY = {double.s3.access_key}
SECRET = {double.s3.secret_key}
[S3]
ENDPOINT = {double.s3.endpoint}
REGION = us-east-1
STAGING = s3://{bucket}/area
LOG_DATA = log_data
SONG_DATA = song_data
"""


@pytest.fixture
def stand_in(double):
    server = aws.AwsStandIn(double.s3.access_key, double.s3.secret_key)
    server.account.endpoint = {"Address": "localhost", "Port": double.port}
    yield server
    server.stop()
    assert server.account.breaches == []


@pytest.fixture
def shop(workspace, double, stand_in):
    """Runs starlift with a dwh.cfg of a cluster that is yet to be made."""
    name = double.make_database()
    workspace.put("dwh.cfg", CONFIG.format(double=double, database=name, bucket=BUCKET))
    workspace.put_events("a.json", play())
    workspace.put_songs("s.json", song())
    environment = {**PRIVATE, **stand_in.environment}
    yield lambda *arguments, code=0, env=(): workspace.run(*arguments, code=code, env={**environment, **dict(env)})
    double.drop_database(name)


def examine(shop, code=0, **env):
    outcome = shop("doctor", "--json", code=code, env=env)
    return {check["check"]: (check["state"], check["text"]) for check in outcome.json["checks"]}


def ailing(checks):
    """What is not well; a password makes the temporary login superfluous."""
    return {check: found for check, found in checks.items() if found[0] != "ok" and check != "temporary login"}


def test_a_cluster_is_made_found_healthy_loaded_and_removed(shop, stand_in):
    account = stand_in.account
    checks = examine(shop, code=4)
    assert checks["cluster"][0] == checks["network"][0] == "failed" and "starlift cluster up" in checks["network"][1]
    shop("cluster", "up", "--poll", "0.05")
    checks = examine(shop)
    assert not ailing(checks)
    assert "list and read [S3] STAGING" in checks["role's rights"][1]
    shop("create-tables")
    shop("etl")
    assert shop("query", "select count(*) as n from song_plays", "--format", "json").json == [{"n": 1}]
    assert not ailing(examine(shop))
    shop("cluster", "down", "--yes", "--no-snapshot", "--poll", "0.05")
    assert account.is_empty()
    assert "starlift cluster up" in examine(shop, code=4)["cluster"][1]


def test_the_role_is_asked_about_what_the_cluster_reads(shop, stand_in):
    shop("cluster", "up", "--poll", "0.05")
    role = stand_in.account.roles["starlift-reader"]
    policies, role["policies"] = role["policies"], {}
    state, text = examine(shop, code=4)["role's rights"]
    assert state == "failed" and f"lacks s3:GetObject for s3://{BUCKET}/area/" in text
    role["policies"] = policies
    role["AssumeRolePolicyDocument"] = aws.TRUST.replace("redshift", "ec2")
    state, text = examine(shop, code=4)["role's rights"]
    assert state == "failed" and "trust policy" in text and "redshift.amazonaws.com" in text


def test_the_clusters_default_role_is_a_role(shop, stand_in):
    shop("cluster", "up", "--poll", "0.05")
    refused = examine(shop, code=4, STARLIFT_IAM_ROLE_ARN="default")
    assert refused["role"][0] == "failed" and "has no default role" in refused["role"][1]
    cluster = stand_in.account.clusters["shop"]["shown"]
    cluster["DefaultIamRoleArn"] = cluster["IamRoles"][0]["IamRoleArn"]
    assert not ailing(examine(shop, STARLIFT_IAM_ROLE_ARN="default"))


def test_a_load_by_insert_needs_no_role(shop, workspace):
    shop("cluster", "up", "--poll", "0.05")
    text = (workspace.folder / "dwh.cfg").read_text()
    kept = [line for line in text.splitlines() if not line.startswith(("STAGING", "ARN"))]
    workspace.put("dwh.cfg", "\n".join(kept))
    checks = examine(shop)
    assert checks["role"][0] == checks["role's rights"][0] == "skipped" and "INSERT" in checks["role"][1]
    assert checks["login"][0] == "ok"


@pytest.mark.parametrize("action, check", [("DescribeClusters", "cluster"), ("DescribeClusters", "role"),
                                           ("SimulatePrincipalPolicy", "role's rights"), ("GetRole", "role's rights")])
def test_who_loads_needs_no_right_to_ask_about_the_account(shop, stand_in, action, check):
    shop("cluster", "up", "--poll", "0.05")
    stand_in.account.failures[action] = ["AccessDenied"] * 100
    state, text = examine(shop)[check]
    assert state == "skipped" and f":{action}" in text and "a load does without" in text


def test_a_cluster_that_redshift_tidies_up_is_available(shop, stand_in):
    shop("cluster", "up", "--poll", "0.05")
    stand_in.account.clusters["shop"]["shown"]["ClusterStatus"] = "available, resize-cleanup"
    assert examine(shop)["cluster"][0] == "ok"


def test_the_region_is_the_clusters_own_and_not_that_of_the_sources(shop, stand_in, workspace):
    host = f"elsewhere.c0.{aws.OTHER_REGION}.redshift.amazonaws.com"
    text = (workspace.folder / "dwh.cfg").read_text()
    workspace.put("dwh.cfg", text.replace("HOST =", f"HOST = {host}").replace("IDENTIFIER = shop\nREGION = eu-west-1\n", "")
                  .replace("REGION = us-east-1", f"REGION = {aws.REGION}"))
    stand_in.account.regions[aws.OTHER_REGION].clusters["elsewhere"] = {"looks": 0, "groups": [], "shown": {
        "ClusterIdentifier": "elsewhere", "ClusterStatus": "paused", "IamRoles": []}}
    assert "elsewhere is paused" in examine(shop, code=4)["cluster"][1]


def test_the_probe_that_cannot_be_removed_is_named(shop, stand_in, double):
    policy = {"Version": "2012-10-17", "Statement": [{
        "Effect": "Deny", "Principal": "*", "Action": "s3:DeleteObject", "Resource": f"arn:aws:s3:::{BUCKET}/*"}]}
    client = connect(double.s3)
    client.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(policy))
    try:
        state, text = examine(shop, code=4)["staging"]
    finally:
        client.delete_bucket_policy(Bucket=BUCKET)
    assert state == "failed" and "remove it" in text
    [left] = client.list_objects_v2(Bucket=BUCKET, Prefix="area/starlift-doctor")["Contents"]
    assert left["Key"].removeprefix("area/") in text
    client.delete_object(Bucket=BUCKET, Key=left["Key"])
