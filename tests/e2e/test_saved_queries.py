"""The saved queries of the built-in warehouse: the same answers on every engine, and the right ones."""

import pytest

from records import play, song
from workspace import ROOT

pytestmark = pytest.mark.every_engine

NAMES = sorted(path.stem for path in (ROOT / "warehouses/sparkify/analytics").iterdir())
DAY_MS = 86_400_000
MONDAY_MS = 1541376000000  # 2018-11-05 00:00 UTC
CHROME = "Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/36.0 Safari/537.36"
SAFARI = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_9_4) AppleWebKit/537.78 (KHTML, like Gecko) Version/7.0 Safari/537.78"
FIREFOX = "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:31.0) Gecko/20100101 Firefox/31.0"
EXPLORER = "Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0)"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 7_1_2 like Mac OS X) AppleWebKit/537.51 Version/7.0 Mobile/11D Safari/9537.53"


def at(day, hour=0, minute=0):
    """Milliseconds of a moment, days counted from that Monday."""
    return MONDAY_MS + day * DAY_MS + hour * 3_600_000 + minute * 60_000


def played(user, session, *moments, **fields):
    return [play(userId=str(user), sessionId=session, itemInSession=item, ts=ts, **fields)
            for item, ts in enumerate(moments)]


@pytest.fixture(scope="module")
def demo(make_workspace):
    """Much data, dirty, with everything that the queries tell apart."""
    workspace = make_workspace()
    workspace.run("generate", ".", "--songs", "300", "--events", "9000", "--users", "70", "--days", "40",
                  "--dirty", "0.05")
    workspace.etl()
    workspace.etl("--database", "reference.duckdb")
    return workspace


@pytest.mark.parametrize("name", NAMES)
def test_every_engine_answers_the_same(demo, name):
    answer = demo.run("query", name, "--format", "csv").stdout
    assert answer.count("\n") > 1
    assert answer == demo.run("query", name, "--format", "csv", "--database", "reference.duckdb").stdout


@pytest.mark.parametrize("name", NAMES)
def test_nobody_having_played_is_an_answer(nothing, name):
    assert nothing.query(name) == []


@pytest.fixture(scope="module")
def nothing(make_workspace):
    workspace = make_workspace()
    workspace.run("create-tables")
    return workspace


@pytest.mark.parametrize("name", ["listening_by_browser", "listening_by_platform"])
def test_what_is_played_equally_often_stands_in_the_same_order_everywhere(workspace, name):
    agents = [CHROME, SAFARI, FIREFOX, EXPLORER, PHONE, "curl/7.1", "Opera/9.8 (Android)", "Edge/12 (iPad)", None]
    workspace.put_events("a.json", *(play(sessionId=i, userAgent=agent) for i, agent in enumerate(agents)))
    workspace.put_songs("s.json", song())
    for database in ((), ("--database", "reference.duckdb")):
        workspace.etl(*database)
    assert workspace.query(name) == workspace.query(name, "--database", "reference.duckdb")


@pytest.fixture(scope="module")
def known(make_workspace):
    """Small enough to count by hand: Ada (1) pays from her second session on, Bo (2) goes to paid and back."""
    workspace = make_workspace()
    workspace.put_songs("s.json", song(song_id="SOLOW", title="Low Tide", artist_name="The Quiet Ones"))
    workspace.put_events(
        "a.json",
        *played(1, 10, at(0, 8), at(0, 8, 4), at(0, 8, 10), userAgent=CHROME, firstName="Ada", lastName="Moss"),
        *played(1, 11, at(7, 9), level="paid", userAgent=SAFARI, firstName="Ada", lastName="Moss"),
        *played(2, 20, at(2, 23), at(2, 23, 30), level="free", userAgent=FIREFOX, firstName="Bo", song="Elsewhere"),
        *played(2, 21, at(9, 23), level="paid", userAgent=EXPLORER, firstName="Bo", song="Elsewhere"),
        *played(2, 22, at(16, 1), level="free", userAgent=PHONE, firstName="Bo", song="Elsewhere"),
        *played("", 30, at(6, 12), location=None, userAgent=None))
    workspace.etl()
    return workspace


