"""Rejects as a queue to look into, and the runs that came before."""

import json
import re

import pytest

from records import play

pytestmark = pytest.mark.every_engine

BROKEN = '{"ts": 1541105830796, "sessionId": 1, "itemInSession": "second"}'


@pytest.fixture
def rejecting(workspace):
    workspace.put_events("a.json", play(sessionId=1))
    workspace.put("log_data/b.json", f"{BROKEN}\n{{\"broken\n\xff\n".encode("latin-1"))
    return workspace


def test_show_marks_the_offending_place(rejecting):
    rejecting.etl()
    [reject] = [row for row in rejecting.rejects() if row["column"] == "item_in_session"]
    shown = rejecting.run("rejects", "show", str(reject["id"])).stdout.splitlines()
    assert f"{rejecting.folder}/log_data/b.json: record 1 at byte 0" in shown
    assert 'item_in_session: "second" is not an integer' in shown
    mark = next(line for line in shown if line.strip() == "^")
    assert shown[shown.index(mark) - 1][mark.index("^"):].startswith('"second"')
    assert BROKEN in shown


def marked(shown):
    """What the mark stands below, to the end of its line."""
    mark = next(line for line in shown if line.strip() == "^")
    return shown[shown.index(mark) - 1][mark.index("^"):]


def test_show_marks_the_place_in_a_record_that_is_no_text(workspace):
    workspace.put("log_data/a.json", '{"artist": "Bj\u00f6rk", "song": "caf\u00e9"}'.encode().replace(b"\xc3\xa9", b"\xe9"))
    workspace.etl()
    [reject] = workspace.rejects()
    shown = workspace.run("rejects", "show", str(reject["id"])).stdout.splitlines()
    assert marked(shown).startswith("\\xe9\"}") and any("Bj\u00f6rk" in line for line in shown)


def test_show_tells_of_a_place_that_is_not_kept(workspace):
    workspace.put("log_data/a.json", '{"ts": 1541105830796, "song": "%s", "sessionId": x}' % ("a" * 70_000))
    workspace.etl()
    [reject] = workspace.rejects()
    shown = workspace.run("rejects", "show", str(reject["id"])).stdout
    assert re.search(r"the offending place is at byte 6\d,\d{3} of the record or behind it; its first 65,000 are kept", shown)
    assert not re.search(r"^ *\^$", shown, re.MULTILINE)


def test_replay_waits_as_etl_does(rejecting):
    rejecting.etl()
    rejecting.run("rejects", "replay", "--wait", "5")


def test_show_of_what_is_not_there(rejecting):
    rejecting.etl()
    assert "there is no reject 99" in rejecting.run("rejects", "show", "99", code=2).stderr


def test_export_writes_each_as_one_json_object(rejecting):
    rejecting.etl()
    lines = [json.loads(line) for line in rejecting.run("rejects", "export", "-q").stdout.splitlines()]
    assert len(lines) == len(rejecting.rejects()) == 2
    assert lines[0]["raw"] == BROKEN and lines[0]["dataset"] == "events" and lines[0]["column"] == "item_in_session"
    assert lines[1]["raw_encoding"] == "base64" and lines[1]["column"] is None


def test_too_many_rejects_roll_back_and_leave_a_report(rejecting):
    refused = rejecting.run("etl", "--max-rejects", "1", code=1)
    assert "rejected 2 of 3 records" in refused.stderr
    [report] = rejecting.folder.glob("starlift-rejects-run-1.ndjson")
    assert len(report.read_text().splitlines()) == 2
    assert rejecting.value("select count(*) as n from staging.events") == 0
    assert rejecting.run("history", "--json").json[0]["state"] == "failed"


def test_a_report_leaves_that_of_another_warehouse(rejecting):
    rejecting.run("etl", "--max-rejects", "1", code=1)
    first = (rejecting.folder / "starlift-rejects-run-1.ndjson").read_text()
    refused = rejecting.run("etl", "--max-rejects", "1", "--database", "other.duckdb", code=1)
    assert "they are in starlift-rejects-run-1-2.ndjson" in refused.stderr
    assert (rejecting.folder / "starlift-rejects-run-1.ndjson").read_text() == first
    assert len((rejecting.folder / "starlift-rejects-run-1-2.ndjson").read_text().splitlines()) == 2


def test_too_many_rejects_are_the_error_even_when_no_report_can_be_kept(rejecting):
    elsewhere = ("env", "--chdir=/proc")  # where nobody can make a file
    refused = rejecting.run("etl", "--max-rejects", "1", "--config", rejecting.folder / "dwh.cfg", prefix=elsewhere, code=1)
    assert "rejected 2 of 3 records" in refused.stderr
    assert "they could not all be kept in starlift-rejects-run-1.ndjson: No such file or directory" in refused.stderr


@pytest.mark.parametrize("limit", ["2", "67%"])
def test_as_many_rejects_as_allowed_are_no_failure(rejecting, limit):
    assert rejecting.etl("--max-rejects", limit)["datasets"]["events"]["rejected"] == 2


def test_rejects_of_a_replaced_object_leave_with_it(rejecting):
    rejecting.etl()
    rejecting.put_events("b.json", play(sessionId=2))
    rejecting.etl()
    assert rejecting.rejects() == []


