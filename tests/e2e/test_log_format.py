"""`--log-format json`: what is said beside a result, as a JSON object per line."""

import json
import re

import pytest

from records import event, play, song


@pytest.fixture
def ready(workspace):
    workspace.put_events("a.json", play(), event(sessionId=2))
    workspace.put_songs("s.json", song())
    return workspace


def lines(workspace, *arguments, code=0):
    outcome = workspace.run(*arguments, "--log-format", "json", code=code)
    told = [json.loads(line) for line in outcome.stderr.splitlines()]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line.pop("time")) for line in told)
    return outcome, told


def test_a_run_is_told_step_by_step(ready):
    outcome, told = lines(ready, "etl")
    assert "run 1 done" in outcome.stdout, "the result stays what it is"
    assert {line["level"] for line in told} == {"info"}
    begun = [line["event"] for line in told].index("run_started")
    assert [line.get("run") for line in told] == [None] * begun + [1] * (len(told) - begun)
    assert all(line["step"].startswith("list") for line in told[:begun]), "there is no run before there is work"
    started = [line["step"] for line in told if line["event"] == "step_started"]
    finished = {line["step"]: line for line in told if line["event"] == "step_finished"}
    assert started == list(finished) and started[-1] == "commit" and "check" in started
    staged = finished["stage events"]
    assert (staged["objects"], staged["records"]) == (1, 2) and staged["elapsed_s"] >= 0
    assert finished["transform song_plays"]["rows"] == 1


def test_warnings_errors_and_messages_are_lines(ready):
    ready.put("dwh.cfg", (ready.folder / "dwh.cfg").read_text() + "LOG_DAT = x\n")
    _, told = lines(ready, "etl", "--quiet")
    assert [(line["level"], line["event"]) for line in told] == [("warning", "warning")] and "LOG_DAT" in told[0]["message"]
    _, told = lines(ready, "query", "select nothing", code=1)
    assert (told[-1]["level"], told[-1]["event"], told[-1]["exit_code"]) == ("error", "failed", 1)
    assert told[-1]["statement"] == "select nothing" and "nothing" in told[-1]["message"]
    _, told = lines(ready, "query", "plays_by_hour")
    assert told == [{"level": "info", "event": "message", "message": "Plays by hour of the day"}]
    _, told = lines(ready, "query", "plays_by_hours", code=2)
    assert told[0]["exit_code"] == 2


def test_a_failed_check_is_a_line_with_its_rows(ready):
    ready.run("init", "wh")
    ready.put("wh/checks/no_ulm.sql", '/*\ntitle = "Nobody plays in Ulm"\n*/\nselect location from song_plays')
    _, told = lines(ready, "etl", "--warehouse", "wh", "--checks", "enforce", code=1)
    [failed] = [line for line in told if line["event"] == "check_failed"]
    assert failed["check"]["check"] == "no_ulm" and failed["check"]["rows"] == [{"location": "Ulm, BW"}]
    assert told[-1]["event"] == "failed" and told[-1]["exit_code"] == 1


@pytest.mark.parametrize("flags", [(), ("--checks", "warn"), ("--quiet",)])
def test_a_failed_check_is_a_line_when_the_run_goes_on_too(ready, flags):
    ready.run("init", "wh")
    ready.put("wh/checks/no_ulm.sql", '/*\ntitle = "Nobody plays in Ulm"\n*/\nselect location from song_plays')
    _, told = lines(ready, "etl", "--warehouse", "wh", *flags)
    [failed] = [line for line in told if line["level"] == "warning"]
    assert (failed["event"], failed["run"], failed["check"]["check"]) == ("check_failed", 1, "no_ulm")
    assert failed["check"]["rows"] == [{"location": "Ulm, BW"}]


def test_a_run_ends_with_what_it_did(ready):
    ready.put("log_data/bad.json", "not a record\n")
    _, told = lines(ready, "etl")
    last = told[-1]
    assert last.pop("elapsed_s") >= 0 and last.pop("bytes") > 0
    assert last == {"level": "info", "event": "run_finished", "run": 1, "objects": 3, "objects_unreadable": 0, "records": 4,
                    "rejects": 1, "checks_failed": 0, "exit_code": 0}
    _, told = lines(ready, "etl")
    assert (told[-1]["event"], told[-1]["objects"]) == ("run_finished", 0) and "run" not in told[-1], "nothing new"
    _, told = lines(ready, "rejects", "replay")
    assert (told[-1]["event"], told[-1]["objects"], told[-1]["rejects"]) == ("run_finished", 1, 1)


def test_a_field_that_the_definition_does_not_name_is_a_line(ready):
    ready.put_events("new.json", play(sessionId=9), {**play(sessionId=10), "device": "phone"}, {**play(sessionId=11), "device": "tv"})
    _, told = lines(ready, "etl")
    [unknown] = [line for line in told if line["event"] == "unknown_field"]
    assert (unknown["dataset"], unknown["field"], unknown["count"]) == ("events", "device", 2)
    assert unknown["place"].endswith("new.json:2")


def test_objects_that_were_left_out_are_not_counted_as_loaded(ready):
    (ready.folder / "log_data/b.json").symlink_to("nothing")
    _, told = lines(ready, "etl", "--keep-going", code=6)
    assert (told[-1]["objects"], told[-1]["objects_unreadable"]) == (2, 1)
    [run] = ready.run("history", "--json").json
    assert run["objects"] == told[-1]["objects"]


def test_a_question_is_asked_on_the_terminal_and_not_in_the_log(ready):
    ready.etl()
    with ready.terminal("create-tables", "--log-format", "json", stderr="log") as terminal:
        terminal.wait_for("[y/N]")
        terminal.type("y\n")
        assert terminal.wait() == 0
    told = [json.loads(line) for line in (ready.folder / "log").read_text().splitlines()]
    assert [line["event"] for line in told] == ["message"]


def test_every_command_that_tells_progress_tells_it_so(ready):
    for command in (("generate", "made", "--songs", "10", "--events", "100", "--days", "2"), ("etl", "--dry-run"), ("etl",),
                    ("rejects", "replay"), ("export", "out", "--format", "csv"), ("create-tables", "--yes")):
        _, told = lines(ready, *command)
        assert told, command


def test_an_unknown_format_is_refused(ready):
    assert "log-format" in ready.run("etl", "--log-format", "xml", code=2).stderr
