"""Rejects as a queue to look into, and the runs that came before."""

import json

import pytest

from records import play

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
    assert "2 of 3 records were rejected" in refused.stderr
    [report] = rejecting.folder.glob("starlift-rejects-run-1.ndjson")
    assert len(report.read_text().splitlines()) == 2
    assert rejecting.value("select count(*) as n from staging.events") == 0
    assert rejecting.run("history", "--json").json[0]["state"] == "failed"


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
