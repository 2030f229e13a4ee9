"""Redshift, COPY = direct: the cluster reads the objects itself."""

import gzip
import json
import re

import zstandard

from direct_workspace import DIRECT, bad_events, fill, make, workspace  # noqa: F401
from records import event, play, song
from workspace import STAR, json_lines, json_text


# Loading.


def test_the_same_rows_as_a_lift(make):
    lifted, direct = fill(make("[COPY]\nEVENTS = lift\n")), fill(make())
    lifted.etl()
    summary = direct.etl()
    assert {name: dataset["copy"] for name, dataset in summary["datasets"].items()} == {"events": "direct", "songs": "direct"}
    for dataset in ("events", "songs"):
        assert direct.staged(dataset) == lifted.staged(dataset)
    assert len(direct.staged("events")) == 6
    assert direct.tables(names=STAR) == lifted.tables(names=STAR)
    assert direct.parts() == []
    assert direct.etl()["run_id"] is None, "nothing is new"


def test_only_the_new_objects_are_read_and_the_star_follows(make):
    direct, lifted = fill(make()), fill(make("[COPY]\nEVENTS = lift\n"))
    direct.etl()
    for workspace in (direct, lifted):
        workspace.put_events("2018/c.json", play(sessionId=9), event(sessionId=9, userId="12", level="paid"))
        read = workspace.etl()["datasets"]["events"]["new"]
        assert read == (1 if workspace is direct else 3)
    assert direct.tables(names=STAR) == lifted.tables(names=STAR)
    batches = direct.query("select distinct _object_id, _record from staging.events order by 1")
    assert len(batches) == 2 and all(row["_record"] == 0 for row in batches)


def test_every_compression_is_a_copy_of_its_own(workspace):
    workspace.put_events("a.json", play(sessionId=1))
    workspace.put_object("log_data/b.json.gz", gzip.compress(json_lines([play(sessionId=2)]).encode()))
    workspace.put_object("log_data/c.json.zst", zstandard.ZstdCompressor().compress(json_lines([play(sessionId=3)]).encode()))
    workspace.put_object("log_data/d.json.gz", gzip.compress(json_lines([play(sessionId=4)]).encode()))
    workspace.put_songs("s.json", song())
    shown = workspace.run("etl", "--dry-run").stdout
    copies = re.findall(r'copy "starlift_copied_events".*?statupdate off', shown, re.DOTALL)
    assert [("\ngzip\n" in copy, "\nzstd\n" in copy) for copy in copies] == [(False, False), (True, False), (False, True)]
    workspace.etl()
    assert workspace.sessions() == [1, 2, 3, 4]
    counts = workspace.query("select o.key, o.records, o.staged, c.batch_id from starlift.objects as o join "
                             "starlift.copied_objects as c on c.object_id = o.object_id where o.dataset = 'events' order by 1")
    assert [(row["records"], row["staged"]) for row in counts] == [(1, 1)] * 4, "the cluster tells them object by object"
    assert len({row["batch_id"] for row in counts}) == 3 and counts[1]["batch_id"] == counts[3]["batch_id"]


def test_a_dry_run_shows_every_statement_and_no_key(workspace, double):
    fill(workspace)
    shown = workspace.run("etl", "--dry-run", "--max-rejects", "7").stdout
    assert re.search(r'create temporary table "starlift_copied_events" \(\s+"artist" varchar\(1024\),', shown)
    assert f"iam_role '{double.role}'" in shown and "/jsonpaths.json'" in shown and "\nmaxerror 8\n" in shown
    assert "-- a record whose values are known" in shown and 'copy "starlift_probe"' in shown
    assert 'insert into "staging"."events"' in shown and 'drop table "starlift_copied_events"' in shown
    assert double.s3.access_key not in shown and double.s3.secret_key not in shown
    assert "COPY = direct" in shown
    assert workspace.parts() == []


