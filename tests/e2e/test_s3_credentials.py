"""Credentials: found where AWS's own tools find them, renewed in time, given up at Ctrl-C, and never shown."""

import calendar
import json
import re
import signal
import socket
import subprocess
import textwrap
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path
from urllib.parse import quote

import boto3
import pytest

from fault_proxy import FaultProxy, answer
from records import play
from s3_bucket import PRIVATE
from token_server import TokenServer  # of tests/servers, where workspace looks
from workspace import BINARY, environment, json_lines


def without_keys(workspace, endpoint=None):
    workspace.configure(key="", secret="", endpoint=endpoint)


def profile_environment(workspace, config="", credentials="", profile=None):
    env = {"AWS_CONFIG_FILE": str(workspace.put("aws_config", textwrap.dedent(config))),
           "AWS_SHARED_CREDENTIALS_FILE": str(workspace.put("aws_credentials", textwrap.dedent(credentials)))}
    return {**env, "AWS_PROFILE": profile} if profile else env


def keys(server, profile="default"):
    return f"[{profile}]\naws_access_key_id = {server.access_key}\naws_secret_access_key = {server.secret_key}\n"


def test_credentials_of_the_environment(one_play):
    without_keys(one_play)
    one_play.etl(env={"AWS_ACCESS_KEY_ID": one_play.server.access_key,
                      "AWS_SECRET_ACCESS_KEY": one_play.server.secret_key})


@pytest.mark.parametrize("profile", [None, "work"])
def test_credentials_of_a_profile(one_play, profile):
    without_keys(one_play)
    one_play.etl(env=profile_environment(one_play, credentials=keys(one_play.server, profile or "default"), profile=profile))


def test_credentials_of_a_program(one_play):
    without_keys(one_play)
    answer = {"Version": 1, "AccessKeyId": one_play.server.access_key, "SecretAccessKey": one_play.server.secret_key}
    one_play.put("answer.json", json.dumps(answer))
    one_play.etl(env=profile_environment(one_play, f"[default]\ncredential_process = cat {one_play.folder}/answer.json\n"))


def test_a_role_taken_on_with_another_profiles_keys_gives_a_session_token(one_play):
    without_keys(one_play)
    config = f"[profile reader]\nrole_arn = {one_play.server.role_arn}\nsource_profile = base\nregion = us-east-1\n"
    env = profile_environment(one_play, config, keys(one_play.server, "base"), "reader")
    one_play.etl(env={**env, "AWS_ENDPOINT_URL_STS": one_play.server.endpoint})


def test_a_public_bucket_needs_no_credentials(one_play):
    one_play.client.put_bucket_acl(Bucket=one_play.bucket, ACL="public-read")
    one_play.client.put_object_acl(Bucket=one_play.bucket, Key="log_data/a.json", ACL="public-read")
    without_keys(one_play)
    text = (one_play.folder / "dwh.cfg").read_text().replace("[AWS]", "[AWS]\nANONYMOUS = true")
    one_play.put("dwh.cfg", text)
    one_play.etl()


def test_no_credentials_says_what_was_tried(one_play):
    without_keys(one_play)
    failed = one_play.run("etl", code=2)
    for place in ("[AWS] KEY", "AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE", "/dev/null", "AWS_EC2_METADATA_DISABLED"):
        assert place in failed.stderr, place


def assume_role(server, life_s=None):
    """Credentials as the server gives them out; `life_s` is what they shall say of how long they hold."""
    sts = boto3.client("sts", endpoint_url=server.endpoint, aws_access_key_id=server.access_key,
                       aws_secret_access_key=server.secret_key, region_name="us-east-1")
    session = sts.assume_role(RoleArn=server.role_arn, RoleSessionName="canary")["Credentials"]
    expires = session["Expiration"] if life_s is None else datetime.now(timezone.utc) + timedelta(seconds=life_s)
    return {**session, "Expiration": expires.strftime("%Y-%m-%dT%H:%M:%SZ")}


@pytest.fixture
def tokens(one_play):
    """Gives credentials with a token out, as a role does."""
    with TokenServer(assume_role(one_play.server)) as server:
        yield server


BASE_SECRET = "the/base+secret=0000000000000000000canary"
SECRET_FILES = ("dwh.cfg", "aws_config", "aws_credentials", "identity", "answer.json")


