"""A definition that changed after it made the tables."""

import pytest

from records import play, song
from workspace import json_lines

pytestmark = pytest.mark.every_engine


@pytest.fixture
def drifting(workspace):
    """A loaded warehouse with a definition of its own, and how to edit it."""
    workspace.put_events("a.json", play(sessionId=1), play(sessionId=2))
    workspace.put_songs("s.json", song())
    workspace.run("init", "wh")
    workspace.etl("--warehouse", "wh")
    return workspace


def edit(workspace, name, old, new):
    path = workspace.folder / "wh" / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def add_status_to_events(workspace, extra=""):
    edit(workspace, "staging/events.toml", "columns = [",
         f'columns = [\n    {{ name = "shown_status", field = "status", type = "varchar(16)"{extra} }},')


def test_a_changed_model_is_remade_from_staging(drifting):
    edit(drifting, "star/songs.sql", "\nwith\n", "\nwith  -- once more\n")
    assert "songs changed in the definition" in drifting.run("etl", "--warehouse", "wh", "--dry-run").stdout
    summary = drifting.etl("--warehouse", "wh")
    assert summary["run_id"] == 2
    assert summary["models"]["songs"]["remade"] == "whole"
    assert drifting.etl("--warehouse", "wh")["run_id"] is None


def test_a_new_model_is_filled_though_nothing_is_new_at_the_sources(drifting):
    drifting.put("wh/star/levels.sql", """/*
description = "One row per level"
kind = "dimension"
key = ["level"]
columns = [ { name = "level", type = "varchar(64)", required = true } ]
*/
select distinct level from staging.events where level is not null""")
    drifting.etl("--warehouse", "wh")
    assert drifting.query("select * from levels", "--warehouse", "wh") == [{"level": "free"}]


@pytest.fixture
def mistaken(workspace):
    """A definition that would round a duration, and the column that it lacks."""
    workspace.put_events("a.json", play(), {"ts": "bad"})
    workspace.put_songs("s.json", song(duration=199.5))
    workspace.run("init", "wh")
    edit(workspace, "staging/songs.toml", '"duration",         type = "double"', '"duration", type = "integer"')
    return workspace


def mend(workspace):
    edit(workspace, "staging/songs.toml", '"duration", type = "integer"', '"duration",         type = "double"')
    add_status_to_events(workspace)


def assert_mended(workspace):
    workspace.etl("--warehouse", "wh")
    assert workspace.query("select duration from staging.songs", "--warehouse", "wh") == [{"duration": 199.5}]
    assert workspace.query("select duration from songs", "--warehouse", "wh") == [{"duration": 199.5}]
    assert workspace.query("select shown_status from staging.events", "--warehouse", "wh") == [{"shown_status": "200"}]
    assert workspace.etl("--warehouse", "wh")["run_id"] is None


def test_a_definition_mended_after_the_first_run_failed_makes_its_tables_anew(mistaken):
    mistaken.run("etl", "--warehouse", "wh", "--max-rejects", "0", code=1)
    mend(mistaken)
    shown = mistaken.run("etl", "--warehouse", "wh", "--dry-run").stdout
    assert "staging.songs changed in the definition" in shown and "duration: integer is now double" in shown
    assert_mended(mistaken)


def test_a_definition_mended_after_create_tables_makes_its_tables_anew(mistaken):
    mistaken.run("create-tables", "--warehouse", "wh")
    mend(mistaken)
    assert_mended(mistaken)


def test_a_model_whose_first_run_fails_is_filled_by_the_next_as_it_is_defined_then(drifting):
    drifting.put("wh/star/levels.sql", """/*
description = "One row per level"
kind = "dimension"
key = ["level"]
columns = [ { name = "level", type = "varchar(2)", required = true } ]
*/
select distinct level from staging.events where level is not null""")
    drifting.put("log_data/b.json", '{"broken')
    drifting.run("etl", "--warehouse", "wh", "--max-rejects", "0", code=1)
    edit(drifting, "star/levels.sql", "varchar(2)", "varchar(8)")
    drifting.etl("--warehouse", "wh")
    assert drifting.query("select * from levels", "--warehouse", "wh") == [{"level": "free"}]


def test_a_changed_staging_table_asks_for_a_reload(drifting):
    add_status_to_events(drifting)
    everything = "select * from staging.events order by session_id, item_in_session"
    before = drifting.query(everything)
    refused = drifting.run("etl", "--warehouse", "wh", code=2)
    assert "etl --reload events" in refused.stderr
    assert drifting.query(everything) == before
    assert "etl --reload events" in drifting.run("history", "--json").json[0]["error"]


def test_a_dry_run_tells_that_a_changed_staging_table_asks_for_a_reload(drifting):
    add_status_to_events(drifting)
    dry = drifting.run("etl", "--warehouse", "wh", "--dry-run", "--json").json
    assert "starlift etl --reload events" in dry["refusal"] and "shown_status: it is new" in dry["refusal"]
    assert [dataset["name"] for dataset in dry["drift"]["datasets"]] == ["events"]
    shown = drifting.run("etl", "--warehouse", "wh", "--dry-run").stdout
    assert f"a run would not begin: {dry['refusal']}" in shown
    assert drifting.run("etl", "--warehouse", "wh", "--dry-run", "--reload", "events", "--json").json["refusal"] is None


