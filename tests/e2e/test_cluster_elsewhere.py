"""`starlift cluster` where not all is as it left it: elsewhere, of somebody else, changed, busy."""

import json

import pytest

import aws
from cluster_account import CONFIG, HOST, OURS, account, cluster, config_of, stand_in  # noqa: F401


def test_down_goes_where_the_cluster_is_whatever_the_environment_says(cluster, account, workspace):
    workspace.put("dwh.cfg", CONFIG.replace("REGION = eu-west-1\n", ""))
    cluster("up", env={"AWS_REGION": aws.OTHER_REGION})
    assert f"REGION = {aws.OTHER_REGION}\n" in config_of(workspace) and account.regions[aws.OTHER_REGION].clusters
    cluster("down", "--yes", "--no-snapshot")
    assert account.is_empty()


@pytest.mark.parametrize("command", [("plan",), ("up",), ("status",), ("down", "--yes")])
def test_another_region_or_account_than_that_of_dwh_cfg_is_refused(cluster, account, command):
    cluster("up")
    refusal = cluster(*command, env={"STARLIFT_CLUSTER_REGION": aws.OTHER_REGION}, code=2).stderr
    assert "dwh.cfg:3: this cluster is in eu-west-1" in refusal
    refusal = cluster(*command, env={"STARLIFT_CLUSTER_IDENTIFIER": "other"}, code=2).stderr
    assert "dwh.cfg:3: this is the cluster shop-1, and [CLUSTER] IDENTIFIER says other" in refusal
    account.number = "999999999999"
    assert f"of the account {aws.ACCOUNT}" in cluster(*command, code=2).stderr
    assert account.roles and account.clusters


def test_the_host_alone_names_the_cluster(cluster, account, workspace):
    """No second one is made beside it; what `up` wrote is found again without an identifier."""
    cluster("up")
    workspace.put("dwh.cfg", config_of(workspace).replace("IDENTIFIER = Shop-1\n", "").replace(HOST, HOST.upper()))
    assert "nothing is left to do" in cluster("up").stderr and list(account.clusters) == ["shop-1"]
    cluster("down", "--yes", "--no-snapshot")
    assert account.is_empty() and "HOST=''" in config_of(workspace)

    account.add_cluster("theirs")
    workspace.put("dwh.cfg", config_of(workspace).replace("HOST=''", f"HOST='{HOST.replace('shop-1', 'theirs')}'"))
    assert "the cluster theirs was not made by starlift" in cluster("up", code=2).stderr
    assert list(account.clusters) == ["theirs"] and not account.roles


def test_the_cluster_is_named_by_the_definition_when_nothing_else_names_it(cluster, account, workspace):
    workspace.put("dwh.cfg", CONFIG.replace("IDENTIFIER = Shop-1\n", ""))
    for _ in range(2):
        cluster("up")
    assert list(account.clusters) == ["sparkify"] and "HOST='sparkify.c0." in config_of(workspace)
    cluster("down", "--yes", "--no-snapshot")
    assert account.is_empty() and "HOST=''" in config_of(workspace)


def test_one_identifier_in_two_regions_does_not_share_a_role(cluster, account, workspace):
    cluster("up")
    workspace.put("dwh.cfg", CONFIG.replace("eu-west-1", aws.OTHER_REGION))
    assert "by starlift for the cluster shop-1 in eu-west-1" in cluster("up", code=2).stderr
    assert "nothing of the cluster" in cluster("down", "--yes").stdout
    assert account.roles and account.clusters and not account.regions[aws.OTHER_REGION].clusters


def test_a_proxys_page_is_not_taken_for_an_account_without_a_cluster(cluster, account):
    cluster("up")
    for page in ("<html><body>Please log in</body></html>", "Please log in"):
        account.bodies["DescribeClusters"] = page
        assert "is a proxy in between?" in cluster("down", "--yes", code=1).stderr
    assert account.clusters and account.roles


@pytest.mark.parametrize("broken", [("STAGING = s3://staging/a*b", ""), ("DB_PORT=5439", "DB_PORT=80"),
                                    ("REGION = eu-west-1", "REGION = eu-west-1\nNODES = many")])