def place_credentials(workspace, tokens, where, endpoint=None):
    """Has starlift find the tokens' credentials there; returns what to have in the environment."""
    key, secret, token = (tokens.credentials[name] for name in ("AccessKeyId", "SecretAccessKey", "SessionToken"))
    without_keys(workspace, endpoint)
    services = {"AWS_ENDPOINT_URL_STS": tokens.endpoint, "AWS_EC2_METADATA_SERVICE_ENDPOINT": tokens.endpoint}
    role = f"[default]\nrole_arn = {workspace.server.role_arn}\n"
    if where == "dwh.cfg":
        config = (workspace.folder / "dwh.cfg").read_text()
        workspace.put("dwh.cfg", config.replace("KEY = \nSECRET = \n", f"KEY = {key}\nSECRET = {secret}\nTOKEN = {token}\n"))
        return {}
    if where == "environment":
        return {"AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": secret, "AWS_SESSION_TOKEN": token}
    if where == "profile":
        return profile_environment(workspace, credentials=f"[default]\naws_access_key_id = {key}\n"
                                   f"aws_secret_access_key = {secret}\naws_session_token = {token}\n")
    if where == "program":
        answer = {"Version": 1, "AccessKeyId": key, "SecretAccessKey": secret, "SessionToken": token}
        program = f"cat {workspace.put('answer.json', json.dumps(answer))}"
        return profile_environment(workspace, f"[default]\ncredential_process = {program}\n")
    if where == "role":
        return {**services, **profile_environment(workspace, role + "source_profile = base\n",
                                                  "[base]\naws_access_key_id = AKIDBASE\n"
                                                  f"aws_secret_access_key = {BASE_SECRET}\n")}
    if where == "web identity":
        token_file = workspace.put("identity", tokens.web_identity + "\n")
        return {**services, "AWS_WEB_IDENTITY_TOKEN_FILE": str(token_file), "AWS_ROLE_ARN": workspace.server.role_arn}
    if where == "container":
        return {"AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{tokens.endpoint}/container",
                "AWS_CONTAINER_AUTHORIZATION_TOKEN": tokens.container_token}
    assert where == "instance"
    return {**services, "AWS_EC2_METADATA_DISABLED": "false"}


GIVEN_OUT = ["role", "web identity", "container", "instance"]


@pytest.mark.parametrize("where", GIVEN_OUT)
def test_credentials_that_are_given_out(one_play, tokens, where):
    one_play.etl(env=place_credentials(one_play, tokens, where))
    assert tokens.requests


class ShortLivedTokens(TokenServer):
    """Gives others out each time, to a container, that say they hold for LIFE_S; `given_s` is when, by token."""

    LIFE_S = 6

    def __init__(self, server):
        self.server, self.given_s = server, {}
        super().__init__(assume_role(server))

    def as_json(self):
        self.credentials = assume_role(self.server, self.LIFE_S)
        self.given_s[self.credentials["SessionToken"]] = time.time()
        return super().as_json()


def test_credentials_are_renewed_before_they_expire(one_play):
    one_play.put_objects({f"log_data/{i:03}.json": json_lines([play(sessionId=i)]) for i in range(300)})
    with ShortLivedTokens(one_play.server) as tokens, \
            FaultProxy(one_play.server, intercept=lambda _: time.sleep(0.03)) as proxy:
        env = place_credentials(one_play, tokens, "container", proxy.endpoint)
        few_files = ("prlimit", "--nofile=160:160")  # so that few objects are asked for at once
        assert one_play.etl(env=env, prefix=few_files)["datasets"]["events"]["staged"] == 301
    ages_s = []
    for request in proxy.requests:
        [token] = re.findall(r"(?i)x-amz-security-token: (\S+)", request.head.decode())
        [signed] = re.findall(r"(?i)x-amz-date: (\S+)", request.head.decode())
        ages_s.append(calendar.timegm(time.strptime(signed, "%Y%m%dT%H%M%SZ")) - tokens.given_s[token])
    assert max(ages_s) < tokens.LIFE_S * 2 / 3
    assert len(tokens.given_s) >= 3


@pytest.mark.parametrize("where", ["dwh.cfg", "environment", "profile", "program", *GIVEN_OUT])
def test_nothing_that_is_written_holds_a_secret(one_play, tokens, where):
    env = place_credentials(one_play, tokens, where)
    config = (one_play.folder / "dwh.cfg").read_text()
    key, token = tokens.credentials["AccessKeyId"], tokens.credentials["SessionToken"]
    canaries = [text for each in (*tokens.secrets, BASE_SECRET) for text in (each, quote(each, safe=""))]

    def look(config, *commands):
        one_play.put("dwh.cfg", config)
        for arguments in commands:
            written = one_play.run(*arguments, code=None, env=env).output
            assert not any(canary in written for canary in canaries), arguments

    one_play.put_object("log_data/bad.json", "{broken")
    look(config + "SECRETT = x\n", ["etl", "--dry-run"], ["etl", "--dry-run", "--json"])
    look(config, ["etl", "--stats"], ["etl"], ["status", "--json"], ["history"], ["history", "1", "--json"], ["rejects"],
         ["rejects", "show", "1"], ["sql", "song_plays"], ["trace", "songs", "SOLOWTIDE"], ["check"], ["doctor"],
         ["doctor", "--json"], ["report"], ["docs"], ["export", "exported", "--format", "csv"],
         ["generate", f"s3://{one_play.bucket}/more", "--songs", "2", "--events", "10"])
    assert one_play.value("select count(*) from song_plays") == 1
    wrong_ones = [config.replace(one_play.bucket, "no-such-bucket")]
    if where in GIVEN_OUT:
        assert tokens.requests
        tokens.refuses = True
        wrong_ones.append(config)
    if where == "dwh.cfg":
        wrong_ones += [config.replace(key, "AKIDNOBODY"), config.replace(token, token[:-9] + "AAAAAAAA=")]
        look(config.replace("http://localhost", "http://no-such-host.invalid"), ["etl"])
    if where == "program":
        one_play.put("answer.json", (one_play.folder / "answer.json").read_text()[:-1])
        wrong_ones.append(config)
    for wrong in wrong_ones:
        look(wrong, ["etl"], ["etl", "--json"], ["history", "--json"], ["doctor"])
    files = [path for path in one_play.folder.rglob("*") if path.is_file() and path.name not in SECRET_FILES]
    assert one_play.database in files
    for path in files:
        assert not any(canary.encode() in path.read_bytes() for canary in canaries), path


