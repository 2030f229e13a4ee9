"""Redshift, lifted and direct: what becomes of a run whose commit fails, or of whose commit no answer comes."""

import pytest

from direct_workspace import DIRECT, fill, make  # noqa: F401
from records import play

AT_THE_STAR = "once 'insert into \"song_plays\"'"  # the next commit is that of the data


@pytest.fixture(params=["lift", "direct"])
def loaded(make, request):  # noqa: F811
    workspace = fill(make(DIRECT if request.param == "direct" else ""))
    assert {dataset["copy"] for dataset in workspace.etl()["datasets"].values()} == {request.param}
    workspace.put_events("2018/c.json", play(sessionId=9))
    return workspace


def ask(workspace, sql):
    """The first column."""
    return [row[0] for row in workspace.double.run_postgres(sql, workspace.name)]


def states(workspace):
    return ask(workspace, "select state from starlift.runs order by run_id")


def assert_loaded_once(workspace):
    """With the tables of one clean load."""
    workspace.run("etl", "--database", "clean.duckdb")
    rows = workspace.run("diff", "dwh.cfg", "clean.duckdb", "--json", code=None).json
    assert not [row for row in rows if row["differing"] and not row["table"].startswith("staging.")]
    assert ask(workspace, "select session_id from song_plays order by 1") == [1, 2, 3, 9]
    assert ask(workspace, "select count(*) from staging.events") == [7]
    keys = [key.split("/", 4)[-1] for key in ask(workspace, "select key from starlift.objects order by 1")]
    assert keys == ["log_data/2018/a.json", "log_data/2018/b.json", "log_data/2018/c.json", "song_data/s.json"]
    assert workspace.parts() == []
    assert workspace.etl()["run_id"] is None


def test_a_conflict_at_the_commit_of_the_data_starts_the_run_over(loaded):
    loaded.tell_double(f"{AT_THE_STAR} fail_commits 1")
    done = loaded.run("etl")
    assert "Serializable isolation violation" in done.stderr and "starts over (2 of 3)" in done.stderr
    assert states(loaded) == ["done", "failed", "done"]
    assert_loaded_once(loaded)


@pytest.mark.parametrize("is_committed", [True, False])
def test_a_connection_lost_at_the_commit_of_the_data_is_settled_by_asking(loaded, is_committed):
    loaded.tell_double(f"{AT_THE_STAR} {'drop_after' if is_committed else 'drop_before'} '^commit'")
    done = loaded.run("etl")
    assert "was lost: " in done.stderr
    assert ("the ledger shows that all of it was committed" in done.stderr) == is_committed
    assert ("starts over (2 of 3)" in done.stderr) != is_committed
    assert states(loaded) == (["done", "done"] if is_committed else ["done", "failed", "done"])
    assert_loaded_once(loaded)


@pytest.mark.parametrize("is_committed", [True, False])
def test_a_run_is_in_doubt_while_the_cluster_cannot_be_asked_and_the_next_one_finds_out(loaded, is_committed):
    loaded.tell_double(f"{AT_THE_STAR} {'drop_after' if is_committed else 'drop_before'} '^commit'")
    loaded.tell_double(f"{AT_THE_STAR} fail_at 'lock \"starlift\"' 'the cluster restarts'")
    failed = loaded.run("etl", code=5)
    assert "run 2 is in doubt" in failed.stderr and "the cluster restarts" in failed.stderr
    assert ask(loaded, "select session_id from song_plays order by 1") == ([1, 2, 3, 9] if is_committed else [1, 2, 3])
    said = loaded.run("etl").stderr
    assert "run 2 was in doubt" in said and f"{'all' if is_committed else 'nothing'} of it was committed" in said
    assert states(loaded) == (["done", "done"] if is_committed else ["done", "failed", "done"])
    assert_loaded_once(loaded)
