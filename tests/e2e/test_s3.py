"""Sources in a bucket, on a real server that verifies every signature."""

import gzip
import json
import re
import subprocess
import textwrap
import time
from urllib.parse import quote

import boto3
import pytest

from fault_proxy import FaultProxy, answer
from records import EVENT, play, song
from token_server import TokenServer  # of tests/servers, where workspace looks
from workspace import json_lines

ODD_KEYS = [
    "a blank/plus+equals=and&.json", "%41%2F.json", "question?mark#hash.json", "semi;comma,colon:at@dollar$.json",
    "tilde~bang!star*'quotes'().json", "schön/日本語/😀.json", "a//b.json", "dots/../x.json", "./dot.json",
    "year=2018/month=11/day=01.json", "back\\slash|pipe^.json", '"quoted"<tag>.json', "percent%.json", "tab\there.json",
    "~", "-", "a" * 900,
]


def test_a_bucket_loads_as_a_folder_does(s3_workspace, make_workspace):
    folder = make_workspace()
    for each in (s3_workspace, folder):
        each.put_events("2018/11/a.json", play(sessionId=1), play(sessionId=2, userId="7"))
        each.put_events("2018/12/b.json", play(sessionId=3), {"page": "Home"})
        each.put_songs("A/B/s.json", song())
    in_bucket, in_folder = s3_workspace.etl(), folder.etl()
    assert s3_workspace.tables() == folder.tables()
    for dataset in ("events", "songs"):
        for count in ("objects", "new", "bytes", "records", "staged", "rejected"):
            assert in_bucket["datasets"][dataset][count] == in_folder["datasets"][dataset][count]


def test_sources_may_be_here_and_there(s3_workspace):
    s3_workspace.put_events("a.json", play())
    s3_workspace.put("songs/s.json", json_lines([song()]))
    s3_workspace.configure()
    config = (s3_workspace.folder / "dwh.cfg").read_text()
    s3_workspace.put("dwh.cfg", config.replace(f"s3://{s3_workspace.bucket}/song_data", "songs"))
    s3_workspace.etl()
    assert s3_workspace.value("select song_id from song_plays") == "SOLOWTIDE"


def test_every_odd_key_is_found_and_read(s3_workspace):
    for i, key in enumerate(ODD_KEYS):
        s3_workspace.put_events(key, play(sessionId=i))
    assert s3_workspace.etl()["datasets"]["events"]["staged"] == len(ODD_KEYS)
    listed = [f"log_data/{key}" for key in ODD_KEYS]
    assert s3_workspace.loaded_keys() == sorted(listed, key=str.encode)
    rows = s3_workspace.query("select o.key, e.session_id from staging.events e join starlift.objects o "
                              "on o.object_id = e._object_id")
    assert {row["key"]: row["session_id"] for row in rows} == {
        f"s3://{s3_workspace.bucket}/{key}": i for i, key in enumerate(listed)}
    assert s3_workspace.etl()["run_id"] is None


def test_folders_hidden_names_and_neighbours_are_no_objects_of_the_source(s3_workspace):
    s3_workspace.put_events("a.json", play())
    for key in ("log_data/", "log_data/2018/", "log_data/.hidden", "log_data/.git/x.json"):
        s3_workspace.put_object(key)
    for key in ("log_data.json", "log_data_old/a.json", "other/a.json"):
        s3_workspace.put_object(key, json_lines([play(sessionId=2)]))
    assert s3_workspace.etl()["datasets"]["events"]["objects"] == 1
    assert s3_workspace.loaded_keys() == ["log_data/a.json"]


def test_a_source_may_be_one_object_or_the_whole_bucket(s3_workspace):
    s3_workspace.put_object("one.json", json_lines([play()]))
    s3_workspace.configure()
    text = (s3_workspace.folder / "dwh.cfg").read_text()
    for name in ("one.json", "", "/"):
        source = f"s3://{s3_workspace.bucket}" + (f"/{name}" if name.strip("/") else name)
        s3_workspace.put("dwh.cfg", text.replace(f"s3://{s3_workspace.bucket}/log_data", source))
        assert s3_workspace.run("etl", "--dry-run", "--json", "--quiet").json["datasets"][0]["objects"] == 1