def test_history_lists_runs_and_their_steps(rejecting):
    rejecting.etl()
    rejecting.put_events("c.json", play(sessionId=3))
    rejecting.etl()
    runs = rejecting.run("history", "--json").json
    assert [(run["run"], run["state"], run["objects"]) for run in runs] == [(2, "done", 1), (1, "done", 2)]
    steps = {step["step"]: step for step in rejecting.run("history", "1", "--json").json}
    assert steps["stage events"]["records"] == 3 and steps["stage events"]["rejected"] == 2
    assert steps["transform song_plays"]["rows"] == 1


def test_history_says_how_much_was_read_by_which_version_with_which_definition(rejecting):
    rejecting.etl()
    rejecting.put_events("c.json", play(sessionId=3))
    rejecting.run("init", "wh")
    model = rejecting.folder / "wh/star/songs.sql"
    model.write_text(model.read_text().replace("\nwith\n", "\nwith  -- once more\n"))
    rejecting.etl("--warehouse", "wh")
    second, first = rejecting.run("history", "--json").json
    sizes = {name: (rejecting.folder / f"log_data/{name}.json").stat().st_size for name in "abc"}
    assert (first["bytes"], second["bytes"]) == (sizes["a"] + sizes["b"], sizes["c"])
    assert f"starlift {first['version']}\n" == rejecting.run("--version").stdout and second["version"] == first["version"]
    assert first["definition"] and second["definition"] and first["definition"] != second["definition"]


def test_history_shows_how_far_a_failed_run_came(rejecting):
    rejecting.run("etl", "--max-rejects", "1", code=1)
    steps = rejecting.run("history", "1", "--json").json
    assert [step["step"] for step in steps] == ["list events", "list songs", "stage events", "stage songs"]
    assert steps[2]["rejected"] == 2


def test_history_has_a_run_that_failed_before_it_came_to_write(rejecting):
    rejecting.etl()
    (rejecting.folder / "log_data").rename(rejecting.folder / "moved")
    failed = rejecting.run("etl", code=1)
    runs = rejecting.run("history", "--json").json
    assert [(run["run"], run["state"]) for run in runs] == [(2, "failed"), (1, "done")]
    assert runs[0]["error"] in failed.stderr and "log_data" in runs[0]["error"]
    (rejecting.folder / "moved").rename(rejecting.folder / "log_data")
    rejecting.put_events("c.json", play(sessionId=3))
    rejecting.etl()
    assert [run["state"] for run in rejecting.run("history", "--json").json] == ["done", "failed", "done"]


def test_history_shows_units_to_people_and_numbers_to_programs(rejecting):
    rejecting.etl()
    [run] = rejecting.run("history", "--json").json
    assert run["peak_memory_bytes"] > 1 << 20 and run["elapsed_s"] > 0
    shown = rejecting.run("history").stdout
    assert re.search(r"\belapsed\b.*\bpeak_memory\b", shown) and re.search(r" \d+\.\d\d s .* \d+\.\d MiB ", shown)
    assert str(run["peak_memory_bytes"]) not in shown


@pytest.mark.parametrize("number", ["0", "2", "99"])
@pytest.mark.parametrize("command", [("history",), ("rejects", "--run"), ("rejects", "export", "--run")])
def test_a_run_that_never_was_is_refused(rejecting, command, number):
    rejecting.etl()
    refused = rejecting.run(*command, number, code=2)
    assert f"there is no run {number}; the newest is 1" in refused.stderr and not refused.stdout


@pytest.mark.parametrize("command", [("rejects",), ("rejects", "export")])
def test_a_dataset_that_is_none_is_answered_with_the_nearest_and_all(rejecting, command):
    rejecting.etl()
    refused = rejecting.run(*command, "--dataset", "event", code=2)
    assert "no such dataset (did you mean events?); there are: events, songs" in refused.stderr
    assert not refused.stdout


def test_export_gives_the_newest_up_to_the_limit_and_all_without(rejecting):
    rejecting.put("log_data/many.json", "".join(f'{{"ts": "{i}x"}}\n' for i in range(150)))
    rejecting.etl()

    def exported(*flags):
        return [json.loads(line)["id"] for line in rejecting.run("rejects", "export", *flags).stdout.splitlines()]

    every = [row["id"] for row in rejecting.rejects()]
    assert exported() == every and len(every) == 152
    assert exported("--limit", "2") == every[-2:]


def test_show_for_programs_is_what_export_writes(rejecting):
    rejecting.etl()
    line = rejecting.run("rejects", "export").stdout.splitlines()[0]
    assert rejecting.run("rejects", "show", str(json.loads(line)["id"]), "--json").stdout == line + "\n"


def test_a_single_one_is_no_plural(workspace):
    workspace.put_events("a.json", {"broken": True})
    shown = workspace.run("etl")
    assert re.search(r"^stage events +1 object  \d+ B  1 record  ", shown.stderr, re.MULTILINE)
    assert "\n1 record rejected" in shown.stdout
    assert workspace.run("rejects", "export").stderr == "1 reject\n"
