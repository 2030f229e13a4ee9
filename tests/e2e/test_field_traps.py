"""The traps that the public solutions of this exercise fall into: one test each, named after the trap."""

import json
import resource

import pytest

from records import event, only, play, song, without
from workspace import json_lines, json_text

pytestmark = pytest.mark.every_engine

AGENT = 'Mozilla/5.0 "quoted" (Windows NT 6.1; C:\\path)'


@pytest.fixture(scope="module")
def loaded(make_workspace):
    workspace = make_workspace()
    workspace.put_events(
        "plays.json",
        play(userId="1", sessionId=1, ts=1541105830796, song="Two Plays In One Second"),
        play(userId="1", sessionId=1, ts=1541105830797, song="Two Plays In One Second"),
        play(userId="2", sessionId=2, level="free", firstName="Tied"),
        play(userId="2", sessionId=3, level="paid", firstName="Tied"),
        play(userId="3", sessionId=4, song="Twice In The Catalogue", length=100.0),
        play(userId="3", sessionId=5, song="Nearly As Long", length=218.93179),
        play(userId="4", sessionId=6, userAgent=AGENT),
        play(userId="", sessionId=7),
        play(userId="5", sessionId=8, artist="311", song="Down"),
        event(userId="", sessionId=9, auth="Logged Out", firstName=None, registration=None))
    last_line = json_text(play(userId="6", sessionId=10))
    workspace.put("log_data/no_final_newline.json", last_line)
    workspace.put_songs(
        "songs.json",
        song(song_id="SOTWICE1", artist_id="ARTWICE1", title="Twice In The Catalogue", duration=100.0),
        song(song_id="SOTWICE2", artist_id="ARTWICE2", title="Twice In The Catalogue", duration=100.0),
        song(song_id="SONEARLY", title="Nearly As Long", duration=218.9),
        song(song_id="SOPLACE", artist_id="ARPLACE", title="Place", artist_latitude=35.14968,
             artist_longitude=-90.04892, duration=148.03546),
        song(song_id="SOSPELL1", artist_id="ARSPELL", title="Spelt", artist_name="Motley Crue"),
        song(song_id="SOSPELL2", artist_id="ARSPELL", title="Spelt", artist_name="Mötley Crüe"),
        song(song_id="SONUMBER", artist_id="ARNUMBER", artist_name=311, artist_location=402, title="Down"),
        without(song(song_id="SOABSENT", artist_id="ARABSENT", title="Absent"), "artist_latitude", "artist_longitude"))
    workspace.put("song_data/pretty.json", json.dumps(song(song_id="SOPRETTY", title="Pretty"), indent=4))
    workspace.put("song_data/many.json", "".join(
        json.dumps(song(song_id=f"SOMANY{i}", title="Many"), indent=i) for i in range(3)))
    workspace.summary = workspace.etl()
    workspace.star = workspace.tables()
    workspace.star["events"] = workspace.table("staging.events")
    return workspace


def test_fractions_of_coordinates_lengths_and_durations_are_kept(loaded):
    artist = only(loaded.star["artists"], artist_id="ARPLACE")
    assert (artist["latitude"], artist["longitude"]) == (35.14968, -90.04892)
    assert only(loaded.star["songs"], song_id="SOPLACE")["duration"] == 148.03546
    assert only(loaded.star["events"], session_id=5)["length"] == 218.93179


def test_milliseconds_are_kept_so_that_plays_do_not_collide(loaded):
    plays = [row["start_time"] for row in loaded.star["song_plays"] if row["user_id"] == 1]
    assert plays == ["2018-11-01 20:57:10.796", "2018-11-01 20:57:10.797"]
    assert set(plays) <= {row["start_time"] for row in loaded.star["time"]}


def test_a_tie_of_plays_does_not_duplicate_the_user(loaded):
    assert only(loaded.star["users"], user_id=2)["level"] == "paid", "of the greater session"


def test_a_song_that_is_twice_in_the_catalogue_does_not_fan_out(loaded):
    assert only(loaded.star["song_plays"], session_id=4)["song_id"] == "SOTWICE1"


def test_a_length_that_is_not_quite_the_duration_still_matches(loaded):
    assert only(loaded.star["song_plays"], session_id=5)["song_id"] == "SONEARLY"


def test_an_artist_with_two_spellings_is_one_artist(loaded):
    assert only(loaded.star["artists"], artist_id="ARSPELL")["name"] == "Motley Crue", "of the smallest song_id"


def test_a_user_id_of_empty_text_is_null_and_the_play_is_kept(loaded):
    assert only(loaded.star["song_plays"], session_id=7)["user_id"] is None
    assert only(loaded.star["events"], session_id=9)["user_id"] is None
    assert all(row["user_id"] is not None for row in loaded.star["users"])


def test_a_user_id_in_quotes_is_an_integer(loaded):
    assert only(loaded.star["song_plays"], session_id=6)["user_id"] == 4


def test_a_registration_that_is_a_float_is_a_time(loaded):
    assert only(loaded.star["events"], session_id=6)["registration"] == "2018-10-20 01:46:40.796"
    assert only(loaded.star["events"], session_id=9)["registration"] is None