@pytest.mark.parametrize("setting, value", [
    ("LOG_DATA", "https://b.s3.amazonaws.com/x?X-Amz-Security-Token={canary}"),
    ("LOG_DATA", "s3://AKIDCANARY:{canary}@bucket/x"),
    ("LOG_JSONPATH", "s3://AKIDCANARY:{canary}@bucket/x.json"),
    ("ENDPOINT", "https://host/?X-Amz-Signature={canary}"),
    ("ENDPOINT", "https://AKIDCANARY:{canary}@host/?X-Amz-Signature={canary}"),
])
def test_an_address_with_a_secret_in_it_is_refused_without_it(one_play, setting, value):
    lines = (one_play.folder / "dwh.cfg").read_text().splitlines()
    for canary in ("canary", "can/ary+can"):
        kept = [line for line in lines if not line.startswith(setting)]
        one_play.put("dwh.cfg", "\n".join([*kept, f"{setting} = {value.format(canary=canary)}", ""]))
        for arguments in (["etl"], ["etl", "--json"], ["etl", "--dry-run"], ["doctor"], ["doctor", "--json"]):
            refused = one_play.run(*arguments, code=None)
            assert refused.code not in (0, 6) and canary not in refused.output, arguments


@pytest.mark.parametrize("where", ["environment", "role", "instance"])
def test_what_a_store_repeats_of_a_token_is_not_shown(one_play, tokens, where):
    def repeat(request):
        [token] = re.findall(rb"(?i)x-amz-security-token: (\S+)", request.head)
        message = f"<Error><Code>AccessDenied</Code><Message>{'x' * 290} {token.decode()}</Message></Error>"
        return answer(403, body=message)

    with FaultProxy(one_play.server, intercept=repeat) as proxy:
        env = place_credentials(one_play, tokens, where, proxy.endpoint)
        refused = one_play.run("etl", code=1, env=env).stderr
    assert "AccessDenied" in refused and tokens.credentials["SessionToken"][:9] not in refused


@pytest.mark.parametrize("where", ["role", "program"])
def test_ctrl_c_does_not_wait_for_credentials(one_play, where):
    one_play.configure(key="", secret="")
    with socket.create_server(("127.0.0.1", 0), backlog=64) as silent:
        source = {"role": "role_arn = arn:aws:iam::1:role/r\nsource_profile = base", "program": "credential_process = sleep 60; true"}
        config = one_play.put("aws_config", f"[default]\n{source[where]}\n[profile base]\naws_access_key_id = AKID\n"
                                            "aws_secret_access_key = s\n")
        env = {**PRIVATE, "AWS_CONFIG_FILE": str(config),
               "AWS_ENDPOINT_URL_STS": f"http://127.0.0.1:{silent.getsockname()[1]}"}
        with one_play.terminal("etl", env=env) as terminal:
            terminal.wait_for("list events")
            time.sleep(0.5)
            began_s = time.monotonic()
            terminal.type(terminal.CTRL_C)
            assert terminal.wait() == 130
        assert time.monotonic() - began_s < 15


def test_a_stop_ends_what_a_program_for_credentials_started(one_play):
    one_play.configure(key="", secret="")
    started = one_play.folder / "started"
    program = one_play.put("program", f"#!/bin/sh\nsleep 60 &\necho $! > {started}.part\nmv {started}.part {started}\nwait\n")
    program.chmod(0o755)
    config = one_play.put("aws_config", f"[default]\ncredential_process = {program}; true\n")
    process = subprocess.Popen([BINARY, "etl"], cwd=one_play.folder, stderr=subprocess.DEVNULL, start_new_session=True,
                               env=environment({**PRIVATE, "AWS_CONFIG_FILE": str(config)}))
    with process:
        deadline_s = time.monotonic() + 30
        while not started.exists():
            assert time.monotonic() < deadline_s
            time.sleep(0.05)
        began_s = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 130
    assert time.monotonic() - began_s < 15
    state = Path(f"/proc/{started.read_text().strip()}/stat")
    assert not state.exists() or " Z " in state.read_text()
