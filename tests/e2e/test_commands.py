"""The command line: flags, formats, what each command prints and what it leaves alone."""

import json
import re

import pytest

from records import play, song
from workspace import STAR

ENGINES = ("duckdb", "postgres", "redshift")


@pytest.fixture(scope="module")
def loaded(make_workspace):
    workspace = make_workspace()
    workspace.put_events("a.json", play(), play(userId="", userAgent="", sessionId=2))
    workspace.put("log_data/bad.json", "not a record\n")
    workspace.put_songs("s.json", song())
    workspace.etl()
    workspace.run("init", "definition")
    return workspace


# Flags.


@pytest.mark.parametrize("flags", [
    ("--config", "other/dwh.cfg"), ("--database", "other/test.duckdb"), ("--memory", "1GB"), ("--threads", "1"),
    ("--warehouse", "definition"), ("--json",), ("--quiet",), ("-q",)])
def test_global_flags_work_before_and_after_the_command(loaded, flags):
    config = (loaded.folder / "dwh.cfg").read_text()
    loaded.put("other/dwh.cfg", config.replace("test.duckdb", str(loaded.database)))
    loaded.put("other/test.duckdb", loaded.database.read_bytes())
    shown = [loaded.run(*flags, "status").stdout, loaded.run("status", *flags).stdout]
    assert shown[0] == shown[1] and "song_plays" in shown[0]


def test_no_library_is_taken_from_the_current_folder(workspace):
    for library in ("libcurl.so.4", "libduckdb.so", "libz.so.1"):
        workspace.put(library, "none\n")
    workspace.run("--version")


def test_help_and_version(workspace):
    shown = workspace.run("--help").stdout
    for command in ("create-tables", "etl", "query", "status", "rejects", "sql", "init", "generate"):
        assert command in shown
        assert "Usage: starlift" in workspace.run(command, "--help").stdout
    assert re.fullmatch(r"starlift \d+\.\d+\.\d+\n", workspace.run("--version").stdout)


@pytest.mark.parametrize("arguments", [
    (), ("etll",), ("etl", "--no-such-flag"), ("etl", "too", "many"), ("query",), ("--config",),
    ("query", "select 1", "--format", "xml"), ("sql", "users", "--engine", "oracle"), ("rejects", "--limit", "-1"),
    ("--threads", "0", "etl"), ("--memory", "lots", "etl"), ("--memory", "0", "etl"), ("--memory", "1MB", "etl")])
def test_a_wrong_command_line_is_refused(workspace, arguments):
    failed = workspace.run(*arguments, code=2)
    assert failed.stderr and not failed.stdout
    assert not workspace.database.exists()


def test_results_go_to_stdout_and_progress_to_stderr(workspace):
    workspace.put_events("a.json", play())
    loaded = workspace.run("etl")
    assert "stage events" in loaded.stderr and "stage events" not in loaded.stdout
    assert re.search(r"^song_plays +1\b", loaded.stdout, re.MULTILINE)
    assert workspace.run("etl", "--quiet").stderr.count("\n") == 1, "the warning that there are no songs"


# query


def test_csv_tells_null_from_empty_text(loaded):
    sql = "select null as a, '' as b, 'x,\"y\"' as c, 1.5 as d, true as e"
    assert loaded.run("query", sql, "--format", "csv").stdout == 'a,b,c,d,e\n,"","x,""y""",1.5,true\n'


def test_json_keeps_types(loaded):
    sql = "select 1 as n, 0.5 as d, 'é\"' as t, null as z, false as b, date '2018-11-01' as day"
    answer = [{"n": 1, "d": 0.5, "t": 'é"', "z": None, "b": False, "day": "2018-11-01"}]
    assert loaded.run("query", sql, "--format", "json").json == answer
    assert loaded.run("query", "select 1 as n", "--json").json == [{"n": 1}]
    assert loaded.run("query", "select 1 as n where false", "--json").json == []


def test_table_and_markdown_are_aligned(loaded):
    sql = "select 'a' as name, 5 as n union all select 'long one', 12 order by n"
    assert loaded.run("query", sql).stdout == "name        n\n--------  ---\na           5\nlong one   12\n"
    assert loaded.run("query", sql, "--format", "markdown").stdout == (
        "| name     |   n |\n| -------- | --: |\n| a        |   5 |\n| long one |  12 |\n")


def test_a_query_cannot_write(loaded):
    failed = loaded.run("query", "delete from song_plays", code=1)
    assert "read-only" in failed.stderr
    assert len(loaded.table("song_plays")) == 2


def test_a_saved_query_is_called_by_its_name_and_shows_its_title(loaded):
    shown = loaded.run("query", "most_played_songs")
    assert "Low Tide" in shown.stdout and "Most played songs" in shown.stderr
    assert loaded.run("query", "most_played_songs", "--quiet").stderr == ""


def test_a_misspelt_name_is_answered_with_the_nearest_and_all(loaded):
    failed = loaded.run("query", "most_playd_songs", code=2)
    assert "did you mean most_played_songs?" in failed.stderr and "plays_by_hour" in failed.stderr