def test_the_refusal_says_what_changed(drifting):
    edit(drifting, "staging/events.toml", 'type = "integer"', 'type = "varchar(64)"')
    add_status_to_events(drifting)
    refused = drifting.run("etl", "--warehouse", "wh", code=2).stderr
    assert "integer is now varchar(64)" in refused and "shown_status: it is new" in refused
    assert "rejects replay" not in refused


def test_rejects_load_once_the_definition_takes_them(drifting):
    drifting.put("log_data/b.json", json_lines([play(sessionId=3), play(sessionId=4, gender="g" * 100)]) + '{"broken')
    drifting.etl("--warehouse", "wh")
    assert len(drifting.rejects()) == 2
    edit(drifting, "staging/events.toml", 'field = "gender",        type = "varchar(64)"',
         'field = "gender", type = "varchar(128)"')
    edit(drifting, "star/users.sql", '"gender",     type = "varchar(64)"', '"gender", type = "varchar(128)"')
    assert "starlift rejects replay" in drifting.run("etl", "--warehouse", "wh", code=2).stderr
    replayed = drifting.run("rejects", "replay", "--warehouse", "wh", "--json").json
    [events] = [entry for entry in replayed["datasets"] if entry["name"] == "events"]
    assert (events["reread"], events["staged"], events["rejected"]) == (1, 2, 1)
    [left] = drifting.rejects()
    assert left["raw"].startswith('{"broken')
    assert sorted(row["session_id"] for row in drifting.table("song_plays")) == [1, 2, 3, 4]
    assert drifting.etl("--warehouse", "wh")["run_id"] is None


def test_a_replay_without_a_change_changes_nothing_and_names_what_it_cannot_read(drifting):
    bad = drifting.put("log_data/bad.json", '{"broken\n{"worse')
    drifting.etl("--warehouse", "wh")
    before = [(row["object"], row["record"], row["reason"]) for row in drifting.rejects()]
    drifting.run("rejects", "replay", "--warehouse", "wh")
    assert [(row["object"], row["record"], row["reason"]) for row in drifting.rejects()] == before
    bad.unlink()
    said = drifting.run("rejects", "replay", "--warehouse", "wh").stderr
    assert "of objects no longer at the source cannot be tried again" in said
    assert len(drifting.rejects()) == len(before)


def test_a_reload_reads_the_objects_again(drifting):
    add_status_to_events(drifting)
    drifting.etl("--warehouse", "wh", "--reload", "events")
    rows = drifting.query("select shown_status, session_id from staging.events order by 2", "--warehouse", "wh")
    assert rows == [{"shown_status": "200", "session_id": 1}, {"shown_status": "200", "session_id": 2}]
    assert len(drifting.table("song_plays")) == 2


def test_rows_of_vanished_objects_keep_null_in_a_new_column_and_the_run_says_so(drifting):
    drifting.put_events("b.json", play(sessionId=3))
    drifting.etl("--warehouse", "wh")
    (drifting.folder / "log_data/b.json").unlink()
    add_status_to_events(drifting)
    said = drifting.run("etl", "--warehouse", "wh", "--reload", "events").stderr
    assert "1 object can no longer be read again; null in the rows from there: shown_status" in said
    rows = drifting.query("select shown_status from staging.events order by session_id", "--warehouse", "wh")
    assert [row["shown_status"] for row in rows] == ["200", "200", None]
    assert len(drifting.table("song_plays")) == 3


def test_a_new_required_column_cannot_be_null_in_them(drifting):
    (drifting.folder / "log_data/a.json").unlink()
    add_status_to_events(drifting, ", required = true")
    refused = drifting.run("etl", "--warehouse", "wh", "--reload", "events", code=2)
    assert "shown_status is required" in refused.stderr and "--prune" in refused.stderr
    drifting.etl("--warehouse", "wh", "--reload", "events", "--prune")
    assert drifting.table("song_plays") == []


def test_values_that_do_not_fit_a_new_type_are_named_with_the_remedy(drifting):
    (drifting.folder / "log_data/a.json").unlink()
    drifting.put_events("b.json", play(sessionId=3))
    edit(drifting, "staging/events.toml", '"method",        type = "varchar(64)"', '"method",        type = "integer"')
    refused = drifting.run("etl", "--warehouse", "wh", "--reload", "events", code=1).stderr
    assert "the rows of 1 loaded object that can no longer be read again" in refused
    assert "PUT" in refused and "--prune" in refused
    drifting.etl("--warehouse", "wh", "--reload", "events", "--prune")


def test_a_reload_of_what_does_not_exist_names_what_does(drifting):
    assert "there are: events, songs" in drifting.run("etl", "--reload", "evens", code=2).stderr


def test_a_reload_alone_reads_everything_and_changes_nothing(drifting):
    before = drifting.tables()
    summary = drifting.etl("--warehouse", "wh", "--reload")
    assert [(entry["changed"], entry["reread"]) for entry in summary["datasets"].values()] == [(0, 1), (0, 1)]
    assert drifting.tables() == before


def test_a_full_refresh_changes_nothing(drifting):
    before = drifting.tables()
    summary = drifting.etl("--warehouse", "wh", "--full-refresh")
    assert {model["remade"] for model in summary["models"].values()} == {"whole"}
    assert drifting.tables() == before
