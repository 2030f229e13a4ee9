"""Lineage: from a star row to the records behind it, read again from their source."""

import gzip
import json

import pytest

from records import event, play, song
from workspace import json_lines, json_text

pytestmark = pytest.mark.every_engine


@pytest.fixture
def loaded(workspace):
    first = play(sessionId=1, itemInSession=3)
    workspace.put_events("a.json", event(sessionId=9), first)
    workspace.put("log_data/b.json.gz", gzip.compress(('{"broken\n' + json_lines([play(sessionId=2), first])).encode()))
    workspace.put_songs("s.json", song(title=first["song"], artist_name=first["artist"], song_id="SO1"))
    workspace.etl()
    return workspace


def trace(workspace, *arguments):
    return workspace.run("trace", *arguments, "--json").json


def test_a_play_leads_to_its_records_in_every_file_and_to_its_song(loaded):
    [row] = loaded.query("select songplay_id, start_time from song_plays where session_id = 1")
    found = trace(loaded, "song_plays", str(row["songplay_id"]))
    assert found["table"] == "song_plays" and found["row"]["song_id"] == "SO1"
    events, songs = sorted(found["from"], key=lambda source: source["table"])
    assert (events["table"], events["count"], songs["table"], songs["count"]) == ("staging.events", 2, "staging.songs", 1)
    expected = json_text(play(sessionId=1, itemInSession=3))
    places = [(record["object"].split("/")[-1], record["record"], record["text"]) for record in events["records"]]
    assert places == [("a.json", 2, expected), ("b.json.gz", 3, expected)]
    assert events["records"][0]["offset"] == len(json_text(event(sessionId=9)).encode()) + 1
    assert json.loads(songs["records"][0]["text"])["song_id"] == "SO1"


def test_a_play_does_not_lead_to_one_that_differs_in_its_item_alone(workspace):
    plays = [play(sessionId=1, itemInSession=item, location=f"place {item}") for item in (3, 4)]
    workspace.put_events("a.json", *plays)
    workspace.etl()
    for row in workspace.query("select songplay_id, location from song_plays"):
        [events] = [source for source in trace(workspace, "song_plays", str(row["songplay_id"]))["from"]
                    if source["table"] == "staging.events"]
        assert [json.loads(record["text"])["location"] for record in events["records"]] == [row["location"]]


def test_people_see_the_chain(loaded):
    [row] = loaded.query("select user_id from users")
    shown = loaded.run("trace", "users", str(row["user_id"])).stdout
    assert "from staging.events: 3 records" in shown
    assert f"{loaded.folder}/log_data/a.json, record 2 at byte" in shown and "loaded by run 1" in shown
    assert "the first 2 of them" in loaded.run("trace", "users", str(row["user_id"]), "--limit", "2").stdout


def test_every_star_table_can_be_traced(loaded):
    for table, key in (("songs", "SO1"), ("artists", "artist_id"), ("time", "start_time")):
        value = key if key == "SO1" else loaded.table(table)[0][key]
        [source] = trace(loaded, table, value)["from"]
        assert source["count"] > 0 and all(record["text"].startswith("{") for record in source["records"])


def test_a_row_is_found_before_the_place_where_its_object_is_damaged(workspace):
    whole = gzip.compress(json_lines([play(sessionId=number) for number in range(100)]).encode())
    workspace.put("log_data/cut.json.gz", whole[:-len(whole) // 3])
    workspace.etl()
    [row] = workspace.query("select songplay_id from song_plays where session_id = 1")
    [events, _] = trace(workspace, "song_plays", str(row["songplay_id"]))["from"]
    assert json.loads(events["records"][0]["text"])["sessionId"] == 1


def test_an_object_that_changed_or_went_is_named_and_not_misquoted(loaded):
    loaded.put_events("a.json", play(sessionId=7))
    (loaded.folder / "log_data/b.json.gz").unlink()
    [row] = loaded.query("select songplay_id from song_plays where session_id = 1")
    events = next(source for source in trace(loaded, "song_plays", str(row["songplay_id"]))["from"]
                  if source["table"] == "staging.events")
    changed, gone = events["records"]
    assert "changed since it was loaded" in changed["trouble"] and "text" not in changed
    assert "no longer there" in gone["trouble"]


@pytest.mark.parametrize("arguments, message", [
    (("song_play", "1"), "there is no star table song_play; there are: artists"),
    (("songs", "SO2"), "there is no row songs SO2"),
    (("songs", "SO1", "more"), "the key of songs is song_id; give a value for each"),
    (("users", "nobody"), "users nobody names no row"),
])
def test_what_is_not_there_is_said(loaded, arguments, message):
    assert message in loaded.run("trace", *arguments, code=2).stderr
