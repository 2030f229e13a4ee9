"""Runs that follow a first one: only what is new or changed is loaded, whatever happens at the source."""

import os
import time

import pytest

from records import event, play, song
from workspace import json_lines

pytestmark = pytest.mark.every_engine

YEAR_S = 365 * 24 * 3600


@pytest.fixture
def loaded(workspace):
    workspace.put_events("a.json", play(sessionId=1), play(sessionId=2))
    workspace.put_events("b.json", play(sessionId=3))
    workspace.put_songs("s.json", song())
    workspace.etl()
    return workspace


def sessions(workspace):
    return [row["session_id"] for row in workspace.query("select session_id from song_plays order by 1")]


def objects(workspace):
    """What the ledger says of the objects, by file name."""
    rows = workspace.query("select * from starlift.objects")
    return {os.path.basename(row["key"]): row for row in rows}


def counts(summary, dataset="events"):
    return {name: summary["datasets"][dataset][name] for name in ("objects", "new", "changed", "vanished", "records")}


def test_nothing_new_is_no_run(loaded):
    before = loaded.database.read_bytes()
    summary = loaded.etl()
    assert summary["run_id"] is None
    assert counts(summary) == {"objects": 2, "new": 0, "changed": 0, "vanished": 0, "records": 0}
    assert "up to date" in loaded.run("etl").stdout
    assert loaded.database.read_bytes() == before
    assert [run["run"] for run in loaded.run("status", "--json").json["runs"]] == [1]


def test_a_new_file_adds_its_rows(loaded):
    loaded.put_events("0/new.json", play(sessionId=4))
    assert counts(loaded.etl()) == {"objects": 3, "new": 1, "changed": 0, "vanished": 0, "records": 1}
    assert sessions(loaded) == [1, 2, 3, 4]


def test_names_that_differ_in_trailing_blanks_are_two_objects(loaded):
    loaded.put_events("c.json ", play(sessionId=4))
    loaded.etl()
    loaded.put_events("c.json", play(sessionId=5))
    loaded.etl()
    assert counts(loaded.etl()) == {"objects": 4, "new": 0, "changed": 0, "vanished": 0, "records": 0}
    assert sessions(loaded) == [1, 2, 3, 4, 5]


def test_a_new_file_with_an_old_time_is_not_missed(loaded):
    loaded.put_events("old.json", play(sessionId=4), age_s=YEAR_S)
    loaded.put_events("2000/older.json", play(sessionId=5), age_s=20 * YEAR_S)
    assert counts(loaded.etl())["new"] == 2
    assert sessions(loaded) == [1, 2, 3, 4, 5]


def test_a_changed_file_replaces_its_rows(loaded):
    loaded.put_events("a.json", play(sessionId=2), play(sessionId=9), play(sessionId=10), age_s=60)
    assert counts(loaded.etl()) == {"objects": 2, "new": 0, "changed": 1, "vanished": 0, "records": 3}
    assert sessions(loaded) == [2, 3, 9, 10]
    assert loaded.value("select count(*) from staging.events") == 4


def test_a_change_that_keeps_the_size_is_seen(loaded):
    loaded.put_events("b.json", play(sessionId=8), age_s=60)
    assert counts(loaded.etl())["changed"] == 1
    assert sessions(loaded) == [1, 2, 8]


def test_a_changed_file_replaces_its_rejects(loaded):
    loaded.put("log_data/b.json", json_lines([play(sessionId=3)]) + '{"broken"\n', age_s=60)
    loaded.etl()
    assert [os.path.basename(row["object"]) for row in loaded.rejects()] == ["b.json"]
    loaded.put_events("b.json", play(sessionId=3), age_s=30)
    loaded.etl()
    assert loaded.rejects() == []
    assert sessions(loaded) == [1, 2, 3]


def test_a_vanished_file_is_kept_and_reported(loaded):
    (loaded.folder / "log_data/b.json").unlink()
    summary = loaded.etl()
    assert counts(summary) == {"objects": 1, "new": 0, "changed": 0, "vanished": 1, "records": 0}
    assert sessions(loaded) == [1, 2, 3]
    assert "no longer at the source" in loaded.run("etl").stdout


def test_a_touched_file_loads_nothing(loaded):
    loaded.put_events("b.json", play(sessionId=3), age_s=60)
    assert counts(loaded.etl()) == {"objects": 2, "new": 0, "changed": 0, "vanished": 0, "records": 0}
    assert sessions(loaded) == [1, 2, 3]
    assert objects(loaded)["b.json"]["object_id"] == 2, "the same object as before"
    assert loaded.etl()["run_id"] is None, "its new time is known now"


def rewrite_within_the_tick(path, record):
    """Writes the file so that its size and time stay; its time is not past, so that it counts as fresh."""
    in_a_minute_ns = path.stat().st_mtime_ns if path.exists() else time.time_ns() + 60 * 10**9
    path.write_text(json_lines([record]))
    os.utime(path, ns=(in_a_minute_ns, in_a_minute_ns))


