"""What people see while it works, in a terminal and in a pipe; and Ctrl-C, which rolls back."""

import os
import re
import signal
import subprocess

import pytest

from records import play, song
from workspace import BINARY, TIMEOUT_S, environment, json_lines, wait_until_open

ESCAPE = "\x1b"
RECORDS = 4000
FILES = 40


def put_much(workspace, folder, files):
    """Enough to be seen and interrupted while it loads: the same records under many names."""
    first = workspace.put(f"{folder}/0.json", json_lines(play(sessionId=i, userId=str(i % 50)) for i in range(RECORDS)))
    for i in range(1, files):
        os.link(first, first.with_name(f"{i}.json"))


def test_a_pipe_gets_a_plain_line_per_step(workspace):
    workspace.put_events("a.json", play(), play(sessionId=2))
    workspace.put("log_data/bad.json", "not a record")
    workspace.put_songs("s.json", song())
    shown = workspace.run("etl")
    assert ESCAPE not in shown.output and "\r" not in shown.output
    steps = [line.split("  ")[0] for line in shown.stderr.splitlines()]
    assert steps[:4] == ["list events", "list songs", "stage events", "stage songs"] and steps[-1] == "commit"
    assert sorted(steps[4:-2]) == [f"transform {name}" for name in ("artists", "song_plays", "songs", "time", "users")]
    assert steps[-2] == "check"
    [staged] = [line for line in shown.stderr.splitlines() if line.startswith("stage events")]
    assert re.search(r" 2 objects +\S+ (B|KiB) +3 records +[\d,]+/s +1 rejected +[\d.]+ s$", staged)


def test_a_terminal_shows_counts_bytes_rate_and_time_left_in_one_line(workspace):
    put_much(workspace, "log_data", 100)
    with workspace.terminal("etl", "--threads", "1") as terminal:
        assert terminal.wait() == 0
    lines = re.split(r"[\r\n]+", terminal.shown)
    under_way = [line for line in lines if re.search(r"stage events .*\d+ of 100 objects", line)]
    assert under_way, terminal.shown
    assert any(re.search(r"of [\d.]+ MiB +[\d,]+ records +[\d,]+/s .* left", line) for line in under_way)
    assert terminal.shown.count("\nstage events") <= 1
    assert "run 1 done" in terminal.shown


