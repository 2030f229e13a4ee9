"""Sources in a bucket, on a real server that verifies every signature."""

import gzip
import json
import subprocess
import time

import pytest

from fault_proxy import FaultProxy
from records import EVENT, play, song
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


def test_a_bucket_may_be_part_of_the_hosts_name(s3_workspace):
    """The gateway has its buckets below localhost, too; what is signed has to be what is sent."""
    for i, key in enumerate(ODD_KEYS):
        s3_workspace.put_events(key, play(sessionId=i))
    with FaultProxy(s3_workspace.server) as proxy:
        s3_workspace.configure(endpoint=proxy.endpoint, more="PATH_STYLE = false\n")
        assert s3_workspace.etl()["datasets"]["events"]["staged"] == len(ODD_KEYS)
        s3_workspace.run("generate", f"s3://{s3_workspace.bucket}/made", "--songs", "2", "--events", "10", "--days", "1")
        host = f"\r\nhost: {s3_workspace.bucket}.localhost:{proxy.port}\r\n".encode()
        assert all(host in request.head.lower() for request in proxy.requests)
        assert not any(request.path.startswith(f"/{s3_workspace.bucket}") for request in proxy.requests)
    made = s3_workspace.client.list_objects_v2(Bucket=s3_workspace.bucket, Prefix="made/")
    assert made["KeyCount"] == 3


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


# What goes wrong is named, with its remedy, and soon.


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
