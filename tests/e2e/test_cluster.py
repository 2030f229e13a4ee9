"""`starlift cluster` against a stand-in for an AWS account that takes only what the service models allow."""

import json
import signal
import stat
import subprocess
import time
from urllib.parse import urlencode

import pytest

import aws
import query_model
from cluster_account import CONFIG, HOST, OURS, ROLE_ARN, account, cluster, config_of, stand_in  # noqa: F401
from workspace import BINARY, ROOT, environment


def test_plan_shows_the_exact_policies_and_changes_nothing(cluster, account, workspace):
    text = cluster("plan").stdout
    assert "2 x ra3.large, encrypted, not public" in text and "https://aws.amazon.com/redshift/pricing/" in text
    assert f"as arn:aws:iam::{aws.ACCOUNT}:user/ann" in text
    plan = cluster("plan", "--json").json
    assert plan["role"]["trust_policy"]["Statement"] == [{
        "Effect": "Allow", "Principal": {"Service": "redshift.amazonaws.com"}, "Action": "sts:AssumeRole"}]
    assert plan["steps"] == [
        "create the role starlift-shop-1", "write the policy starlift-read of the role",
        "create the cluster shop-1", "wait until it is available", "give the cluster the role",
        "wait until the cluster has the role"]
    assert {a for a in account.actions() if not a.startswith(("Get", "Describe"))} == set()
    assert config_of(workspace) == CONFIG


def test_the_policy_opens_the_prefixes_of_the_configuration_and_nothing_else(cluster):
    policy = cluster("plan", "--json").json["role"]["read_policy"]

    def may_read(key):
        return aws.allows(policy, "s3:GetObject", f"arn:aws:s3:::{key}", {})

    def may_list(bucket, prefix):
        return aws.allows(policy, "s3:ListBucket", f"arn:aws:s3:::{bucket}", {"s3:prefix": prefix})

    assert may_read("sources/log_data/2018/11/a.json") and may_read("sources/log_json_path.json")
    assert may_read("sources/song_data/A/x.json") and may_read("staging/a*b/part-1")
    assert not may_read("sources/log_data_old/a.json") and not may_read("sources/secret.json")
    assert not may_read("staging/aXb/part-1") and not may_read("other/log_data/a.json")
    assert may_list("sources", "log_data/2018") and not may_list("sources", "") and not may_list("staging", "log_data/")
    assert {action for statement in policy["Statement"] for action in statement["Action"]} == {
        "s3:ListBucket", "s3:GetBucketLocation", "s3:GetObject"}


def test_up_makes_everything_and_down_leaves_nothing(cluster, account, workspace):
    path = workspace.folder / "dwh.cfg"
    path.chmod(0o640)
    outcome = cluster("up")
    assert "wait until it is available (creating)" in outcome.stderr
    shown = account.clusters["shop-1"]["shown"]
    assert shown["Encrypted"] and not shown["PubliclyAccessible"] and shown["Tags"] == OURS
    assert account.clusters["shop-1"]["password"] == "Passw0rd-of-mine"
    assert shown["IamRoles"] == [{"IamRoleArn": ROLE_ARN, "ApplyStatus": "in-sync"}]
    assert account.roles["starlift-shop-1"]["Tags"] == OURS
    assert not account.groups and not [c for c in account.calls if c[0] == "ec2"]
    assert config_of(workspace) == CONFIG.replace("HOST=''", f"HOST='{HOST}'").replace("ARN=''", f"ARN='{ROLE_ARN}'")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640

    account.calls.clear()
    assert "nothing is left to do" in cluster("up").stderr
    assert {a for a in account.actions() if not a.startswith(("Get", "Describe"))} == set()
    assert f"{HOST}:5439" in cluster("status").stdout
    assert cluster("status", "--json").json["cluster"]["status"] == "available"

    account.group_in_use = 2
    cluster("down", "--yes", "--no-snapshot")
    assert account.is_empty() and not account.snapshots
    assert config_of(workspace) == CONFIG
    assert "cluster shop-1: none" in cluster("status").stdout
    cluster("down", "--yes")


def test_down_asks_first_and_keeps_a_snapshot(cluster, account):
    cluster("up")
    refusal = cluster("down", code=2).stderr
    assert "delete the cluster shop-1" in refusal and "snapshot shop-1-20" in refusal and "--yes" in refusal
    assert "shop-1" in account.clusters and not account.snapshots
    said = cluster("down", "--yes", "--json")
    assert account.is_empty() and account.snapshots == [said.json["snapshot"]]
    assert f"the data is in the snapshot {account.snapshots[0]}" in said.stderr