@pytest.mark.parametrize("env, has_color", [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_colour_is_for_terminals_that_want_it(workspace, env, has_color):
    workspace.put_events("a.json", play())
    with workspace.terminal("etl", env=env) as terminal:
        assert terminal.wait() == 0
    assert "warning:" in terminal.shown
    assert bool(re.search(r"\x1b\[\d*m", terminal.shown)) is has_color
    if env.get("TERM") == "dumb":
        assert ESCAPE not in terminal.shown and "\r" not in terminal.shown


def test_quiet_shows_warnings_and_results_only(workspace):
    workspace.put_events("a.json", play())
    shown = workspace.run("etl", "--quiet")
    assert shown.stderr.startswith("warning: songs") and shown.stderr.count("\n") == 1
    assert "song_plays" in shown.stdout


def test_a_result_cannot_command_the_terminal(workspace):
    workspace.put_events("a.json", play(userAgent="\x1b[31mred\x07\r\n"))
    workspace.put("log_data/bad.json", b'{"\x1b[31m": red\x07}\n')
    workspace.etl()
    assert ESCAPE not in workspace.run("query", "select user_agent from song_plays").stdout
    assert ESCAPE not in workspace.run("rejects").stdout
    assert workspace.value("select user_agent from song_plays") == "\x1b[31mred\x07\r\n"


# Interruptions.


def assert_nothing_was_loaded(workspace):
    assert [row["session_id"] for row in workspace.table("song_plays")] == [RECORDS]
    assert workspace.value("select count(*) from staging.events") == 1
    assert workspace.value("select count(*) from starlift.objects") == 1


@pytest.fixture
def begun(workspace):
    """With one play loaded and much to load."""
    workspace.put_events("first.json", play(sessionId=RECORDS))
    workspace.etl()
    put_much(workspace, "log_data/more", FILES)
    return workspace


@pytest.mark.parametrize("moment", ["stage events ", "transform "])
def test_ctrl_c_rolls_back_and_says_so(begun, moment):
    with begun.terminal("etl", "--threads", "1") as terminal:
        terminal.wait_for(moment)
        terminal.type(terminal.CTRL_C)
        assert terminal.wait() == 130
    assert "rolled back" in terminal.shown and "run 2 done" not in terminal.shown
    assert_nothing_was_loaded(begun)


@pytest.mark.parametrize("sent, code", [(signal.SIGINT, 130), (signal.SIGTERM, 130), (signal.SIGKILL, -signal.SIGKILL)])
def test_a_signal_in_the_middle_leaves_the_warehouse_as_it_was(begun, sent, code):
    run = subprocess.Popen([BINARY, "etl", "--threads", "1"], cwd=begun.folder, env=environment(),
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while not run.stderr.readline().startswith("list songs"):
        pass
    run.send_signal(sent)
    out, error = run.communicate(timeout=TIMEOUT_S)
    assert run.returncode == code, error
    assert "done in" not in out and "Sanitizer" not in error
    assert ("rolled back" in error) is (code == 130)
    assert_nothing_was_loaded(begun)


def test_the_run_after_a_killed_one_says_what_became_of_it(begun):
    with begun.terminal("etl", "--threads", "1") as terminal:
        terminal.wait_for("stage events ")
        terminal.process.kill()
        terminal.process.wait()
    assert [run["state"] for run in begun.run("history", "--json").json] == ["running", "done"]
    settled = begun.run("etl").stderr
    assert "run 2 was in doubt" in settled and "nothing of it was committed" in settled
    assert [run["state"] for run in begun.run("history", "--json").json] == ["done", "failed", "done"]
    assert "in doubt" not in begun.run("etl").stderr


def test_the_run_after_an_interrupted_one_loads_everything_once(begun):
    with begun.terminal("etl", "--threads", "1") as terminal:
        terminal.wait_for("stage events ")
        terminal.type(terminal.CTRL_C)
        assert terminal.wait() == 130
    assert begun.etl()["datasets"]["events"]["staged"] == RECORDS * FILES
    assert begun.value("select count(*) from song_plays") == RECORDS + 1


@pytest.mark.parametrize("is_gone", [True, False], ids=["gone", "changed"])
def test_a_file_that_changes_or_goes_while_a_run_reads_is_left_for_the_next(workspace, is_gone):
    put_much(workspace, "log_data", FILES)
    last = workspace.put_events("last.json", play(sessionId=RECORDS))
    with workspace.terminal("etl", "--threads", "1") as terminal:
        terminal.wait_for("stage events")
        last.unlink()
        if not is_gone:
            workspace.put_events("last.json", play(sessionId=RECORDS), play(sessionId=RECORDS + 1))
        assert terminal.wait() == 0
    warning = r"warning:\S* \S*/last.json changed or went while it was read; the next run takes it"
    assert re.search(warning, terminal.shown)
    assert workspace.value("select count(*) from song_plays") == RECORDS
    assert workspace.etl()["datasets"]["events"]["staged"] == (0 if is_gone else 2)
    assert workspace.value("select count(*) from song_plays") == RECORDS + (0 if is_gone else 2)


def test_an_interrupted_query_is_no_failure(workspace):
    workspace.run("create-tables")
    with workspace.terminal("query", "select count(*) from range(100000000) a, range(100000000) b") as terminal:
        wait_until_open(terminal.process, workspace.database)
        terminal.type(terminal.CTRL_C)
        assert terminal.wait() == 130


def test_generate_can_be_interrupted(workspace):
    with workspace.terminal("generate", "data", "--songs", "2000000") as terminal:
        terminal.wait_for(" objects")
        terminal.type(terminal.CTRL_C)
        assert terminal.wait() == 130
    assert not list((workspace.folder / "data").rglob("*.partial"))