def test_a_cluster_is_shown_and_removed_whatever_else_dwh_cfg_says(cluster, account, workspace, broken):
    cluster("up")
    text = config_of(workspace).replace(*broken)
    workspace.put("dwh.cfg", "\n".join(line for line in text.splitlines() if "s3://sources" not in line))
    mistake = cluster("plan", code=2).stderr.removeprefix("starlift: ").strip()
    shown = cluster("status").stdout
    assert HOST in shown and f"in the way of `up`: {mistake}" in shown
    status = cluster("status", "--json").json
    assert status["order"] is None and status["obstacle"] == mistake
    cluster("down", "--yes", "--no-snapshot")
    assert account.is_empty()


def test_status_says_in_json_what_is_open_and_what_is_left_to_do(cluster, account):
    cluster("up", "--public-from", "198.51.100.9")
    status = cluster("status", "--json").json
    assert status["steps"] == [] and status["cluster"]["is_made_by_starlift"]
    assert status["security_group"]["open"] == [{"port": 5439, "cidr": "198.51.100.9/32"}]
    account.roles["starlift-shop-1"]["policies"].clear()
    assert cluster("status", "--json").json["steps"] == ["write the policy starlift-read of the role"]


def test_status_tells_when_more_is_open_than_starlift_opened(cluster, account):
    cluster("up", "--public-from", "198.51.100.9")
    assert "other rule" not in cluster("status").stdout
    (group,) = account.groups.values()
    group["IpPermissions"] += [
        {"IpProtocol": "tcp", "FromPort": 5439, "ToPort": 5439, "Ipv6Ranges": [{"CidrIpv6": "::/0"}]},
        {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}, {"CidrIp": "192.0.2.0/24"}],
         "UserIdGroupPairs": [{"GroupId": "sg-2"}]}]
    assert "  and 4 other rules that starlift did not make\n" in cluster("status").stdout
    group_in_json = cluster("status", "--json").json["security_group"]
    assert len(group_in_json["open"]) == 1 and group_in_json["other_rules"] == 4


def test_a_role_that_redshift_may_not_take_on_is_mended(cluster, account):
    cluster("up")
    account.roles["starlift-shop-1"]["AssumeRolePolicyDocument"] = aws.TRUST.replace("redshift", "ec2")
    assert cluster("plan", "--json").json["steps"] == ["let Redshift take on the role starlift-shop-1"]
    cluster("up")
    assert json.loads(account.roles["starlift-shop-1"]["AssumeRolePolicyDocument"]) == json.loads(aws.TRUST)


def test_an_arn_that_is_no_role_is_refused_before_anything_is_made(cluster, account, workspace):
    workspace.put("dwh.cfg", CONFIG.replace("ARN=''", "ARN=default"))
    assert "default is no role" in cluster("up", code=2).stderr
    assert account.is_empty()


def test_a_role_of_the_same_name_in_another_path_is_ones_own(cluster, account, workspace):
    account.add_role("starlift-shop-1", path="/service-role/")
    arn = account.roles["starlift-shop-1"]["Arn"]
    workspace.put("dwh.cfg", CONFIG.replace("ARN=''", f"ARN='{arn}'"))
    cluster("up")
    assert account.clusters["shop-1"]["shown"]["IamRoles"][0]["IamRoleArn"] == arn
    cluster("down", "--yes", "--no-snapshot")
    assert list(account.roles) == ["starlift-shop-1"] and arn in config_of(workspace)


def test_the_role_of_another_cluster_is_not_taken_for_ones_own(cluster, account, workspace):
    cluster("up")
    workspace.put("dwh.cfg", config_of(workspace).replace("Shop-1", "other").replace(HOST, ""))
    refusal = cluster("up", code=2).stderr
    assert "made by starlift for the cluster shop-1" in refusal and "empty ARN" in refusal
    assert list(account.clusters) == ["shop-1"]


def test_a_caller_who_brings_a_role_needs_no_rights_in_iam(cluster, account, workspace):
    account.add_role("mine")
    workspace.put("dwh.cfg", CONFIG.replace("ARN=''", f"ARN='arn:aws:iam::{aws.ACCOUNT}:role/mine'"))
    account.failures["GetRole"] = ["AccessDenied"] * 100
    cluster("up")
    assert "role starlift-shop-1: may not be looked at" in cluster("status").stdout
    said = cluster("down", "--yes", "--no-snapshot").stdout
    assert not account.clusters and "unless it made starlift-shop-1 or mine, which the caller may not look at" in said


