"""The rules of the star, one case each. All cases load at once; each has names of its own.

A case's name is the location of its plays, the title of its songs, the id of its user or artist."""

import random

import pytest

from records import event, only, play, song

pytestmark = pytest.mark.every_engine

SECOND = 1000
NOON = 1541160000000  # 2018-11-02 12:00 UTC, a Friday

# What was played, the catalogue, and the (song_id, artist_id) it is.
MATCHES = {
    "equal title and artist": ({}, [{}], ("SO1", "AR1")),
    "another title": ({"song": "another"}, [{}], (None, None)),
    "another artist": ({"artist": "Another"}, [{}], (None, None)),
    "case differs": ({"artist": "the quiet ones"}, [{}], (None, None)),
    "leading blank": ({"song": " leading blank"}, [{}], (None, None)),
    "trailing blanks played": ({"song": "trailing blanks played  ", "artist": "The Quiet Ones "}, [{}], ("SO1", "AR1")),
    "trailing blanks listed":
        ({}, [{"title": "trailing blanks listed ", "artist_name": "The Quiet Ones  "}], ("SO1", "AR1")),
    "no title": ({"song": None}, [{"title": None}], (None, None)),
    "no artist": ({"artist": None}, [{"artist_name": None}], (None, None)),
    "nearest is longer": ({"length": 200.0}, [{"duration": 190.0}, {"duration": 209.0}], ("SO2", "AR2")),
    "nearest is shorter": ({"length": 200.0}, [{"duration": 191.0}, {"duration": 210.0}], ("SO1", "AR1")),
    "nearest by a hair": ({"length": 200.0}, [{"duration": 200.00002}, {"duration": 200.00001}], ("SO2", "AR2")),
    "unknown duration is last": ({"length": 200.0}, [{"duration": None}, {"duration": 900.0}], ("SO2", "AR2")),
    "unknown duration is better than nothing": ({"length": 200.0}, [{"duration": None}], ("SO1", "AR1")),
    "unknown length": ({"length": None}, [{"duration": 1.0, "song_id": "SO2"}, {"song_id": "SO1"}], ("SO1", "AR2")),
    "equally near": ({"length": 200.0}, [{"duration": 210.0, "song_id": "SOb"}, {"duration": 190.0, "song_id": "SOa"}],
                     ("SOa", "AR2")),
    "smallest song_id bytewise": ({}, [{"song_id": "SOa"}, {"song_id": "SOZ"}, {"song_id": "SOé"}], ("SOZ", "AR2")),
    "then smallest artist_id": ({}, [{"song_id": "SO1", "artist_id": artist} for artist in ("ARb", "ARa", "ARc")],
                                ("SO1", "ARa")),
}

# Records of plays, and how many plays they are.
PLAYS = {
    "the same record twice": ([{}, {}], 1),
    "the same record twice without a user": ([{"userId": ""}, {"userId": ""}], 1),
    "another user": ([{}, {"userId": "8"}], 2),
    "user and nobody": ([{}, {"userId": ""}], 2),
    "another millisecond": ([{}, {"ts": NOON + 1}], 2),
    "another session": ([{}, {"sessionId": 99}], 2),
    "another item in session": ([{}, {"itemInSession": 5}], 2),
    "another song at the same place": ([{}, {"song": "zz"}], 1),
    "another page": ([{"page": "Home"}, {"page": "nextsong"}, {"page": None}], 0),
    "a page that ends in a blank": ([{"page": "NextSong "}, {"page": "NextSong  "}, {}], 1),
    "of several songs only one": ([{"song": "of several"}], 1),
}

# Records of one play that disagree, and the level of the one that is chosen: each differs by the first column named.
DISAGREEMENTS = {
    "by artist": ([{"artist": "B", "level": "1"}, {"artist": "A", "level": "2"}], "2"),
    "by artist, nulls last": ([{"artist": None, "level": "1"}, {"artist": "Z", "level": "2"}], "2"),
    "by artist, bytewise":
        ([{"artist": "b", "level": "1"}, {"artist": "É", "level": "2"}, {"artist": "Z", "level": "3"}], "3"),
    "by length, as a number": ([{"length": 100.0, "level": "1"}, {"length": 20.0, "level": "2"}], "2"),
    "by level before user agent": ([{"level": "b", "userAgent": "1"}, {"level": "a", "userAgent": "2"}], "a"),
    "by artist before level": ([{"artist": "B", "level": "1"}, {"artist": "A", "level": "9"}], "9"),
}

