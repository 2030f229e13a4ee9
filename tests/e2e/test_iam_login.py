"""`[CLUSTER] AUTH = iam`: a login that AWS gives for a while, on a double of Redshift that takes no other."""

import json

import pytest

import aws
from cluster_workspace import BUCKET
from records import play, song
from redshift_double import RedshiftDouble
from s3_bucket import PRIVATE
from workspace import ROOT, Workspace

PASSWORD = "temporary/pass+word=="
EXPIRED = "2000-01-01T00:00:00Z"

CONFIG = """[WAREHOUSE]
ENGINE = {engine}
[CLUSTER]
HOST = {host}
DB_PORT = {double.port}
DB_NAME = {database}
{cluster}
[IAM_ROLE]
ARN = {double.role}
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
CLUSTER = f"AUTH = iam\nIDENTIFIER = dwh\nREGION = {aws.REGION}\nDB_USER = loader\nDB_PASSWORD = NotIt77"


@pytest.fixture(scope="module")
def iam_double(double):
    """Takes the users that AWS's logins are for, as two ways of asking name them, over TLS alone."""
    front = RedshiftDouble("--user", "IAM:loader", "--user", "IAMA:loader", "--password", PASSWORD, "--require-tls",
                           beside=double)
    front.start()
    yield front
    front.stop()


@pytest.fixture
def account(iam_double):
    server = aws.AwsStandIn(iam_double.s3.access_key, iam_double.s3.secret_key)
    server.account.add_cluster("dwh")
    server.account.login_password = PASSWORD
    server.account.url = server.environment["AWS_ENDPOINT_URL"]
    yield server.account
    server.stop()
    assert server.account.breaches == []


class IamWorkspace(Workspace):
    """A workspace whose warehouse is a database of the double's, which only AWS lets it in to."""

    def __init__(self, folder, double, account):
        super().__init__(folder)
        self.double, self.account, self.name = double, account, double.make_database()
        self.configure()

    def configure(self, cluster=CLUSTER, engine="redshift", host="localhost"):
        self.put("dwh.cfg", CONFIG.format(double=self.double, database=self.name, cluster=cluster, bucket=BUCKET,
                                          engine=engine, host=host))

    def run(self, *arguments, env=None, **options):
        outcome = super().run(*arguments, env={**PRIVATE, "AWS_ENDPOINT_URL": self.account.url, **(env or {})},
                              **options)
        for secret in (PASSWORD, "NotIt77", self.double.s3.secret_key, self.account.login_password):
            assert secret not in outcome.output, outcome.output
        return outcome

    def logins(self):
        return [parameters for _, action, parameters in self.account.calls if action == "GetClusterCredentials"]


@pytest.fixture
def workspace(tmp_path, iam_double, account):
    workspace = IamWorkspace(tmp_path, iam_double, account)
    workspace.put_events("a.json", play(sessionId=1), play(sessionId=2))
    workspace.put_songs("s.json", song())
    yield workspace
    iam_double.drop_database(workspace.name)


def test_a_load_asks_for_one_login_and_keeps_it(workspace):
    assert workspace.etl()["datasets"]["events"]["staged"] == 2
    assert workspace.logins() == [
        {"ClusterIdentifier": "dwh", "DbUser": "loader", "DbName": workspace.name, "AutoCreate": False}]
    assert workspace.value("select count(*) as n from song_plays") == 2
    assert len(workspace.logins()) == 2, "one for each process"


def test_a_login_that_expires_is_renewed_for_the_next_connection(workspace):
    workspace.account.login_expires = EXPIRED
    workspace.etl()
    assert len(workspace.logins()) > 1


def test_nothing_that_is_shown_holds_the_password(workspace):
    for arguments in (("etl", "--dry-run"), ("etl", "--log-format", "json"), ("status", "--json"), ("history",),
                      ("doctor",)):
        workspace.run(*arguments, code=None)
    workspace.run("query", "select nonsense", code=1)


def test_a_user_may_be_made_by_the_login(workspace):
    workspace.configure(CLUSTER + "\nAUTO_CREATE = true")
    workspace.etl()
    assert workspace.logins()[0]["AutoCreate"]


def test_a_caller_who_may_not_is_told_the_permission(workspace):
    workspace.account.failures["GetClusterCredentials"] = ["AccessDenied"]
    refusal = workspace.run("etl", code=2).stderr
    assert "cannot get a login of loader to the cluster dwh" in refusal
    assert "the caller needs the permission redshift:GetClusterCredentials" in refusal
    workspace.etl()


def test_a_cluster_that_is_not_there_is_named(workspace):
    workspace.configure(CLUSTER.replace("= dwh", "= other"))
    refusal = workspace.run("status", code=2).stderr
    assert "ClusterNotFound" in refusal and "[CLUSTER] IDENTIFIER" in refusal