def remove_it(held):
    held.clusters.clear()


def have_it_removed(held):
    """Somebody else's order was a little faster."""
    held.clusters["shop-1"]["shown"]["ClusterStatus"] = "deleting"


@pytest.mark.parametrize("meanwhile", [remove_it, have_it_removed])
@pytest.mark.parametrize("action", ["DeleteCluster", "GetRole"])
def test_a_snapshot_that_was_not_made_is_not_named(cluster, account, meanwhile, action):
    cluster("up")
    account.calls.clear()

    def cross(held):
        if held.clusters and (action == "DeleteCluster" or held.actions().count("GetRole") > 1):
            meanwhile(held)

    account.before[action] = cross
    said = cluster("down", "--yes", "--json")
    assert account.is_empty() and not account.snapshots and said.json["snapshot"] is None
    assert "the cluster was deleted by somebody else: AWS confirmed no order of this run" in said.stderr
    assert "describe-cluster-snapshots --cluster-identifier shop-1 shows those" in said.stderr
    assert "the data is in the snapshot" not in said.stderr


def test_a_public_cluster_is_open_for_the_caller_alone(cluster, account):
    account.group_in_use = 2
    cluster("up", "--public-from-here")
    (group,) = account.groups.values()
    assert group["Tags"] == OURS and group["VpcId"] == aws.VPC
    assert [p["IpRanges"] for p in group["IpPermissions"]] == [[{"CidrIp": "203.0.113.7/32"}]]
    assert account.clusters["shop-1"]["shown"]["PubliclyAccessible"]
    assert account.clusters["shop-1"]["groups"] == [group["GroupId"]]

    cluster("up", "--public-from", "198.51.100.9")  # from another address: the first is closed
    assert [p["IpRanges"] for p in group["IpPermissions"]] == [[{"CidrIp": "198.51.100.9/32"}]]
    assert "port 5439 is open for 198.51.100.9/32" in cluster("status").stdout
    assert "too many" in cluster("up", "--public-from", "0.0.0.0/0", code=2).stderr
    cluster("down", "--yes", "--no-snapshot")
    assert account.is_empty()


def test_without_a_default_vpc_a_subnet_group_is_asked_for(cluster, account):
    account.has_default_vpc = False
    assert "[CLUSTER] SUBNET_GROUP" in cluster("up", "--public-from-here", code=2).stderr
    cluster("up", "--public-from-here", env={"STARLIFT_CLUSTER_SUBNET_GROUP": "mine"})
    assert [g["VpcId"] for g in account.groups.values()] == ["vpc-0other"]


@pytest.mark.parametrize("action", ["CreateRole", "PutRolePolicy", "CreateCluster", "ModifyClusterIamRoles"])
def test_what_is_denied_half_way_names_the_permission_and_goes_on_afterwards(cluster, account, action):
    account.failures[action] = ["AccessDenied"]
    refusal = cluster("up", code=2).stderr
    assert f":{action}" in refusal and "the caller needs the permission" in refusal
    cluster("up")
    assert account.actions().count(action) == 2
    assert account.clusters["shop-1"]["shown"]["IamRoles"][0]["ApplyStatus"] == "in-sync"


def test_what_is_throttled_is_tried_again(cluster, account):
    for action in ("GetRole", "CreateRole", "CreateCluster", "DescribeClusters"):
        account.failures[action] = ["Throttling", "RequestLimitExceeded"]
    cluster("up")
    assert account.actions().count("CreateRole") == 3


def test_a_call_that_was_carried_out_and_cut_off_is_not_carried_out_twice(cluster, account):
    def create_behind_our_back(held):
        if not held.clusters:
            held.add_cluster("shop-1", "creating", Tags=OURS)

    account.before["CreateCluster"] = create_behind_our_back
    cluster("up")
    assert len(account.clusters) == 1


def test_a_cluster_that_somebody_else_removes_is_not_made_again(cluster, account):
    def remove_when_it_was_seen(held):
        looks_after_the_order = held.actions()[::-1].index("CreateCluster") if "CreateCluster" in held.actions() else 0
        if looks_after_the_order > 6:
            held.clusters.clear()

    account.looks_to_create = 1000
    account.before["DescribeClusters"] = remove_when_it_was_seen
    assert "somebody else removed it" in cluster("up", code=2).stderr
    assert account.actions().count("CreateCluster") == 1
    cluster("down", "--yes")
    assert account.is_empty()