def test_a_copy_goes_on_after_as_many_errors_as_are_allowed_and_as_redshift_can_allow(workspace):
    workspace.put_events("a.json", play(sessionId=1))
    for limit, most in {None: 100_000, "5%": 100_000, "100000": 100_000, "99998": 99_999, "0": 1}.items():
        shown = workspace.run("etl", "--dry-run", *(("--max-rejects", limit) if limit else ())).stdout
        assert re.findall(r'copy "starlift_copied_events".*?\nmaxerror (\d+)\n', shown, re.DOTALL) == [str(most)], limit


def test_a_jsonpaths_file_of_the_users_own(workspace):
    names = ["artist", "auth", "first_name", "gender", "item_in_session", "last_name", "length", "level", "location",
             "method", "page", "registration", "session_id", "song", "status", "ts", "user_agent", "user_id"]
    paths = [f"$['x']['{name}']" for name in names]
    workspace.put("paths.json", json.dumps({"jsonpaths": paths}))
    workspace.put("dwh.cfg", (workspace.folder / "dwh.cfg").read_text() + "LOG_JSONPATH = paths.json\n")
    record = {name: None for name in names} | {"item_in_session": "3", "session_id": 5, "ts": 1541105830796, "page": "Home"}
    workspace.put_object("log_data/a.json", json_text({"x": record}))
    workspace.put_songs("s.json", song())
    workspace.etl()
    [row] = workspace.query("select session_id, item_in_session, page, ts from staging.events")
    assert row == {"session_id": 5, "item_in_session": 3, "page": "Home", "ts": "2018-11-01 20:57:10.796"}


# What is chosen.


def test_auto_takes_large_immutable_objects_direct(make):
    workspace = fill(make(""))
    shown = workspace.run("etl", "--dry-run", "--json").json
    assert {(entry["copy"], entry["copy_reason"]) for entry in shown["datasets"]} == {("lift", "the default")}
    workspace.configure_copy("[COPY]\nEVENTS = auto\nSONGS = auto\n")
    assert {name: entry["copy"] for name, entry in workspace.etl()["datasets"].items()} == {"events": "lift", "songs": "lift"}
    for name in ("x", "y"):
        workspace.put_object(f"log_data/{name}.json", json_text(play(sessionId=7)) + " " * (33 << 20))
    summary = workspace.run("etl", "--dry-run", "--json").json
    [events] = [entry for entry in summary["datasets"] if entry["name"] == "events"]
    assert events["copy"] == "direct" and events["copy_reason"].startswith("2 objects of 33")
    shown = workspace.run("etl", "--dry-run").stdout
    assert "events: the cluster reads the objects itself, COPY = direct (2 objects of 33" in shown
    toml = workspace.folder / "wh/staging/events.toml"
    toml.write_text(toml.read_text().replace('objects = "immutable"', 'objects = "changing"'))
    assert "COPY = lift (its objects are not declared immutable)" in workspace.run("etl", "--dry-run").stdout


def test_local_sources_always_lift(workspace):
    workspace.configure(cluster=DIRECT)
    workspace.put("log_data/a.json", json_lines([play(sessionId=1)]))
    workspace.put("song_data/s.json", json_lines([song()]))
    assert workspace.etl()["datasets"]["events"]["copy"] == "lift"
    assert workspace.sessions() == [1]


def test_direct_needs_the_declaration_and_a_known_word(workspace):
    fill(workspace)
    toml = workspace.folder / "wh/staging/events.toml"
    toml.write_text(toml.read_text().replace('objects = "immutable"\n', ""))
    failed = workspace.run("etl", code=2)
    assert 'declare objects = "immutable" in staging/events.toml' in failed.stderr
    workspace.configure_copy("[COPY]\nEVENTS = fast\n")
    assert '"fast" is no way to copy' in workspace.run("etl", code=2).stderr
    toml.write_text('objects = "eternal"\n' + toml.read_text())
    assert "staging/events.toml:1:" in workspace.run("etl", code=2).stderr


# What does not change.