def test_a_login_that_the_cluster_does_not_take_is_no_matter_of_the_password(workspace):
    workspace.account.login_password = "not/the+one"
    refusal = workspace.run("status", code=2).stderr
    assert "AUTO_CREATE = true" in refusal and "DB_PASSWORD" not in refusal


@pytest.mark.parametrize("settings, options, named", [
    (CLUSTER.replace("= iam", "= kerberos"), {}, "write password or iam"),
    (CLUSTER, {"engine": "postgres"}, "iam is for Redshift"),
    (CLUSTER.replace("DB_USER = loader\n", ""), {}, "[CLUSTER] DB_USER in dwh.cfg: AUTH = iam"),
    (CLUSTER.replace("IDENTIFIER = dwh\n", ""), {}, "[CLUSTER] IDENTIFIER in dwh.cfg: AUTH = iam"),
    (CLUSTER.replace("IDENTIFIER = dwh\n", ""), {"host": "shop.1.eu-west-1.redshift-serverless.amazonaws.com"},
     "provisioned clusters"),
    (CLUSTER + "\nSSLMODE = prefer", {}, "AUTH = iam takes TLS"),
    (CLUSTER + "\nAUTO_CREATE = perhaps", {}, "AUTO_CREATE is a switch"),
])
def test_settings_by_which_nobody_can_log_in_are_refused(workspace, settings, options, named):
    workspace.configure(settings, **options)
    assert named in workspace.run("status", code=2).stderr
    assert not workspace.logins()


def test_a_file_of_duckdb_is_not_logged_in_to(workspace):
    workspace.configure(engine="duckdb")
    workspace.etl()
    assert not workspace.logins()


def test_the_host_names_cluster_and_region(workspace):
    workspace.account.add_cluster("named")
    workspace.configure("AUTH = iam\nDB_USER = loader", host=f"named.c0.{aws.REGION}.redshift.amazonaws.com")
    checks = json.loads(workspace.run("doctor", "--json", code=4).stdout)["checks"]
    assert {"check": "temporary login", "state": "ok", "text": "IAM:loader until 2100-01-01T00:00:00Z"} in checks
    assert workspace.logins()[0]["ClusterIdentifier"] == "named"


def test_the_doctor_tries_the_login(workspace):
    def examine():
        outcome = workspace.run("doctor", "--json", code=4)  # the account does not know the role
        return {check["check"]: (check["state"], check["text"]) for check in outcome.json["checks"]}

    checks = examine()
    assert checks["cluster"][0] == "ok", "localhost is an address of one's own, and IDENTIFIER names the cluster"
    assert checks["temporary login"] == ("ok", "IAM:loader until 2100-01-01T00:00:00Z")
    assert checks["login"][0] == checks["rights"][0] == "ok"

    workspace.account.failures["GetClusterCredentials"] = ["AccessDenied"]
    checks = examine()
    assert checks["temporary login"][0] == "failed" and "redshift:GetClusterCredentials" in checks["temporary login"][1]
    assert checks["login"] == ("skipped", "AWS gives no temporary login")
    assert checks["rights"][0] == "skipped"

    workspace.account.login_password = "not/the+one"
    checks = examine()
    assert checks["temporary login"][0] == "ok" and checks["login"][0] == "failed"


def test_a_doctor_who_finds_nothing_to_mend(workspace):
    account, role = workspace.account, workspace.double.role
    account.add_cluster("dwh", IamRoles=[{"IamRoleArn": role, "ApplyStatus": "in-sync"}])
    account.add_role(role.split("/")[-1])
    account.roles[role.split("/")[-1]]["policies"]["reads"] = json.dumps({"Statement": [
        {"Action": ["s3:GetObject"], "Resource": f"arn:aws:s3:::{BUCKET}/area/*"},
        {"Action": ["s3:ListBucket"], "Resource": f"arn:aws:s3:::{BUCKET}"}]})
    for _ in ("before the first load", "after it"):
        outcome = workspace.run("doctor", "--json").json
        assert outcome["is_healthy"] and {check["state"] for check in outcome["checks"]} == {"ok"}
        assert {"cluster", "temporary login", "tls", "role", "role's rights", "versions"} <= {
            check["check"] for check in outcome["checks"]}
        workspace.etl()


def test_the_permissions_in_the_documentation_are_those_that_are_used(workspace):
    text = (ROOT / "docs/cluster.md").read_text()
    policy = json.loads(text.split("```json\n")[2].split("```")[0])
    documented = {action for statement in policy["Statement"] for action in statement["Action"]}
    workspace.etl()
    used = {f"{service}:{action}" for service, action, _ in workspace.account.calls}
    assert documented == used | {"redshift:CreateClusterUser"}  # for AUTO_CREATE, without a call of that name