def test_an_interrupted_up_is_gone_on_with_and_keeps_its_password(cluster, account, workspace, stand_in):
    workspace.put("dwh.cfg", CONFIG.replace("DB_PASSWORD='Passw0rd-of-mine'\n", ""))
    account.looks_to_create = 10_000
    command = [BINARY, "cluster", "up", "--poll", "0.05", "--password-file", "password"]
    running = subprocess.Popen(command, cwd=workspace.folder, env=environment(stand_in.environment),
                               stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 30
    while "shop-1" not in account.clusters and time.monotonic() < deadline:
        time.sleep(0.02)
    running.send_signal(signal.SIGINT)
    assert running.wait(timeout=30) == 130
    file = workspace.folder / "password"
    password = file.read_text().strip()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and aws.is_password(password)
    assert account.clusters["shop-1"]["password"] == password

    account.clusters["shop-1"]["looks"] = 1
    outcome = cluster("up", "--password-file", "password")
    assert account.actions().count("CreateCluster") == 1 and file.read_text().strip() == password
    assert password not in running.stdout.read() + running.stderr.read() + outcome.output + config_of(workspace)


@pytest.mark.parametrize("end, code", [(signal.SIGINT, 130), (signal.SIGKILL, -signal.SIGKILL)])
def test_a_down_that_was_cut_off_is_gone_on_with(cluster, account, workspace, stand_in, end, code):
    cluster("up")
    account.calls.clear()
    account.looks_to_delete = 10_000
    command = [BINARY, "cluster", "down", "--yes", "--poll", "0.05"]
    with subprocess.Popen(command, cwd=workspace.folder, env=environment(stand_in.environment),
                          stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as running:
        deadline = time.monotonic() + 30
        while not account.snapshots and time.monotonic() < deadline:
            time.sleep(0.02)
        running.send_signal(end)
        said = running.communicate(timeout=30)[1]
    assert running.returncode == code and ("goes on from there" in said) == (code == 130)
    assert account.clusters["shop-1"]["shown"]["ClusterStatus"] == "final-snapshot" and account.roles
    assert f"HOST='{HOST}'" in config_of(workspace) and f"ARN='{ROLE_ARN}'" in config_of(workspace)

    account.clusters["shop-1"]["looks"] = 1
    said = cluster("down", "--yes").stderr
    assert "the data is in the snapshot that the earlier order named" in said
    assert account.actions().count("DeleteCluster") == 1 and len(account.snapshots) == 1
    assert account.is_empty() and config_of(workspace) == CONFIG


def test_a_password_goes_only_where_it_is_said(cluster, account, workspace):
    workspace.put("dwh.cfg", CONFIG.replace("DB_PASSWORD='Passw0rd-of-mine'\n", ""))
    refusal = cluster("up", code=2).stderr
    assert "--password-file" in refusal and "--managed-password" in refusal and not account.clusters
    (workspace.folder / "dwh.cfg").chmod(0o644)
    refusal = cluster("up", "--password-in-config", code=2).stderr
    assert "dwh.cfg can be read by others than you" in refusal and "chmod 600" in refusal
    assert account.is_empty() and "PASSWORD" not in config_of(workspace)
    (workspace.folder / "dwh.cfg").chmod(0o600)
    account.failures["CreateCluster"] = ["ClusterQuotaExceeded"]
    cluster("up", "--password-in-config", code=2)
    kept = config_of(workspace)
    outcome = cluster("up", "--password-in-config")
    password = account.clusters["shop-1"]["password"]
    assert f"DB_PASSWORD = {password}\n" in kept and password not in outcome.output


def test_a_password_may_be_left_to_secrets_manager(cluster, account, workspace):
    workspace.put("dwh.cfg", CONFIG.replace("DB_PASSWORD='Passw0rd-of-mine'\n", ""))
    assert "arn:aws:secretsmanager:secret" in cluster("up", "--managed-password").stdout
    assert account.clusters["shop-1"]["password"] is None


def test_how_the_password_is_given_to_a_load_is_said(cluster, account, workspace):
    workspace.put("dwh.cfg", CONFIG.replace("DB_PASSWORD='Passw0rd-of-mine'\n", ""))
    outcome = cluster("up", "--password-file", "ann's password")
    assert """export STARLIFT_CLUSTER_DB_PASSWORD="$(cat 'ann'\\''s password')\"""" in outcome.stderr
    assert "before create-tables" not in cluster("up", "--password-file", "another").stderr, "it is not that cluster's"
    cluster("down", "--yes", "--no-snapshot")
    outcome = cluster("up", "--managed-password")
    assert "aws secretsmanager get-secret-value --secret-id arn:aws:secretsmanager:secret" in outcome.stderr
    cluster("down", "--yes", "--no-snapshot")
    outcome = cluster("up", "--managed-password", env={"STARLIFT_CLUSTER_AUTH": "iam"})
    assert "before create-tables" not in outcome.stderr, "a load does without"


@pytest.mark.parametrize("flags, env", [
    (("--password-file", "password"), {}), (("--managed-password",), {}),
    (("--password-in-config",), {"STARLIFT_CLUSTER_DB_PASSWORD": "An0ther-password"})])
def test_two_passwords_are_not_taken_for_one(cluster, account, workspace, flags, env):
    (workspace.folder / "dwh.cfg").chmod(0o600)
    refusal = cluster("up", *flags, env=env, code=2).stderr
    assert "DB_PASSWORD" in refusal and flags[0] in refusal and account.is_empty()
    assert not (workspace.folder / "password").exists() and config_of(workspace) == CONFIG


def test_a_password_file_that_is_empty_unreadable_or_open_to_others_is_refused(cluster, account, workspace):
    workspace.put("dwh.cfg", CONFIG.replace("DB_PASSWORD='Passw0rd-of-mine'\n", ""))
    file = workspace.put("password", "")
    file.chmod(0o600)
    assert "holds no password" in cluster("up", "--password-file", "password", code=2).stderr
    (workspace.folder / "folder").mkdir(mode=0o700)
    assert "cannot read folder: Is a directory" in cluster("up", "--password-file", "folder", code=2).stderr
    workspace.put("password", "Passw0rd-of-mine\n")
    file.chmod(0o644)
    assert "chmod 600" in cluster("up", "--password-file", "password", code=2).stderr
    file.chmod(0o600)
    cluster("up", "--password-file", "password", env={"STARLIFT_CLUSTER_DB_PASSWORD": "Passw0rd-of-mine"})
    assert account.clusters["shop-1"]["password"] == "Passw0rd-of-mine"


def test_a_password_that_redshift_would_refuse_is_refused_before(cluster, account):
    refusal = cluster("up", env={"STARLIFT_CLUSTER_DB_PASSWORD": "short"}, code=2).stderr
    assert "8 to 64 characters" in refusal and "short" not in refusal and not account.clusters


def test_what_starlift_did_not_make_is_left_alone(cluster, account):
    account.add_cluster("shop-1")
    for command in (("up",), ("plan",), ("down", "--yes")):
        assert "not made by starlift" in cluster(*command, code=2).stderr
    assert "in the way of `up`: the cluster shop-1 was not made by starlift" in cluster("status").stdout
    status = cluster("status", "--json").json
    assert not status["cluster"]["is_made_by_starlift"] and "left alone" in status["obstacle"]
    account.clusters.clear()
    account.add_role("starlift-shop-1")
    assert "[IAM_ROLE] ARN" in cluster("up", code=2).stderr
    assert "nothing of the cluster" in cluster("down", "--yes").stdout
    assert list(account.roles) == ["starlift-shop-1"] and not account.clusters


def test_a_role_of_ones_own_is_given_to_the_cluster_and_stays(cluster, account, workspace):
    account.add_role("mine")
    workspace.put("dwh.cfg", CONFIG.replace("ARN=''", f"ARN='arn:aws:iam::{aws.ACCOUNT}:role/mine'"))
    cluster("up")
    assert list(account.roles) == ["mine"] and not cluster("status", "--json").json["role"]["is_made_by_starlift"]
    assert account.clusters["shop-1"]["shown"]["IamRoles"][0]["IamRoleArn"].endswith("role/mine")
    cluster("down", "--yes", "--no-snapshot")
    assert list(account.roles) == ["mine"] and "role/mine" in config_of(workspace)


def test_quotas_and_states_that_do_not_pass_are_told(cluster, account):
    account.failures["CreateCluster"] = ["ClusterQuotaExceeded"]
    assert "higher quota" in cluster("up", code=2).stderr
    account.add_cluster("shop-1", "paused", Tags=OURS)
    assert "resume" in cluster("up", code=2).stderr


def test_a_wrong_secret_is_said_at_once(cluster):
    refusal = cluster("plan", env={"AWS_SECRET_ACCESS_KEY": "wrong"}, code=2).stderr
    assert "SignatureDoesNotMatch" in refusal and "wrong" not in refusal.replace("SignatureDoesNotMatch", "")


def test_a_configuration_with_the_names_of_public_copies_works(cluster, account, workspace, stand_in):
    workspace.put("dwh.cfg", f"""\
[AWS]
KEY={aws.KEY}
SECRET={aws.SECRET}

[DWH]
DWH_CLUSTER_TYPE=multi-node
DWH_NUM_NODES=4
DWH_NODE_TYPE=ra3.xlplus

DWH_IAM_ROLE_NAME=dwhRole
DWH_CLUSTER_IDENTIFIER=dwhCluster
DWH_DB=dwh
DWH_DB_USER=dwhuser
DWH_DB_PASSWORD=Passw0rd-of-mine
DWH_PORT=5440

[S3]
LOG_DATA=s3://udacity-dend/log_data
SONG_DATA=s3://udacity-dend/song_data
""")
    before = config_of(workspace)
    outcome = cluster("up", env={"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""})
    assert "unknown" not in outcome.stderr
    shown = account.clusters["dwhcluster"]["shown"]
    assert (shown["NumberOfNodes"], shown["NodeType"], shown["DBName"], shown["MasterUsername"]) == (
        4, "ra3.xlplus", "dwh", "dwhuser")
    assert account.clusters["dwhcluster"]["password"] == "Passw0rd-of-mine" and list(account.roles) == ["dwhRole"]
    assert config_of(workspace) == before + f"""
[CLUSTER]
HOST = {shown["Endpoint"]["Address"]}
REGION = eu-west-1

[IAM_ROLE]
ARN = arn:aws:iam::{aws.ACCOUNT}:role/dwhRole
"""
    workspace.put("dwh.cfg", config_of(workspace).replace("multi-node", "single-node"))
    assert cluster("plan", "--json").json["order"]["nodes"] == 1
    workspace.put("dwh.cfg", config_of(workspace).replace("[CLUSTER]", "[CLUSTER]\nNODES = 4"))
    assert cluster("plan", "--json").json["order"]["nodes"] == 4  # the newer name wins


def test_the_stand_in_takes_nothing_that_the_models_do_not_name():
    redshift = query_model.ServiceModel("redshift")
    fine = {"Action": "DeleteCluster", "Version": "2012-12-01", "ClusterIdentifier": "x"}
    assert redshift.read_request(urlencode(fine)) == ("DeleteCluster", {"ClusterIdentifier": "x"})
    for change in ({"Action": "Delete"}, {"Version": "2012"}, {"Cluster": "x"}, {"SkipFinalClusterSnapshot": "yes"},
                   {"ClusterIdentifier": None}):
        request = {key: value for key, value in {**fine, **change}.items() if value is not None}
        with pytest.raises(query_model.ModelBreach):
            redshift.read_request(urlencode(request))
    with pytest.raises(query_model.ModelBreach):
        redshift.write_answer("DescribeClusters", {"Cluster": []}, "r")


def test_the_permissions_in_the_documentation_are_those_that_are_used(cluster, account):
    """Everything that up, status and down call is allowed by the policy in docs/cluster.md, and nothing more."""
    text = (ROOT / "docs/cluster.md").read_text()
    policy = json.loads(text.split("```json\n")[1].split("```")[0])
    documented = {action for statement in policy["Statement"] for action in statement["Action"]}
    cluster("up", "--public-from-here")
    account.roles["starlift-shop-1"]["AssumeRolePolicyDocument"] = "{}"
    cluster("up", "--public-from", "198.51.100.9")
    cluster("down", "--yes", "--no-snapshot")
    cluster("up", "--public-from-here", env={"STARLIFT_CLUSTER_SUBNET_GROUP": "mine"})
    used = {f"{service}:{action}" for service, action, _ in account.calls if service != "sts"}
    # Needed without a call of that name: tags on creation, and to hand the role over.
    implied = {"iam:TagRole", "iam:PassRole", "iam:CreateServiceLinkedRole", "redshift:CreateTags", "ec2:CreateTags"}
    of_the_doctor = {"iam:SimulatePrincipalPolicy", "s3:ListBucket", "s3:GetObject", "s3:PutObject", "s3:DeleteObject"}
    assert documented == used | implied | of_the_doctor