# Records of one user, and the level that the user has.
USERS = {
    "as of the latest play": ([{"ts": NOON + SECOND, "level": "late"}, {"ts": NOON, "level": "early"}], "late"),
    "a later page is no play":
        ([{"level": "played"}, {"ts": NOON + SECOND, "page": "Home", "level": "seen"}], "played"),
    "a page at the same time is no play":
        ([{"level": "played"}, {"sessionId": 9, "page": "Home", "level": "seen"}], "played"),
    "a tie goes to the greater session":
        ([{"sessionId": 9, "level": "nine"}, {"sessionId": 10, "level": "ten"}], "ten"),
    "then to the greater item":
        ([{"itemInSession": 3, "level": "three"}, {"itemInSession": 20, "level": "twenty"}], "twenty"),
    "session before item": ([{"sessionId": 2, "level": "two"}, {"itemInSession": 7, "level": "item"}], "two"),
    "time before session": ([{"ts": NOON + 1, "level": "late"}, {"sessionId": 7, "level": "session"}], "late"),
    "the same play twice, by content": ([{"level": "b"}, {"level": "a"}], "a"),
}

# Records of one artist, and the artist's name.
ARTISTS = {
    "coordinates win": ([{"artist_name": "new", "year": 2020, "artist_location": "Rome"},
                         {"artist_name": "placed", "year": 1990, "artist_latitude": 1.5, "artist_longitude": 2.5}],
                        "placed"),
    "zero is a coordinate": ([{"artist_name": "new", "year": 2020},
                              {"artist_name": "zero", "artist_latitude": 0, "artist_longitude": 0}], "zero"),
    "then a location":
        ([{"artist_name": "new", "year": 2020}, {"artist_name": "Roman", "year": 1990, "artist_location": "Rome"}],
                        "Roman"),
    "an empty location is none": ([{"artist_name": "empty", "year": 2020, "artist_location": ""},
                                   {"artist_name": "Roman", "year": 1990, "artist_location": "Rome"}], "Roman"),
    "then the newest year": ([{"artist_name": "old", "year": 1990}, {"artist_name": "new", "year": 2020}], "new"),
    "year 0 is no year": ([{"artist_name": "none", "year": 0}, {"artist_name": "old", "year": 1950}], "old"),
    "then the smallest song_id":
        ([{"artist_name": "a", "song_id": "SOa"}, {"artist_name": "b", "song_id": "SOB"}], "b"),
    "then content": ([{"artist_name": "b"}, {"artist_name": "a"}], "a"),
}

# Records of one song, and what the table says of it.
SONGS = {
    "year 0 is unknown": ([{"year": 0}], {"year": None}),
    "a year is kept": ([{"year": 1999}], {"year": 1999}),
    "disagreeing records":
        ([{"artist_id": "ARb", "duration": 1.0}, {"artist_id": "ARa", "duration": 2.0}], {"duration": 2.0}),
    "by title before duration": ([{"title": "b", "duration": 1.0}, {"title": "a", "duration": 2.0}], {"title": "a"}),
    "nulls last": ([{"title": None, "duration": 1.0}, {"title": "z", "duration": 2.0}], {"title": "z"}),
    "the same record twice": ([{}, {}], {"year": 2001}),
}

# Moments in milliseconds, and their parts.
TIMES = {
    1541105830796: ("2018-11-01 20:57:10.796", 20, 1, 44, 11, 2018, 4),
    1546214400001: ("2018-12-31 00:00:00.001", 0, 31, 1, 12, 2018, 1),  # in the first week of 2019
    1451865599999: ("2016-01-03 23:59:59.999", 23, 3, 53, 1, 2016, 0),  # a Sunday in the last week of 2015
    951782400000: ("2000-02-29 00:00:00", 0, 29, 9, 2, 2000, 2),
    -1: ("1969-12-31 23:59:59.999", 23, 31, 1, 12, 1969, 3),
}
USER_IDS = {name: 100 + i for i, name in enumerate(USERS)}


def all_events():
    for number, (name, (played, _, _)) in enumerate(MATCHES.items()):
        yield play(ts=NOON, location=name, song=name, sessionId=2000 + number) | played
    for number, (name, (records, _)) in enumerate([*PLAYS.items(), *DISAGREEMENTS.items()]):
        for record in records:
            yield play(ts=NOON, location=name, sessionId=1000 + number) | record
    for name, (records, _) in USERS.items():
        for record in records:
            yield play(ts=NOON, location=name, userId=str(USER_IDS[name])) | record
    yield event(userId="99", ts=NOON + 99)
    for ts in TIMES:
        yield play(ts=ts, userId="1", location="times")
        yield play(ts=ts, userId="2", location="times")