def test_wrong_sql_fails_with_the_reason(loaded):
    failed = loaded.run("query", "select nothing_like_it from song_plays", code=1)
    assert "nothing_like_it" in failed.stderr and not failed.stdout


@pytest.mark.parametrize("command", [("query", "select 1"), ("status",), ("rejects",)])
def test_reading_where_nothing_was_loaded_says_what_to_do(workspace, command):
    failed = workspace.run(*command, code=2)
    assert "test.duckdb" in failed.stderr and "starlift etl" in failed.stderr
    assert not workspace.database.exists()


# status and rejects


def test_status_for_people_and_programs(loaded):
    text = loaded.run("status").stdout
    assert re.search(r"song_plays +fact +2\n", text) and re.search(r"users +dimension +1\n", text)
    status = loaded.run("status", "--json").json
    assert status["loaded"] == [
        {"dataset": "events", "objects": 2, "bytes": status["loaded"][0]["bytes"], "staged": 2, "rejected": 1},
        {"dataset": "songs", "objects": 1, "bytes": status["loaded"][1]["bytes"], "staged": 1, "rejected": 0}]
    [run] = status["runs"]
    assert (run["run"], run["state"], run["error"]) == (1, "done", None)
    assert (run["objects"], run["staged"], run["rejected"]) == (3, 3, 1)
    assert re.fullmatch(r"20\d\d-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?", run["started_at"])


def test_rejects_can_be_chosen_and_limited(loaded):
    [reject] = loaded.rejects()
    assert (reject["dataset"], reject["record"], reject["offset"], reject["raw"]) == ("events", 1, 0, "not a record")
    assert reject["object"] == str(loaded.folder / "log_data/bad.json")
    assert loaded.rejects("--dataset", "songs") == []
    assert loaded.rejects("--dataset", "events") == [reject]
    assert "not a record" in loaded.run("rejects").stdout


def test_the_newest_rejects_come_first_up_to_the_limit(workspace):
    workspace.put("log_data/bad.json", "".join(f'{{"ts": "{i}x"}}\n' for i in range(150)))
    workspace.etl()
    assert [row["record"] for row in workspace.run("rejects", "--json", "--limit", "2").json] == [150, 149]
    assert len(workspace.run("rejects", "--json").json) == 100
    assert len(workspace.run("rejects", "--json", "--limit", "0").json) == 150


# etl


def test_the_summary_of_a_run_as_json(workspace):
    workspace.put_events("a.json", play(), play(sessionId=2))
    workspace.put_songs("s.json", song())
    summary = workspace.run("etl", "--json").json
    assert (summary["run_id"], summary["dry_run"]) == (1, False)
    assert summary["elapsed_s"] > 0 and summary["peak_memory_bytes"] > 1 << 20
    [events, songs] = summary["datasets"]
    size_bytes = (workspace.folder / "log_data/a.json").stat().st_size
    assert {name: events[name] for name in events if name != "elapsed_s"} == {
        "name": "events", "objects": 1, "new": 1, "changed": 0, "reread": 0, "vanished": 0, "postponed": 0,
        "unreadable": 0, "bytes": size_bytes, "records": 2, "staged": 2, "rejected": 0, "unknown_fields": {}}
    assert songs["name"] == "songs" and songs["records"] == 1
    assert {model["name"]: model["rows"] for model in summary["models"]} == {
        "song_plays": 2, "users": 1, "songs": 1, "artists": 1, "time": 1}


def test_a_dry_run_without_a_warehouse_makes_none(workspace):
    workspace.put_events("a.json", play())
    shown = workspace.run("etl", "--dry-run").stdout
    assert "nothing was changed" in shown and re.search(r"events +1 +1 +0 +0 ", shown)
    order = ['create table if not exists "song_plays"', "-- 1 object, ", 'insert into "staging"."events"',
             'insert into "song_plays"']
    assert sorted(order, key=shown.index) == order
    assert sorted(path.name for path in workspace.folder.iterdir()) == ["dwh.cfg", "log_data", "song_data"]


def test_a_dry_run_tells_what_a_run_would_do_and_changes_nothing(workspace):
    for name in ("kept", "changed", "vanished"):
        workspace.put_events(f"{name}.json", play())
    workspace.etl()
    workspace.put_events("changed.json", play(sessionId=2), age_s=60)
    workspace.put_events("new.json", play(sessionId=3))
    (workspace.folder / "log_data/vanished.json").unlink()
    before = {path: path.read_bytes() for path in workspace.folder.iterdir() if path.is_file()}
    dry = workspace.run("etl", "--dry-run", "--json").json
    [events, _] = dry["datasets"]
    assert (events["new"], events["changed"], events["vanished"], events["objects"]) == (1, 1, 1, 3)
    assert dry["dry_run"] is True and dry["drift"] == {"datasets": [], "models": []} and dry["refusal"] is None
    assert {path: path.read_bytes() for path in workspace.folder.iterdir() if path.is_file()} == before
    done = workspace.etl()
    assert [done["datasets"]["events"][name] for name in ("new", "changed", "vanished", "bytes")] == [
        events[name] for name in ("new", "changed", "vanished", "bytes")]
    assert {model["name"]: model["remade"] for model in dry["models"]} == {
        name: model["remade"] for name, model in done["models"].items()}