@pytest.mark.parametrize("failures", [[], ["AccessDenied", None] * 50])
def test_a_role_whose_name_was_changed_meanwhile_goes_as_well(cluster, account, workspace, failures):
    cluster("up")
    workspace.put("dwh.cfg", config_of(workspace).replace("[IAM_ROLE]", "[IAM_ROLE]\nNAME = newer"))
    assert cluster("status", "--json").json["role"]["is_made_by_starlift"]
    account.failures["GetRole"] = failures
    said = cluster("down", "--yes", "--no-snapshot").stdout
    assert account.is_empty() and "ARN=''" in config_of(workspace)
    assert ("unless it made newer, which" in said) == bool(failures)


def test_what_is_ours_beside_a_foreign_cluster_is_removed_and_the_cluster_stays(cluster, account, workspace):
    cluster("up")
    account.clusters.clear()
    account.add_cluster("shop-1")
    cluster("down", "--yes")
    assert not account.roles and account.clusters and f"HOST='{HOST}'" in config_of(workspace)


def test_anonymous_reading_is_about_buckets(cluster, account, workspace):
    workspace.put("dwh.cfg", CONFIG + "\n[AWS]\nANONYMOUS = true\n")
    cluster("up")
    assert account.clusters


def test_a_security_group_that_starlift_did_not_make_is_left_alone_and_told(cluster, account):
    account.add_group("starlift-shop-1")
    refusal = cluster("up", "--public-from-here", code=2).stderr
    assert "the security group starlift-shop-1 (sg-00000001) was not made by starlift" in refusal
    assert account.actions().count("CreateSecurityGroup") == 1 and not account.clusters


def test_a_public_cluster_outside_our_group_is_not_said_to_be_open(cluster, account):
    account.add_group("default")
    account.add_role("starlift-shop-1", OURS)
    account.add_cluster("shop-1", Tags=OURS, PubliclyAccessible=True)
    account.clusters["shop-1"]["groups"] = ["sg-00000001"]
    outcome = cluster("up", "--public-from-here")
    assert "open port 5439 for 203.0.113.7/32 there yourself" in outcome.stderr
    assert list(account.groups) == ["sg-00000001"]


def test_the_port_that_is_opened_is_the_clusters_own(cluster, account, workspace):
    cluster("up", "--public-from-here")
    workspace.put("dwh.cfg", config_of(workspace).replace("DB_PORT=5439", "DB_PORT=5440"))
    assert "note: the port is 5439, and dwh.cfg says 5440" in cluster("status").stdout
    outcome = cluster("up", "--public-from-here")
    assert "the port is 5439, and dwh.cfg says 5440" in outcome.stderr
    (group,) = account.groups.values()
    assert [p["FromPort"] for p in group["IpPermissions"]] == [5439] and "DB_PORT=5439" in config_of(workspace)


def test_down_that_only_waits_asks_nothing(cluster, account, workspace):
    cluster("up")
    account.clusters["shop-1"]["shown"]["ClusterStatus"] = "deleting"
    account.clusters["shop-1"]["looks"] = 3
    account.roles.clear()
    outcome = cluster("down")
    assert not account.clusters and "will" not in outcome.stderr
    assert "the next etl loads a DuckDB file" in outcome.stderr


@pytest.mark.parametrize("action", ["DeleteCluster", "DeleteRolePolicy", "DeleteRole"])
def test_a_denied_down_names_the_permission_and_goes_on_afterwards(cluster, account, action):
    cluster("up")
    account.failures[action] = ["AccessDenied"]
    assert f":{action}" in cluster("down", "--yes", "--no-snapshot", code=2).stderr
    cluster("down", "--yes", "--no-snapshot")
    assert account.is_empty()


def test_a_cluster_that_is_busy_is_waited_for(cluster, account):
    account.failures["ModifyClusterIamRoles"] = ["InvalidClusterState"] * 25
    cluster("up")
    account.failures["DeleteCluster"] = ["InvalidClusterState"] * 25
    cluster("down", "--yes", "--no-snapshot")
    assert account.is_empty()


def test_what_iam_shows_only_later_is_waited_for(cluster, account):
    account.failures["GetRolePolicy"] = ["NoSuchEntity"] * 25
    cluster("up")
    assert account.clusters["shop-1"]["shown"]["IamRoles"][0]["ApplyStatus"] == "in-sync"