def test_packed_objects_and_a_jsonpaths_file(s3_workspace):
    s3_workspace.put_object("log_data/a.json.gz", gzip.compress(json_lines([play(sessionId=1)]).encode()))
    packed = subprocess.run(["zstd", "-q"], input=json_lines([play(sessionId=2)]).encode(), capture_output=True, check=True)
    s3_workspace.put_object("log_data/b.json.zst", packed.stdout)
    s3_workspace.put_object("paths.json", json.dumps({"jsonpaths": [f"$['{field}']" for field in EVENT]}))
    s3_workspace.configure(more=f"LOG_JSONPATH = s3://{s3_workspace.bucket}/paths.json\n")
    s3_workspace.etl()
    assert sorted(row["session_id"] for row in s3_workspace.table("song_plays")) == [1, 2]


def test_what_changed_is_read_again_and_what_was_only_copied_is_not(s3_workspace):
    s3_workspace.put_events("a.json", play(sessionId=1))
    s3_workspace.put_events("b.json", play(sessionId=2))
    s3_workspace.etl()
    s3_workspace.put_events("a.json", play(sessionId=1))
    s3_workspace.put_events("b.json", play(sessionId=3))
    changed = s3_workspace.etl()["datasets"]["events"]
    assert (changed["changed"], changed["staged"]) == (1, 1)
    assert sorted(row["session_id"] for row in s3_workspace.table("song_plays")) == [1, 3]
    s3_workspace.delete_object("log_data/a.json")
    assert s3_workspace.etl()["datasets"]["events"]["vanished"] == 1
    s3_workspace.etl("--prune")
    assert [row["session_id"] for row in s3_workspace.table("song_plays")] == [3]


# Many objects and large ones; starlift's own writing.


@pytest.fixture(scope="module")
def generated(make_s3_workspace, make_workspace):
    """The same data in a bucket and in a folder: folders of songs over several pages, and a day of 20 MB."""
    data = ["--songs", "2600", "--events", "42000", "--days", "1", "--seed", "3"]
    in_bucket, in_folder = make_s3_workspace(), make_workspace()
    in_bucket.run("generate", f"s3://{in_bucket.bucket}", *data)
    in_folder.run("generate", ".", *data)
    return in_bucket, in_folder


def test_generate_writes_the_same_objects_into_a_bucket(generated):
    in_bucket, in_folder = generated
    files = {str(path.relative_to(in_folder.folder)): path for source in ("song_data", "log_data")
             for path in (in_folder.folder / source).rglob("*.json")}
    pages = in_bucket.client.get_paginator("list_objects_v2").paginate(Bucket=in_bucket.bucket)
    objects = {entry["Key"]: entry["Size"] for page in pages for entry in page["Contents"]}
    assert objects == {key: path.stat().st_size for key, path in files.items()}
    for key in [min(files), max(files), next(key for key in files if key.startswith("log_data"))]:
        body = in_bucket.client.get_object(Bucket=in_bucket.bucket, Key=key)["Body"].read()
        assert body == files[key].read_bytes()


def test_many_pages_and_an_object_of_several_parts_load_whole(generated):
    in_bucket, in_folder = generated
    loaded = in_bucket.etl()["datasets"]
    assert (loaded["songs"]["new"], loaded["events"]["staged"]) == (2600, 42000)
    in_folder.etl()
    assert in_bucket.tables() == in_folder.tables()
    assert in_bucket.etl()["run_id"] is None


