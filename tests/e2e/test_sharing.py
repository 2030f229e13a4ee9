"""Warehouses beside each other, and processes on one warehouse."""

import fcntl
import shutil
import subprocess
import sys
import time

import pytest

from readings import write_definition
from records import play, song

HOLD = """
import fcntl, sys, time
file = open(sys.argv[1], "r+b")
fcntl.lockf(file, int(sys.argv[3]))
print("held", flush=True)
time.sleep(float(sys.argv[2]))
"""


@pytest.fixture
def loaded(workspace):
    workspace.put_events("a.json", play(sessionId=1), play(sessionId=2))
    workspace.put_songs("s.json", song())
    workspace.etl()
    return workspace


def hold(path, seconds, lock=fcntl.LOCK_EX):
    """A process that holds the database as DuckDB does: to write, or with LOCK_SH to read."""
    holder = subprocess.Popen([sys.executable, "-c", HOLD, path, str(seconds), str(lock)], stdout=subprocess.PIPE)
    assert holder.stdout.readline() == b"held\n"
    return holder


def test_equal_warehouses_do_not_differ(loaded):
    shutil.copy(loaded.database, loaded.folder / "copy.duckdb")
    rows = loaded.run("diff", "test.duckdb", "copy.duckdb", "--json").json
    assert {row["differing"] for row in rows} == {0}
    assert {row["table"] for row in rows} >= {"staging.events", "song_plays", "time"}


def test_diff_shows_the_rows_of_either_side(loaded):
    shutil.copy(loaded.database, loaded.folder / "copy.duckdb")
    loaded.put_events("b.json", play(sessionId=3, location="Ulm"))
    loaded.etl()
    shown = loaded.run("diff", "test.duckdb", "copy.duckdb", code=4).stdout
    assert "song_plays: the first of 1 differing row\n" in shown
    assert "left" in shown and "Ulm" in shown


def test_a_busy_warehouse_names_its_holder_since_when(loaded):
    loaded.put_events("b.json", play(sessionId=3))
    with hold(loaded.database, 30) as holder:
        refused = loaded.run("etl", code=3)
        holder.kill()
    assert f"process {holder.pid}, running since 20" in refused.stderr
    assert "--wait" in refused.stderr


def test_a_run_can_wait_for_the_holder(loaded):
    loaded.put_events("b.json", play(sessionId=3))
    with hold(loaded.database, 2):
        assert loaded.etl("--wait", "60")["datasets"]["events"]["new"] == 1


def test_waiting_has_an_end(loaded):
    loaded.put_events("b.json", play(sessionId=3))
    with hold(loaded.database, 30) as holder:
        began_s = time.monotonic()
        refused = loaded.run("etl", "--wait", "1", code=3)
        holder.kill()
    assert time.monotonic() - began_s >= 1
    assert f"process {holder.pid}" in refused.stderr


def test_a_reader_is_in_the_way_only_when_there_is_something_to_load(loaded):
    with hold(loaded.database, 30, fcntl.LOCK_SH) as reader:
        assert loaded.etl()["datasets"]["events"]["new"] == 0
        loaded.put_events("b.json", play(sessionId=3))
        refused = loaded.run("etl", code=3)
        reader.kill()
    assert f"process {reader.pid}" in refused.stderr
    assert loaded.etl()["datasets"]["events"]["new"] == 1


def test_a_dead_holder_does_not_block(loaded):
    loaded.put_events("b.json", play(sessionId=3))
    with hold(loaded.database, 30) as holder:
        holder.kill()
    assert loaded.etl()["datasets"]["events"]["new"] == 1


def test_a_diff_keeps_to_the_memory_it_is_given(loaded):
    shutil.copy(loaded.database, loaded.folder / "copy.duckdb")
    failed = loaded.run("diff", "test.duckdb", "copy.duckdb", "--memory", "1MB", code=2)
    assert "at least 16.0 MiB" in failed.stderr


def test_status_shows_what_this_definition_loaded(loaded):
    other = write_definition(loaded.folder)
    loaded.put("readings/a.json", '{"id": 1}')
    loaded.run("etl", "--warehouse", other, env={"STARLIFT_LAB_READINGS": "readings"})

    def datasets(*flags):
        return [row["dataset"] for row in loaded.run("status", "--json", *flags).json["loaded"]]

    assert datasets() == ["events", "songs"]
    assert datasets("--warehouse", other) == ["readings"]