def all_songs():
    for name, (_, catalogue, _) in MATCHES.items():
        for number, record in enumerate(catalogue, start=1):
            yield song(title=name, song_id=f"SO{number}", artist_id=f"AR{number}") | record
    for song_id in ("SOx", "SOy"):
        yield song(title="of several", song_id=song_id, duration=200.0)
    for name, (records, _) in ARTISTS.items():
        for record in records:
            yield song(artist_id=name, song_id="SOARTIST") | record
    for name, (records, _) in SONGS.items():
        for record in records:
            yield song(song_id=name, artist_id="ARSONG") | record
    yield song(song_id=None, artist_id="ARNOSONG", title="no id")
    yield song(song_id="SONOARTIST", artist_id=None)


@pytest.fixture(scope="module")
def star(make_workspace):
    workspace = make_workspace()
    workspace.put_events("events.json", *all_events())
    workspace.put_songs("songs.json", *all_songs())
    datasets = workspace.etl()["datasets"]
    assert [dataset["rejected"] for dataset in datasets.values()] == [0, 0]
    return workspace.tables()


@pytest.mark.parametrize("name", MATCHES)
def test_which_song_a_play_is(star, name):
    found = only(star["song_plays"], location=name)
    assert (found["song_id"], found["artist_id"]) == MATCHES[name][2]


@pytest.mark.parametrize("name", PLAYS)
def test_which_records_are_one_play(star, name):
    assert len([row for row in star["song_plays"] if row["location"] == name]) == PLAYS[name][1]


@pytest.mark.parametrize("name", DISAGREEMENTS)
def test_which_record_of_a_play_decides(star, name):
    assert only(star["song_plays"], location=name)["level"] == DISAGREEMENTS[name][1]


@pytest.mark.parametrize("name", USERS)
def test_which_play_shows_the_user(star, name):
    assert only(star["users"], user_id=USER_IDS[name])["level"] == USERS[name][1]


def test_users_without_a_play_are_not_there(star):
    assert all(row["user_id"] not in (99, None) for row in star["users"])


@pytest.mark.parametrize("name", ARTISTS)
def test_which_record_shows_the_artist(star, name):
    records, expected = ARTISTS[name]
    shown = only(star["artists"], artist_id=name)
    assert shown["name"] == expected
    chosen = song() | only(records, artist_name=expected)
    assert (shown["location"], shown["latitude"], shown["longitude"]) == (
        chosen["artist_location"] or None, chosen["artist_latitude"], chosen["artist_longitude"]), "taken whole"


@pytest.mark.parametrize("name", SONGS)
def test_what_a_song_is(star, name):
    shown = only(star["songs"], song_id=name)
    assert {column: shown[column] for column in SONGS[name][1]} == SONGS[name][1]


def test_records_without_an_id_are_no_song_and_no_artist(star):
    assert None not in {row["song_id"] for row in star["songs"]} | {row["artist_id"] for row in star["artists"]}
    assert only(star["artists"], artist_id="ARNOSONG") and only(star["songs"], song_id="SONOARTIST")


@pytest.mark.parametrize("moment", TIMES)
def test_the_parts_of_a_time(star, moment):
    names = ("start_time", "hour", "day", "week", "month", "year", "weekday")
    assert only(star["time"], start_time=TIMES[moment][0]) == dict(zip(names, TIMES[moment]))


def test_times_are_those_of_plays(star):
    assert {row["start_time"] for row in star["time"]} == {row["start_time"] for row in star["song_plays"]}


@pytest.mark.parametrize("order", ["reversed", "shuffled"])
def test_content_decides_and_never_arrival(star, workspace, order):
    records = [("events", record) for record in all_events()] + [("songs", record) for record in all_songs()]
    if order == "reversed":
        records.reverse()
    else:
        random.Random(1).shuffle(records)
    put = {"events": workspace.put_events, "songs": workspace.put_songs}
    for number, (dataset, record) in enumerate(records):
        put[dataset](f"{number % 9}/{number:04}.json", record)
        if number == len(records) // 2:
            workspace.etl("--threads", "1")
    workspace.etl()
    assert workspace.tables() == star
