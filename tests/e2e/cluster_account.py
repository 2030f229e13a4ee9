"""A dwh.cfg for `starlift cluster`, and the command in an account that a stand-in plays."""

import pytest

import aws

CONFIG = """\
# the exercise's file
[CLUSTER]
HOST=''
DB_NAME='dwh'
DB_USER='awsuser'
DB_PASSWORD='Passw0rd-of-mine'
DB_PORT=5439
IDENTIFIER = Shop-1
REGION = eu-west-1

[IAM_ROLE]
ARN=''

; sources
[S3]
LOG_DATA='s3://sources/log_data'
LOG_JSONPATH='s3://sources/log_json_path.json'
SONG_DATA='s3://sources/song_data/'
STAGING = s3://staging/a*b
"""
HOST = "shop-1.c0.eu-west-1.redshift.amazonaws.com"
ROLE_ARN = f"arn:aws:iam::{aws.ACCOUNT}:role/starlift-shop-1"
OURS = [{"Key": "starlift", "Value": "shop-1"}, {"Key": "starlift-region", "Value": aws.REGION}]
SECRETS = (aws.SECRET, "Passw0rd-of-mine")


@pytest.fixture
def stand_in():
    server = aws.AwsStandIn()
    yield server
    server.stop()
    assert server.account.breaches == []


@pytest.fixture
def account(stand_in):
    return stand_in.account


@pytest.fixture
def cluster(workspace, stand_in):
    """Runs `starlift cluster ...`, and sees that it tells no secret."""
    workspace.put("dwh.cfg", CONFIG)

    def run(*arguments, env=(), **options):
        polls = ("--poll", "0.05") if arguments[0] in ("up", "down") else ()
        outcome = workspace.run("cluster", *arguments, *polls, env={**stand_in.environment, **dict(env)}, **options)
        assert not [secret for secret in SECRETS if secret in outcome.output], outcome.output
        return outcome

    return run


def config_of(workspace):
    return (workspace.folder / "dwh.cfg").read_text()