def test_the_time_of_a_fresh_file_proves_nothing(workspace):
    path = workspace.folder / "log_data/fresh.json"
    rewrite_within_the_tick(path, play(sessionId=1))
    workspace.etl()
    assert objects(workspace)["fresh.json"]["modified_us"] == -1
    rewrite_within_the_tick(path, play(sessionId=2))
    assert counts(workspace.etl())["changed"] == 1
    assert sessions(workspace) == [2]


def test_the_time_of_a_file_proves_nothing_as_long_as_it_is_fresh(workspace):
    path = workspace.folder / "log_data/fresh.json"
    for session in (1, 1, 2):
        rewrite_within_the_tick(path, play(sessionId=session))
        workspace.etl()
    assert sessions(workspace) == [2]


def test_songs_may_arrive_after_the_plays(workspace):
    workspace.put_events("a.json", play())
    workspace.etl()
    assert workspace.value("select song_id from song_plays") is None
    workspace.put_songs("s.json", song())
    workspace.etl()
    assert workspace.value("select song_id from song_plays") == "SOLOWTIDE"


def test_a_replaced_song_file_changes_the_match(loaded):
    assert loaded.value("select count(*) from song_plays where song_id = 'SOLOWTIDE'") == 3
    loaded.put_songs("s.json", song(title="High Tide"), age_s=60)
    loaded.etl()
    assert loaded.value("select count(song_id) from song_plays") == 0
    assert loaded.value("select title from songs") == "High Tide"


def test_a_copy_of_a_file_is_the_same_plays(loaded):
    loaded.put_events("copy of a.json", play(sessionId=1), play(sessionId=2))
    loaded.etl()
    assert sessions(loaded) == [1, 2, 3]
    assert loaded.value("select count(*) from staging.events") == 5


def test_the_last_page_of_a_user_moves_the_user(loaded):
    loaded.put_events("later.json", play(ts=1541105830797, level="paid"), event(ts=1541105830798, level="free"))
    loaded.etl()
    assert loaded.query("select user_id, level from users") == [{"user_id": 7, "level": "paid"}]


def test_increments_end_where_one_load_does(loaded):
    loaded.put_events("c.json", play(sessionId=4, userId="8"))
    loaded.etl()
    loaded.put_events("a.json", play(sessionId=1, level="paid"), age_s=60)
    loaded.put_songs("t.json", song(song_id="SOTHER", duration=199.0))
    loaded.etl()
    loaded.etl("--database", "at_once.duckdb")
    assert loaded.tables("--database", "at_once.duckdb") == loaded.tables()


def test_the_ledger_knows_every_object(loaded):
    ledger = objects(loaded)
    assert {name: (row["dataset"], row["records"], row["staged"], row["rejected"]) for name, row in ledger.items()} == {
        "a.json": ("events", 2, 2, 0), "b.json": ("events", 1, 1, 0), "s.json": ("songs", 1, 1, 0)}
    path = loaded.folder / "log_data/a.json"
    assert ledger["a.json"]["key"] == str(path)
    assert ledger["a.json"]["size_bytes"] == path.stat().st_size
    assert ledger["a.json"]["modified_us"] == path.stat().st_mtime_ns // 1000
    lineage = loaded.query("select distinct _object_id, _record from staging.events order by 1, 2")
    assert lineage == [{"_object_id": ledger["a.json"]["object_id"], "_record": 1},
                       {"_object_id": ledger["a.json"]["object_id"], "_record": 2},
                       {"_object_id": ledger["b.json"]["object_id"], "_record": 1}]


def test_the_same_folder_named_otherwise_is_the_same_objects(loaded):
    config = (loaded.folder / "dwh.cfg").read_text()
    loaded.put("dwh.cfg", config.replace("LOG_DATA = log_data", f"LOG_DATA = 'file://{loaded.folder}/log_data/'"))
    assert counts(loaded.etl()) == {"objects": 2, "new": 0, "changed": 0, "vanished": 0, "records": 0}


# Moved folders.


def move_logs(workspace):
    (workspace.folder / "log_data").rename(workspace.folder / "moved")
    workspace.put("dwh.cfg", (workspace.folder / "dwh.cfg").read_text().replace("= log_data", "= moved"))


@pytest.mark.parametrize("flags", [("--dry-run",), ()])
def test_a_moved_folder_is_a_warning_that_says_what_to_do(loaded, flags):
    move_logs(loaded)
    said = loaded.run("etl", "--quiet", *flags).stderr
    assert "warning: events: all that is loaded (2 objects) is gone from the source" in said
    assert "etl --prune" in said and "songs" not in said


def test_pruning_a_moved_folder_leaves_every_record_once(loaded):
    rows = loaded.value("select count(*) from staging.events")
    move_logs(loaded)
    loaded.etl()
    assert loaded.value("select count(*) from staging.events") == 2 * rows
    assert "was the folder moved" not in loaded.run("etl", "--prune").stderr
    assert loaded.value("select count(*) from staging.events") == rows


def test_other_files_in_another_folder_are_no_move(loaded):
    loaded.put("elsewhere/new.json", (loaded.folder / "log_data/a.json").read_text())
    loaded.put("dwh.cfg", (loaded.folder / "dwh.cfg").read_text().replace("= log_data", "= elsewhere"))
    assert "was the folder moved" not in loaded.run("etl").stderr
