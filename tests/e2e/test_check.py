"""What a definition declares, and what its checks say, is held against the warehouse."""

import re

import pytest

from records import play, song
from workspace import ROOT

pytestmark = pytest.mark.every_engine

SHOP_DEFINITION = ROOT / "tests/warehouses/shop"

# A second star over the logs: it says much, and its SELECT keeps none of it when the records do not.
SPOILT = """/*
description = "One row per play, it says"
kind = "fact"
key  = [{key}]
columns = [
    {{ name = "item",    type = "integer",     required = true }},
    {{ name = "session", type = "integer",     required = true }},
    {{ name = "user_id", type = "integer",     references = "users.user_id" }},
    {{ name = "level",   type = "varchar(64)", accepted = ["free", "pa'id"] }},
    {{ name = "status",  type = "integer",     accepted = [200, -1] }},
]
[redshift]
primary_key = false
[rows]
equal = "select count(distinct item_in_session) from staging.events"
*/
select item_in_session as item, session_id as session, user_id, level, status
from staging.events
where status <> 500
"""


def checks(workspace, *arguments, code=0):
    return {outcome.pop("check"): outcome for outcome in
            workspace.run("check", *arguments, "--json", code=code).json}


@pytest.fixture
def loaded(workspace):
    workspace.put_events("a.json", play(sessionId=1))
    workspace.put_songs("s.json", song())
    workspace.etl()
    workspace.run("init", "wh")
    return workspace


def test_the_declared_checks_of_the_built_in_warehouse_hold(loaded):
    outcomes = checks(loaded)
    assert all(outcome["holds"] and outcome["rows"] == [] for outcome in outcomes.values())
    for table in ("artists", "song_plays", "songs", "time", "users"):
        assert {f"{table}.key", f"{table}.required", f"{table}.rows"} <= set(outcomes)
    assert {name for name in outcomes if name.count(".") == 2} == {
        "song_plays.start_time.references", "song_plays.user_id.references", "song_plays.song_id.references",
        "song_plays.artist_id.references", "songs.artist_id.references", "song_plays.level.accepted",
        "users.level.accepted"}


def test_a_failing_check_shows_its_rows(loaded):
    loaded.put("wh/checks/no_free_users.sql", "/*\ndescription = \"Everybody pays\"\n*/\n"
               "select user_id, level from users where level = 'free'")
    shown = loaded.run("check", "--warehouse", "wh", code=4).stdout
    assert "FAILED  no_free_users: Everybody pays" in shown and "free" in shown
    outcomes = checks(loaded, "--warehouse", "wh", code=4)
    failed = outcomes.pop("no_free_users")
    assert (failed["holds"], failed["rows"]) == (False, [{"user_id": 7, "level": "free"}])
    assert all(outcome["holds"] for outcome in outcomes.values())


def test_what_is_declared_is_checked_without_sql(loaded):
    loaded.put_events("b.json", play(sessionId=2, itemInSession=3, userId="", status=200, level="pa'id"),
                      play(sessionId=3, itemInSession=3, userId="8", status=404, level="none"),
                      play(sessionId=4, itemInSession=3, userId="9", status=404, level=None),
                      play(sessionId=5, itemInSession=9, userId="9", status=500))
    keeps_keys = loaded.engine.name == "postgres"  # it would refuse two rows of one key itself
    loaded.put("wh/star/items.sql", SPOILT.format(key='"item", "session"' if keeps_keys else '"item"'))
    # The rows that refer to them stay, so that the reference breaks; Redshift, which would plan with it, is told of none.
    users = (loaded.folder / "wh/star/users.sql").read_text().replace("[redshift]", "[redshift]\nprimary_key = false")
    loaded.put("wh/star/users.sql", users.replace("where choice = 1", "where choice = 1 and user_id <> 9"))
    loaded.etl("--warehouse", "wh")
    outcomes = checks(loaded, "--warehouse", "wh", code=4)
    broken = {name: outcome["rows"] for name, outcome in outcomes.items() if not outcome["holds"]}
    assert broken == ({} if keeps_keys else {"items.key": [{"item": 3, "copies": 3}]}) | {
        "items.user_id.references": [{"user_id": 9, "row_count": 1}],
        "items.level.accepted": [{"level": "none", "row_count": 1}],
        "items.status.accepted": [{"status": 404, "row_count": 2}],
        "items.rows": [{"expected": 3, "found": 4}],
        "song_plays.user_id.references": [{"user_id": 9, "row_count": 2}],
        "song_plays.level.accepted": [{"level": "none", "row_count": 1}, {"level": "pa'id", "row_count": 1}],
        "users.level.accepted": [{"level": "none", "row_count": 1}],
        "users.rows": [{"expected": 3, "found": 2}],
    }
    assert outcomes["items.required"]["holds"], "null is refused by the table itself"