def test_users_who_changed_level(known):
    [bo, ada] = known.query("level_changes")
    assert (bo["user_id"], bo["times_to_paid"], bo["times_to_free"], bo["level_now"]) == (2, 1, 1, "free")
    assert (bo["first_change"], bo["last_change"]) == ("2018-11-14 23:00:00", "2018-11-21 01:00:00")
    assert (ada["user_id"], ada["times_to_paid"], ada["times_to_free"], ada["level_now"]) == (1, 1, 0, "paid")


def test_sessions(known):
    assert known.run("query", "sessions", "--format", "csv").stdout == (
        "plays_in_session,sessions,plays,mean_minutes,longest_minutes\n"
        "1,4,4,0.0,0.0\n2 to 5,2,5,20.0,30.0\n")


def test_listening_by_browser_and_platform(known):
    browsers = {row.pop("browser"): tuple(row.values()) for row in known.query("listening_by_browser")}
    assert browsers == {"Chrome": (3, 1, 33.3), "Firefox": (2, 1, 22.2), "Internet Explorer": (1, 1, 11.1),
                        "Safari": (2, 2, 22.2), "other": (1, 0, 11.1)}
    platforms = {row["platform"]: row["plays"] for row in known.query("listening_by_platform")}
    assert platforms == {"Windows": 4, "Linux": 2, "Mac": 1, "iPhone": 1, "other": 1}


def test_weekly_retention(known):
    # Both begin in the first week and listen in the second; only Bo in the third.
    assert [tuple(row.values()) for row in known.query("weekly_retention")] == [
        (0, 2, 2, 100.0), (1, 2, 2, 100.0), (2, 2, 1, 50.0)]


def test_daily_plays_and_their_mean(known):
    days = {row["play_date"]: row for row in known.query("daily_plays")}
    assert [days[day]["plays"] for day in ("2018-11-05", "2018-11-07", "2018-11-11", "2018-11-12")] == [3, 2, 1, 1]
    assert days["2018-11-07"]["mean_of_7_days"] is None
    assert days["2018-11-11"]["mean_of_7_days"] == 0.9, "6 plays in 7 days"
    assert days["2018-11-12"]["mean_of_7_days"] == 0.6, "the 5th is out, the 12th in"


def test_hours_weekdays_weeks_and_matches(known):
    assert {row["hour"]: row["plays"] for row in known.query("plays_by_hour")} == {1: 1, 8: 3, 9: 1, 12: 1, 23: 3}
    weekdays = {row["name"]: (row["plays"], row["days"], row["plays_per_day"]) for row in known.query("plays_by_weekday")}
    assert weekdays == {"Sunday": (1, 1, 1.0), "Monday": (4, 2, 2.0), "Wednesday": (4, 3, 1.3)}
    assert [(row["week_start"], row["free_plays"], row["paid_plays"]) for row in known.query("free_vs_paid")] == [
        ("2018-11-05", 6, 0), ("2018-11-12", 0, 2), ("2018-11-19", 1, 0)]
    assert known.query("match_rate") == [
        {"month_start": "2018-11-01", "plays": 9, "matched_plays": 5, "matched_percent": 55.6}]
    assert known.query("most_played_songs")[0]["plays"] == 5


# queries


def test_queries_lists_names_titles_and_questions(workspace):
    shown = workspace.run("queries").stdout
    listed = workspace.run("queries", "--json").json
    assert [query["name"] for query in listed] == NAMES
    assert all(query["title"] in shown and query["question"] in shown for query in listed)
    assert next(query for query in listed if query["name"] == "free_vs_paid")["chart"] == {
        "kind": "line", "x": "week_start", "y": ["free_plays", "paid_plays"]}
    assert all(query["question"].endswith("?") for query in listed)


def test_queries_of_a_definition_without_any(workspace):
    workspace.run("init", "wh")
    for path in (workspace.folder / "wh/analytics").iterdir():
        path.unlink()
    assert workspace.run("queries", "--warehouse", "wh", "--json").json == []
    assert "no saved queries" in workspace.run("queries", "--warehouse", "wh").stderr