def test_an_absent_latitude_is_null(loaded):
    artist = only(loaded.star["artists"], artist_id="ARABSENT")
    assert (artist["latitude"], artist["longitude"]) == (None, None)


def test_escaped_quotes_and_backslashes_in_user_agents_are_unescaped(loaded):
    assert only(loaded.star["song_plays"], session_id=6)["user_agent"] == AGENT


def test_the_last_line_needs_no_newline(loaded):
    assert only(loaded.star["song_plays"], session_id=10)["user_id"] == 6


def test_a_pretty_printed_song_loads(loaded):
    assert only(loaded.star["songs"], song_id="SOPRETTY")["title"] == "Pretty"


def test_a_file_may_hold_several_songs(loaded):
    many = [row["song_id"] for row in loaded.star["songs"] if row["title"] == "Many"]
    assert many == ["SOMANY0", "SOMANY1", "SOMANY2"]


def test_a_number_as_artist_name_or_location_is_text(loaded):
    artist = only(loaded.star["artists"], artist_id="ARNUMBER")
    assert (artist["name"], artist["location"]) == ("311", "402")
    assert only(loaded.star["song_plays"], session_id=8)["song_id"] == "SONUMBER"


def test_no_record_of_these_is_lost(loaded):
    assert {name: (d["staged"], d["rejected"]) for name, d in loaded.summary["datasets"].items()} == {
        "events": (11, 0), "songs": (12, 0)}


def test_a_rerun_appends_nothing(loaded):
    before = loaded.tables()
    again = loaded.etl()
    assert again["run_id"] is None and again["models"] == {}
    assert loaded.tables() == before
    assert loaded.value("select count(*) from staging.events") == 11
    assert loaded.value("select count(*) from staging.songs") == 12


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo"])
def test_the_tables_are_utc_whatever_zone_the_process_has(loaded, zone):
    arguments = ("--database", f"{zone.replace('/', '_')}.duckdb")
    loaded.etl(*arguments, env={"TZ": zone})
    assert loaded.tables(*arguments, env={"TZ": zone}) == loaded.tables()
    assert only(loaded.star["time"], start_time="2018-11-01 20:57:10.796")["hour"] == 20


def test_a_play_has_the_same_id_in_every_warehouse(loaded):
    loaded.etl("--database", "other.duckdb", "--threads", "1")
    ids = "select songplay_id from song_plays order by 1"
    assert loaded.query(ids, "--database", "other.duckdb") == loaded.query(ids)


# Types are declared, never guessed.


@pytest.mark.parametrize("whole", [10, 25_000], ids=["few", "more than any sample"])
def test_a_number_with_a_fraction_after_whole_ones_keeps_it(workspace, whole):
    durations = json_lines({"song_id": f"SO{i}", "artist_id": "AR", "duration": 2} for i in range(whole))
    workspace.put("song_data/durations.json", durations + json_lines([{"song_id": "SOLAST", "duration": 1.5}]))
    assert workspace.etl()["datasets"]["songs"]["rejected"] == 0
    assert workspace.value("select sum(duration) from songs") == 2 * whole + 1.5
    columns = workspace.query("select * from staging.songs limit 1")[0]
    assert [name for name in columns if name.startswith("duration")] == ["duration"]


# A jsonpaths file maps by position.

FIELDS = ["artist", "auth", "firstName", "gender", "itemInSession", "lastName", "length", "level", "location", "method",
          "page", "registration", "sessionId", "song", "status", "ts", "userAgent", "userId"]


def use_jsonpaths(workspace, fields):
    workspace.put("paths.json", json.dumps({"jsonpaths": [f"$['{field}']" for field in fields]}))
    config = (workspace.folder / "dwh.cfg").read_text()
    workspace.put("dwh.cfg", config + "LOG_JSONPATH = 'paths.json'\n")
    workspace.put_events("e.json", play(firstName="Ada", lastName="Moss"))


def test_a_jsonpaths_file_as_people_have_it_changes_nothing(workspace):
    use_jsonpaths(workspace, FIELDS)
    workspace.etl()
    [named] = workspace.query("select first_name, last_name, user_id, ts from staging.events")
    assert named == {"first_name": "Ada", "last_name": "Moss", "user_id": 7, "ts": "2018-11-01 20:57:10.796"}


def test_a_jsonpaths_file_maps_by_position_not_by_name(workspace):
    swapped = {"firstName": "lastName", "lastName": "firstName"}
    use_jsonpaths(workspace, [swapped.get(field, field) for field in FIELDS])
    workspace.etl()
    assert workspace.query("select first_name, last_name from users") == [{"first_name": "Moss", "last_name": "Ada"}]


def test_a_jsonpaths_file_that_omits_fields_is_refused_with_both_counts(workspace):
    use_jsonpaths(workspace, FIELDS[:-2])
    failed = workspace.run("etl", code=2)
    assert "16" in failed.stderr and "18" in failed.stderr and "paths.json" in failed.stderr
    assert not workspace.database.exists()


# Many tiny objects.


def test_many_tiny_objects_need_few_open_files(workspace):
    for i in range(600):
        workspace.put_songs(f"{i % 7}/{i}.json", song(song_id=f"SO{i}"))
    workspace.etl(preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64)))
    assert workspace.value("select count(*) from songs") == 600