def test_a_flat_folder_of_many_pages(s3_workspace):
    s3_workspace.put_objects({f"log_data/{i:05}.json": json_lines([play(sessionId=i)]) for i in range(2100)})
    assert s3_workspace.etl()["datasets"]["events"]["staged"] == 2100
    assert s3_workspace.value("select count(distinct session_id) from song_plays") == 2100


# Credentials.


@pytest.fixture
def one_play(s3_workspace):
    s3_workspace.put_events("a.json", play())
    return s3_workspace


def without_keys(workspace):
    workspace.configure(key="", secret="")


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


# What goes wrong is named, with its remedy, and soon.


def test_no_credentials_says_what_was_tried(one_play):
    without_keys(one_play)
    failed = one_play.run("etl", code=2)
    for place in ("[AWS] KEY", "AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE", "/dev/null", "AWS_EC2_METADATA_DISABLED"):
        assert place in failed.stderr, place


@pytest.mark.parametrize("values, words", [
    ({"key": "AKIDNOBODY"}, ["403", "[AWS] KEY", "s3:ListBucket"]),
    ({"secret": "wrong"}, ["403", "[AWS] KEY", "s3:ListBucket"]),
    ({"bucket": "no-such-bucket"}, ["NoSuchBucket", "s3://no-such-bucket/log_data", "dwh.cfg:"]),
])
def test_what_the_server_refuses_is_final(one_play, values, words):
    one_play.configure(**values)
    began_s = time.monotonic()
    failed = one_play.run("etl", code=1)
    assert time.monotonic() - began_s < 10, "the first answer says it"
    for word in words:
        assert word in failed.stderr
    assert not one_play.database.exists()


def test_a_missing_jsonpaths_object_is_named(one_play):
    one_play.configure(more=f"LOG_JSONPATH = s3://{one_play.bucket}/no.json\n")
    assert f"s3://{one_play.bucket}/no.json does not exist" in one_play.run("etl", code=1).stderr


@pytest.fixture
def tokens(one_play):
    """Gives credentials with a token out, as a role does."""
    sts = boto3.client("sts", endpoint_url=one_play.server.endpoint, aws_access_key_id=one_play.server.access_key,
                       aws_secret_access_key=one_play.server.secret_key, region_name="us-east-1")
    session = sts.assume_role(RoleArn=one_play.server.role_arn, RoleSessionName="canary")["Credentials"]
    with TokenServer({**session, "Expiration": session["Expiration"].strftime("%Y-%m-%dT%H:%M:%SZ")}) as server:
        yield server


BASE_SECRET = "the/base+secret=0000000000000000000canary"
SECRET_FILES = ("dwh.cfg", "aws_config", "aws_credentials", "identity")


def place_credentials(workspace, tokens, where):
    """Has starlift find the tokens' credentials there; returns what to have in the environment."""
    key, secret, token = (tokens.credentials[name] for name in ("AccessKeyId", "SecretAccessKey", "SessionToken"))
    without_keys(workspace)
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


@pytest.mark.parametrize("where", ["dwh.cfg", "environment", "profile", *GIVEN_OUT])
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
    env = place_credentials(one_play, tokens, where)

    def repeat(request):
        [token] = re.findall(rb"(?i)x-amz-security-token: (\S+)", request.head)
        message = f"<Error><Code>AccessDenied</Code><Message>{'x' * 290} {token.decode()}</Message></Error>"
        return answer(403, body=message)

    with FaultProxy(one_play.server, intercept=repeat) as proxy:
        text = (one_play.folder / "dwh.cfg").read_text().replace(one_play.server.endpoint, proxy.endpoint)
        one_play.put("dwh.cfg", text)
        refused = one_play.run("etl", code=1, env=env).stderr
    assert "AccessDenied" in refused and tokens.credentials["SessionToken"][:9] not in refused


@pytest.mark.parametrize("where", GIVEN_OUT)
def test_credentials_that_are_given_out(one_play, tokens, where):
    one_play.etl(env=place_credentials(one_play, tokens, where))
    assert tokens.requests
