"""From nothing to an answer: generate, create-tables, etl, query, status; and what the generator promises."""

import hashlib
import re
from collections import Counter

import pytest

from workspace import ROOT, STAR

pytestmark = pytest.mark.every_engine

SIZE = ("--songs", "400", "--events", "6000", "--users", "60", "--days", "4")
DATASETS = {"events": "log_data", "songs": "song_data"}
SAVED_QUERIES = sorted(path.stem for path in (ROOT / "warehouses/sparkify/analytics").iterdir())


@pytest.fixture(scope="module", params=[0, 0.2], ids=["clean", "dirty"])
def demo(request, make_workspace):
    workspace = make_workspace()
    made = workspace.run("generate", ".", *SIZE, "--dirty", str(request.param), "--json").json
    made["datasets"] = {entry["dataset"]: entry for entry in made["datasets"]}
    workspace.made = made
    workspace.run("create-tables")
    workspace.summary = workspace.etl()
    workspace.dirty = request.param
    return workspace


@pytest.mark.parametrize("dataset", DATASETS)
def test_every_record_is_staged_or_rejected(demo, dataset):
    made, loaded = demo.made["datasets"][DATASETS[dataset]], demo.summary["datasets"][dataset]
    assert (loaded["staged"], loaded["rejected"]) == (made["good"], made["bad"])
    assert loaded["records"] == made["good"] + made["bad"]
    assert (loaded["objects"], loaded["bytes"]) == (made["objects"], made["bytes"])
    assert demo.value(f"select count(*) from staging.{dataset}") == made["good"]
    assert demo.value(f"select count(*) from starlift.rejects where dataset = '{dataset}'") == made["bad"]


def test_bad_records_are_there_when_asked_for(demo):
    bad = sum(entry["bad"] for entry in demo.made["datasets"].values())
    assert bad > 100 if demo.dirty else bad == 0


def test_the_fact_has_the_plays_and_matches_that_were_generated(demo):
    assert demo.value("select count(*) from song_plays") == demo.made["plays"]
    assert demo.value("select count(song_id) from song_plays") == demo.made["matching_plays"]


@pytest.mark.parametrize("name", SAVED_QUERIES)
def test_saved_queries_answer(demo, name):
    assert demo.query(name)


def test_checks_hold(demo):
    assert demo.run("check", "--json").json


def test_status_counts_what_is_there(demo):
    status = demo.run("status", "--json").json
    rows = {entry["table"]: entry["rows"] for entry in status["tables"]}
    tables = (*STAR, "staging.events", "staging.songs")
    assert rows == {name: demo.value(f"select count(*) from {name}") for name in tables}
    assert [(e["dataset"], e["staged"], e["rejected"]) for e in status["loaded"]] == [
        (name, made["good"], made["bad"])
        for name, made in ((name, demo.made["datasets"][folder]) for name, folder in DATASETS.items())]
    assert [run["state"] for run in status["runs"]] == ["done"]


def test_one_thread_gives_the_same_tables(demo):
    demo.etl("--database", "one_thread.duckdb", "--threads", "1")
    assert demo.tables("--database", "one_thread.duckdb") == demo.tables()
    demo.run("diff", "dwh.cfg", "one_thread.duckdb")


# What the generator writes.


@pytest.fixture(scope="module")
def clean(make_workspace):
    workspace = make_workspace()
    workspace.made = workspace.run("generate", ".", *SIZE, "--json").json
    workspace.etl()
    return workspace