def test_a_changed_object_is_an_error_and_reload_mends_it(workspace):
    fill(workspace)
    workspace.etl()
    workspace.put_events("2018/a.json", play(sessionId=70))
    failed = workspace.run("etl", code=1)
    assert "2018/a.json changed" in failed.stderr and "starlift etl --reload events" in failed.stderr
    assert workspace.sessions() == [1, 2, 3]
    summary = workspace.etl("--reload", "events")
    assert summary["datasets"]["events"]["copy"] == "direct"
    assert workspace.sessions() == [3, 70]
    assert workspace.value("select count(*) as n from staging.events") == 4
    assert workspace.etl()["run_id"] is None


def test_a_vanished_object_is_an_error_and_reload_mends_it(workspace):
    fill(workspace)
    workspace.etl()
    workspace.delete_object("log_data/2018/a.json")
    for flags in ((), ("--prune",), ("--reload", "events")):
        failed = workspace.run("etl", *flags, code=1)
        assert "2018/a.json is no longer at the source" in failed.stderr
        assert "starlift etl --reload events --prune" in failed.stderr
    assert workspace.etl("--reload", "events", "--prune")["datasets"]["events"]["vanished"] == 1
    assert workspace.sessions() == [3]
    assert workspace.value("select count(*) as n from starlift.copied_objects as c left join starlift.objects as o on "
                           "o.object_id = c.object_id where o.object_id is null") == 0


def test_rows_of_a_source_that_is_empty_stay_until_they_are_pruned(workspace):
    fill(workspace)
    workspace.etl()
    data = workspace.folder / "dwh.cfg"
    right = data.read_text()
    data.write_text(right.replace("/log_data", "/log_dota"))
    for flags in ((), ("--reload", "events")):
        summary = workspace.etl(*flags)["datasets"]["events"]
        assert summary["vanished"] > 0 and workspace.sessions() == [1, 2, 3]
    data.write_text(right)
    assert workspace.etl()["run_id"] is None
    data.write_text(right.replace("/log_data", "/log_dota"))
    workspace.etl("--prune")
    assert workspace.sessions() == []
    assert workspace.value("select count(*) as n from starlift.copied_objects as c left join starlift.objects as o on "
                           "o.object_id = c.object_id where o.object_id is null") == 0


def test_a_reload_may_lift_what_was_loaded_direct(workspace):
    fill(workspace)
    workspace.etl()
    workspace.put_events("2018/a.json", play(sessionId=70))
    workspace.configure_copy("[COPY]\nEVENTS = lift\n")
    assert workspace.etl("--reload", "events")["datasets"]["events"]["copy"] == "lift"
    assert workspace.sessions() == [3, 70]
    assert workspace.value("select min(_record) as n from staging.events") == 1
    workspace.put_events("2018/a.json", play(sessionId=71))
    workspace.etl()
    assert workspace.sessions() == [3, 71], "what was lifted may change"


def test_rejects_of_direct_loads_are_tried_again_by_a_reload(workspace):
    bad_events(workspace)
    workspace.etl()
    warned = workspace.run("rejects", "replay").stderr
    assert "loaded direct cannot be tried again alone" in warned and "--reload events" in warned


# Tracing.


def test_trace_searches_the_batch_for_the_record(workspace):
    fill(workspace)
    workspace.etl()
    [row] = workspace.query("select songplay_id from song_plays where session_id = 3")
    found = workspace.run("trace", "song_plays", str(row["songplay_id"]), "--json").json
    [events] = [source for source in found["from"] if source["table"] == "staging.events"]
    [record] = events["records"]
    assert record["object"].endswith("2018/b.json") and record["record"] == 1 and record["run"] == 1
    assert json.loads(record["text"])["sessionId"] == 3
    assert "2018/b.json, record 1 at byte 0" in workspace.run("trace", "song_plays", str(row["songplay_id"])).stdout


def test_trace_says_when_the_objects_are_no_longer_those(workspace):
    fill(workspace)
    workspace.etl()
    workspace.put_events("2018/b.json", play(sessionId=99))
    [row] = workspace.query("select songplay_id from song_plays where session_id = 3")
    shown = workspace.run("trace", "song_plays", str(row["songplay_id"])).stdout
    assert "2018/b.json as it was loaded is no longer there" in shown