def test_a_dry_run_shows_the_statements_of_an_incremental_run(workspace):
    workspace.put_events("a.json", *(play(sessionId=i) for i in range(20)))
    workspace.etl()
    workspace.put_events("b.json", play(sessionId=20))
    dry = workspace.run("etl", "--dry-run", "--json").json
    assert {model["name"]: model["remade"] for model in dry["models"]} == {
        "artists": "not", "songs": "not", "time": "touched keys", "users": "touched keys", "song_plays": "touched keys"}
    [load] = [text for text in dry["statements"] if text.startswith("-- 1 object, ")]
    assert 'insert into "staging"."events"' in load and "starlift_feed(" in load
    keys = [text for text in dry["statements"] if text.startswith('create temporary table "starlift_touched_')]
    assert len(keys) == 3
    workspace.etl()
    first = workspace.value("select min(object_id) from starlift.objects where run_id = 2")
    assert all(f'"_object_id" >= {first}' in text for text in keys)
    assert workspace.run("etl", "--dry-run", "--json").json["statements"] == []


def test_a_dry_run_shows_what_pruning_takes_out(workspace):
    for name in "ab":
        workspace.put_events(f"{name}.json", play())
    workspace.etl()
    (workspace.folder / "log_data/b.json").unlink()
    kept = workspace.run("etl", "--dry-run").stdout
    assert "events: 1 object no longer at the source, rows kept" in kept and "delete" not in kept
    shown = workspace.run("etl", "--dry-run", "--prune").stdout
    assert "rows taken out" in shown and 'delete from "staging"."events"' in shown


def test_etl_creates_what_is_missing(workspace):
    workspace.put_songs("s.json", song())
    workspace.etl()
    assert workspace.table("song_plays") == [] and len(workspace.table("songs")) == 1
    status = workspace.run("status", "--json").json
    assert {row["table"]: row["rows"] for row in status["tables"]}["staging.events"] == 0


# sql


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("table", [*STAR, "staging.events", "staging.songs"])
def test_the_sql_of_every_table_for_every_engine(workspace, table, engine):
    sql = workspace.run("sql", table, "--engine", engine).stdout
    assert re.search(r'create table (if not exists )?"?%s"?' % table.replace(".", r'"?\."?'), sql)
    assert ("diststyle" in sql.lower() or "distkey" in sql.lower()) == (engine == "redshift")
    assert ("hash_bigint" in sql) is False, "rendered for the engine"
    parts = workspace.run("sql", table, "--engine", engine, "--json").json
    assert (parts["table"], parts["engine"]) == (table, engine)
    assert set(parts) - {"table", "engine"} == (
        {"create", "full_refresh", "incremental"} if table in STAR else {"create", "load"})
    assert all(text in sql for name, part in parts.items() if name not in ("table", "engine") for text in part)
    assert not workspace.database.exists()


@pytest.mark.parametrize("engine, load", [
    ("duckdb", r'insert into "staging"\."events" \("artist", .*"_record"\) select \* from starlift_feed\(1\);'),
    ("postgres", r'copy "staging"\."events" \("artist", .*"_record"\) from stdin with \(format binary\);'),
    ("redshift", r'copy "staging"\."events" \("artist", .*"_record"\)\nfrom .*\niam_role .*\nformat as json ')])
def test_the_load_of_a_staging_table(workspace, engine, load):
    assert re.search(load, workspace.run("sql", "staging.events", "--engine", engine).stdout)


def test_sql_is_what_duckdb_runs(loaded):
    [_, load] = loaded.run("sql", "song_plays", "--engine", "duckdb", "--json").json["full_refresh"]
    assert loaded.query(f"select * from ({load[load.index('with'):]}) order by all") == loaded.table("song_plays")


def test_sql_follows_the_engine_of_the_configuration(workspace):
    workspace.put("dwh.cfg", "[WAREHOUSE]\nENGINE = redshift\n")
    assert workspace.run("sql", "users").stdout == workspace.run("sql", "users", "--engine", "redshift").stdout


def test_sql_of_a_misspelt_table_is_answered_with_the_nearest(workspace):
    failed = workspace.run("sql", "song_play", code=2)
    assert "did you mean song_plays?" in failed.stderr


def test_all_json_is_json(loaded):
    key = str(loaded.value("select min(user_id) from users"))
    for command in (("etl",), ("etl", "--dry-run"), ("status",), ("history",), ("history", "1"), ("rejects",),
                    ("rejects", "show", "1"), ("query", "plays_by_hour"), ("trace", "users", key), ("sql", "users"),
                    ("check",), ("diff", "test.duckdb", "test.duckdb"), ("init", "json_definition"),
                    ("create-tables", "--yes", "--database", "json.duckdb")):
        assert json.loads(loaded.run(*command, "--json").stdout) is not None