def names_below(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_songs_have_an_object_each_and_logs_one_per_day(clean):
    songs = names_below(clean.folder / "song_data")
    assert len(songs) == 400
    assert all(re.fullmatch(r"([A-Z])/([A-Z])/([A-Z])/TR\1\2\3[A-Z]{2}128F[0-9A-F]{7}\.json", name) for name in songs)
    assert names_below(clean.folder / "log_data") == [f"2018/11/2018-11-0{day}-events.json" for day in (1, 2, 3, 4)]
    logs = [path.read_bytes() for path in (clean.folder / "log_data").rglob("*.json")]
    assert sum(len(log.splitlines()) for log in logs) == 6000
    assert not any(log.endswith(b"\n") for log in logs), "the real logs end without a newline"


def test_every_event_is_in_the_log_of_its_day(clean):
    misplaced = """select count(*) from staging.events e join starlift.objects o on o.object_id = e._object_id
        where o.key not like '%' || cast(cast(e.ts as date) as varchar) || '-events.json'"""
    assert clean.value(misplaced) == 0


def test_about_a_third_of_the_plays_match(clean):
    assert 0.25 < clean.made["matching_plays"] / clean.made["plays"] < 0.42


def test_listeners_are_free_and_paid_and_change(clean):
    levels = clean.query("select user_id, count(distinct level) as n from song_plays group by user_id")
    assert len(levels) > 30
    assert {row["level"] for row in clean.query("select distinct level from song_plays")} == {"free", "paid"}
    assert 0 < sum(row["n"] == 2 for row in levels) < len(levels)


def test_some_songs_are_played_much_more_than_others(clean):
    plays = sorted(row["n"] for row in clean.query(
        "select count(*) as n from song_plays where song_id is not null group by song_id"))
    assert plays[-1] > 5 * sum(plays) / len(plays)


def test_the_day_has_a_rhythm(clean):
    by_hour = Counter({row["hour"]: row["n"] for row in clean.query(
        "select hour, count(*) as n from song_plays join time using (start_time) group by hour")})
    assert len(by_hour) == 24
    assert max(by_hour.values()) > 1.5 * min(by_hour.values())


def test_pages_statuses_and_logged_out_visitors_vary(clean):
    pages = {row["page"] for row in clean.query("select distinct page from staging.events")}
    assert {"NextSong", "Home", "Login", "Logout"} <= pages and len(pages) >= 8
    assert clean.value("select count(*) from staging.events where user_id is null and auth = 'Logged Out'") > 0
    assert clean.value("select count(distinct status) from staging.events") >= 2


def test_texts_are_as_awkward_as_the_real_ones(clean):
    assert clean.value("select count(*) from song_plays where user_agent like '\"Mozilla%\"'") > 0
    for column in ("title", "artist_name"):
        assert not all(row[column].isascii() for row in clean.query(f"select {column} from staging.songs"))
    spellings = clean.query("select count(distinct artist_name) as n from staging.songs group by artist_id")
    assert max(row["n"] for row in spellings) > 1


def tree_hash(folder):
    names = names_below(folder)
    assert names
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}


@pytest.mark.parametrize("dirty", ["0", "0.2"])
def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(workspace, dirty):
    size = ("--songs", "50", "--events", "500", "--users", "10", "--days", "2", "--dirty", dirty)
    for name, seed in (("one", "3"), ("again", "3"), ("other", "4")):
        workspace.run("generate", name, *size, "--seed", seed)
    one, again, other = (tree_hash(workspace.folder / name) for name in ("one", "again", "other"))
    assert one == again
    assert one != other


def test_generate_tells_people_what_it_wrote(workspace):
    made = workspace.run("generate", "out", "--songs", "5", "--events", "60", "--users", "3", "--days", "1")
    assert re.search(r"song_data +5 ", made.stdout) and re.search(r"log_data +1 .* 60 ", made.stdout)
    assert re.search(r"plays: \d+\nmatching_plays: \d+\n", made.stdout)


@pytest.mark.parametrize("flag, value", [
    ("--dirty", "2"), ("--dirty", "-0.1"), ("--days", "0"), ("--songs", "many"), ("--users", "0")])
def test_generate_refuses_what_makes_no_sense(workspace, flag, value):
    failed = workspace.run("generate", "out", flag, value, code=2)
    assert flag.strip("-") in failed.stderr
    assert not (workspace.folder / "out").exists()
