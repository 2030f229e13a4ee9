"""Redshift: one run writes at a time, which holds a lock of a table."""

import re
import signal
import subprocess
import time

import pytest

from cluster_workspace import BUCKET, loaded, workspace  # noqa: F401
from records import play
from redshift_double import RedshiftDouble
from s3_bucket import PRIVATE
from workspace import BINARY, TIMEOUT_S, environment


def test_first_runs_at_once_do_not_conflict_over_what_each_makes(workspace):
    started = [subprocess.Popen([BINARY, "etl", "--quiet", "--wait", "60"], cwd=workspace.folder,
                                env=environment(PRIVATE), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                stderr=subprocess.PIPE, text=True) for _ in range(4)]
    told = [process.communicate(timeout=TIMEOUT_S)[1] for process in started]
    assert [process.returncode for process in started] == [0, 0, 0, 0], told
    assert workspace.sessions() == [1, 2]


@pytest.fixture
def early(loaded, double):
    """A cluster whose transactions see what was committed when they began, not when they first asked."""
    early = RedshiftDouble("--snapshot-at-begin", beside=double)
    early.start()
    loaded.double = early
    loaded.configure()
    yield loaded
    early.stop()


def test_a_run_that_is_overtaken_before_its_lock_begins_its_transaction_anew(early):
    early.put_events("b.json", play(sessionId=3))
    early.tell_double("overtake 'lock \"starlift\"' 'update starlift.run_lock set turn = turn + 1'")
    with early.logged() as ran:
        done = early.run("etl")
    assert "starts over" not in done.stderr
    assert [statement.split()[0] for statement in ran[ran.index("begin"):]][:8] == [
        "begin", "lock", "insert", "rollback", "begin", "lock", "insert", "update"]
    assert early.sessions() == [1, 2, 3]


def test_runs_at_once_whose_snapshots_are_old_load_everything_once(early):
    early.put_events("b.json", play(sessionId=3))
    with early.session() as connection, connection.cursor() as cursor:
        cursor.execute("begin")
        cursor.execute('lock "starlift"."run_lock"')
        cursor.execute('update "starlift"."run_lock" set "turn" = "turn" + 1')
        started = [subprocess.Popen([BINARY, "etl", "--quiet", "--wait", "60"], cwd=early.folder, env=environment(PRIVATE),
                                    stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) for _ in range(2)]
        while early.waiting_for("starlift.run_lock") < 2:
            assert all(process.poll() is None for process in started)
            time.sleep(0.1)
        cursor.execute("commit")
    told = [process.communicate(timeout=TIMEOUT_S)[1] for process in started]
    assert [process.returncode for process in started] == [0, 0], told
    assert early.sessions() == [1, 2, 3]
    assert early.value("select count(*) as n from staging.events") == 4
    assert early.query("select count(*) as n, count(distinct key) as keys from starlift.objects") == [{"n": 3, "keys": 3}]


def test_a_second_run_leaves_or_waits(loaded):
    loaded.put_events("b.json", play(sessionId=3))
    with loaded.session() as connection, connection.cursor() as cursor:
        cursor.execute("begin")
        cursor.execute('lock "starlift"."run_lock"')
        assert "is being written by another run" in loaded.run("etl", code=3).stderr
        waiting = subprocess.Popen([BINARY, "etl", "--quiet", "--wait", "60"], cwd=loaded.folder,
                                   env=environment(PRIVATE))
        assert loaded.sessions() == [1, 2], "who reads does not wait"
        time.sleep(1)
        assert waiting.poll() is None
        cursor.execute("rollback")
    assert waiting.wait(TIMEOUT_S) == 0
    assert loaded.sessions() == [1, 2, 3]


def test_a_run_that_is_under_way_is_named(loaded):
    loaded.put_events("b.json", play(sessionId=3))
    with loaded.session() as connection, connection.cursor() as cursor:
        with loaded.start_stuck_run(cursor) as run:
            refused = loaded.run("etl", code=3).stderr
            cursor.execute("rollback")
            assert run.wait(TIMEOUT_S) == 0
    assert re.search(r"is being written by another run \(run 2, begun 20\S+ \S+ UTC\); wait for it with etl --wait", refused)


def test_the_doctor_changes_nothing(workspace, double):
    part = f"{workspace.area}/run-1/1.json.zst"
    workspace.client.put_object(Bucket=BUCKET, Key=part, Body=b"of a run that is under way elsewhere")
    assert workspace.run("doctor", "--json").json["is_healthy"]
    assert not double.run_postgres("select 1 from pg_namespace where nspname in ('starlift', 'staging')", workspace.name)
    assert workspace.client.get_object(Bucket=BUCKET, Key=part)


def test_a_run_that_is_under_way_is_no_fault_to_the_doctor(loaded):
    with loaded.session() as connection, connection.cursor() as cursor:
        cursor.execute("begin")
        cursor.execute('lock "starlift"."run_lock"')
        assert loaded.run("doctor", "--json").json["is_healthy"]


def test_ctrl_c_ends_a_statement_that_waits(loaded):
    loaded.put_events("b.json", play(sessionId=3))
    with loaded.session() as connection, connection.cursor() as cursor:
        cursor.execute("begin")
        cursor.execute('lock "staging"."events"')
        run = subprocess.Popen([BINARY, "etl", "--quiet"], cwd=loaded.folder, env=environment(PRIVATE),
                               stderr=subprocess.PIPE, text=True)
        while loaded.value("select count(*) as n from starlift.runs where state = 'running'") == 0:
            assert run.poll() is None
        time.sleep(1)
        run.send_signal(signal.SIGINT)
        errors = run.communicate(timeout=TIMEOUT_S)[1]
        assert run.returncode == 130, errors
        assert "rolled back" in errors
        cursor.execute("rollback")
    assert loaded.sessions() == [1, 2]