def test_a_value_that_is_missing_is_shown(loaded):
    """Where the table was changed by others so that it takes null."""
    if loaded.engine.name != "postgres":
        pytest.skip("it takes a client that changes tables")
    [database] = re.findall("DB_NAME = (.*)", (loaded.folder / "dwh.cfg").read_text())
    for statement in ("alter table song_plays alter session_id drop not null", "update song_plays set session_id = null"):
        loaded.engine.run(statement, database)
    outcomes = checks(loaded, code=4)
    required = outcomes["song_plays.required"]
    assert not required["holds"] and [row["session_id"] for row in required["rows"]] == [None]
    assert {name for name, outcome in outcomes.items() if not outcome["holds"]} == {"song_plays.required"}


def test_a_check_that_cannot_be_answered_leaves_the_others_alone(loaded):
    loaded.put("wh/checks/a_year.sql", '/*\ntitle = "Years"\n*/\nselect cast(location as integer) as year from song_plays')
    loaded.put("wh/checks/no_free_users.sql", "/*\ntitle = \"Everybody pays\"\n*/\nselect user_id from users")
    shown = loaded.run("check", "--warehouse", "wh", code=4).stdout
    assert "FAILED  a_year: Years\n\nit could not be answered: checks/a_year.sql" in shown
    assert "FAILED  no_free_users" in shown and "ok      users.key" in shown
    outcomes = checks(loaded, "--warehouse", "wh", code=4)
    assert {name for name, outcome in outcomes.items() if not outcome["holds"]} == {"a_year", "no_free_users"}
    assert "Ulm" in outcomes["a_year"]["error"] and outcomes["no_free_users"]["error"] is None


def test_of_many_rows_the_first_are_shown(loaded):
    loaded.put("wh/checks/no_plays.sql", "/*\ntitle = \"No plays\"\n*/\n"
               "select session_id from song_plays order by session_id")
    loaded.put_events("b.json", *(play(sessionId=i) for i in range(2, 30)))
    loaded.etl()
    shown = loaded.run("check", "no_plays", "--warehouse", "wh", code=4).stdout
    assert "\n        10\n... and more\n" in shown and "11" not in shown
    [outcome] = loaded.run("check", "no_plays", "--warehouse", "wh", "--json", code=4).json
    assert [row["session_id"] for row in outcome["rows"]] == list(range(1, 11)) and outcome["has_more_rows"]


def test_one_check_by_its_name(loaded):
    assert loaded.run("check", "users.key").stdout == "ok      users.key: user_id is unique in users\n"
    failed = loaded.run("check", "users.keys", code=2)
    assert "there is no check 'users.keys' (did you mean users.key?)" in failed.stderr


def test_a_row_count_that_counts_nothing_is_refused_with_its_line(loaded):
    header = (loaded.folder / "wh/star/users.sql").read_text()
    loaded.put("wh/star/users.sql", header.replace("count(distinct user_id)", "count(distinct player)"))
    failed = loaded.run("etl", "--warehouse", "wh", code=2)
    line = header[:header.index("count(distinct user_id)")].count("\n") + 1
    assert f"star/users.sql:{line}: " in failed.stderr and "player" in failed.stderr


def test_a_chart_of_a_column_that_is_not_there_is_refused_with_its_line(loaded):
    loaded.put("wh/analytics/levels.sql", '/*\ntitle = "Levels"\n\nchart = { kind = "bar", x = "level", y = ["play"] }\n'
               "*/\nselect level, count(*) as plays from song_plays group by level")
    failed = loaded.run("etl", "--warehouse", "wh", code=2)
    assert ("analytics/levels.sql:4: the chart names the column play, but the query answers these: level, plays"
            in failed.stderr)
