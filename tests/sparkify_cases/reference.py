#!/usr/bin/env python3
"""The star tables of the built-in warehouse, computed from the written rules alone, without SQL.

    reference.py LOG_FOLDER SONG_FOLDER OUT_FOLDER

reads every object below the two folders and writes one CSV file per star table, ordered by its key: a
header, null as an empty field, empty text as "", doubles as Python writes them, timestamps in UTC as
2018-11-01 21:01:46.796. An empty table gives an empty file. It knows only records that load: for one that
would be rejected it raises.
"""

import hashlib
import json
import sys
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path


class Number(str):
    """A JSON number, kept as its source text."""


def text(value):
    return str(value).lower() if isinstance(value, bool) else str(value)


def double(value):
    return float(value)


def integer(value):
    return whole(Decimal(value))


def milliseconds(value):
    """Returns microseconds since 1970."""
    return whole(Decimal(value) * 1000)


def whole(number):
    if number != int(number):
        raise ValueError(f"{number} has a fraction")
    return int(number)


# The columns in the order in which they are declared: name, field, decoder.
EVENT_COLUMNS = [
    ("artist", "artist", text),
    ("auth", "auth", text),
    ("first_name", "firstName", text),
    ("gender", "gender", text),
    ("item_in_session", "itemInSession", integer),
    ("last_name", "lastName", text),
    ("length", "length", double),
    ("level", "level", text),
    ("location", "location", text),
    ("method", "method", text),
    ("page", "page", text),
    ("registration", "registration", milliseconds),
    ("session_id", "sessionId", integer),
    ("song", "song", text),
    ("status", "status", integer),
    ("ts", "ts", milliseconds),
    ("user_agent", "userAgent", text),
    ("user_id", "userId", integer),
]
SONG_COLUMNS = [
    ("num_songs", "num_songs", integer),
    ("artist_id", "artist_id", text),
    ("artist_latitude", "artist_latitude", double),
    ("artist_longitude", "artist_longitude", double),
    ("artist_location", "artist_location", text),
    ("artist_name", "artist_name", text),
    ("song_id", "song_id", text),
    ("title", "title", text),
    ("duration", "duration", double),
    ("year", "year", integer),
]
PLAY_KEY = ("user_id", "ts", "session_id", "item_in_session")


def read_records(folder, columns):
    decoder = json.JSONDecoder(parse_float=Number, parse_int=Number)
    for path in sorted(p for p in Path(folder).rglob("*") if p.is_file()):
        rest = path.read_text(encoding="utf-8-sig").lstrip()
        while rest:
            record, end = decoder.raw_decode(rest)
            rest = rest[end:].lstrip()
            yield {name: decode(record.get(field), as_type) for name, field, as_type in columns}


def decode(value, as_type):
    if value is None or (value == "" and as_type is not text):
        return None
    return as_type(value)


def ascending(value):
    """A sort key: bytewise for text, nulls last."""
    if value is None:
        return (1, 0)
    return (0, value.encode() if isinstance(value, str) else value)


def descending(number):
    return (1, 0) if number is None else (0, -number)


def content(record, columns, known):
    """A sort key: the columns that are not known to be equal, as declared."""
    return tuple(ascending(record[name]) for name, _, _ in columns if name not in known)


def groups(records, key):
    found = {}
    for record in records:
        found.setdefault(tuple(record[name] for name in key), []).append(record)
    return found


def plays_of(events):
    """The chosen record of each play."""
    next_songs = [event for event in events if event["page"] == "NextSong"]
    return [min(records, key=lambda event: content(event, EVENT_COLUMNS, PLAY_KEY))
            for records in groups(next_songs, PLAY_KEY).values()]


def blank_padded(value):
    return None if value is None else value.rstrip(" ")


def song_of(play, catalogue):
    """The song that was played, or None. `catalogue` holds the songs by title and artist name."""
    def preference(song):
        lengths = (song["duration"], play["length"])
        distance = None if None in lengths else abs(song["duration"] - play["length"])
        return ascending(distance), ascending(song["song_id"]), ascending(song["artist_id"])

    name = (blank_padded(play["song"]), blank_padded(play["artist"]))
    return None if None in name else min(catalogue.get(name, []), key=preference, default=None)


def songplay_id(play):
    values = (play[name] for name in PLAY_KEY)
    name = "|".join("" if value is None else str(value) for value in values)
    return int(hashlib.md5(name.encode()).hexdigest()[:15], 16)


def song_plays(events, songs):
    catalogue = {}
    for song in songs:
        name = (blank_padded(song["title"]), blank_padded(song["artist_name"]))
        catalogue.setdefault(name, []).append(song)
    for play in plays_of(events):
        song = song_of(play, catalogue) or {"song_id": None, "artist_id": None}
        yield {"songplay_id": songplay_id(play), "start_time": timestamp(play["ts"]), "user_id": play["user_id"],
               "level": play["level"], "song_id": song["song_id"], "artist_id": song["artist_id"],
               "session_id": play["session_id"], "location": play["location"], "user_agent": play["user_agent"]}


def users(events):
    known = [play for play in plays_of(events) if play["user_id"] is not None]
    for plays in groups(known, ["user_id"]).values():
        latest = max(plays, key=lambda play: (play["ts"], play["session_id"], play["item_in_session"]))
        yield {name: latest[name] for name in ("user_id", "first_name", "last_name", "gender", "level")}


def songs_table(songs):
    known = [song for song in songs if song["song_id"] is not None]
    for records in groups(known, ["song_id"]).values():
        song = min(records, key=lambda record: content(record, SONG_COLUMNS, ["song_id"]))
        yield {"song_id": song["song_id"], "title": song["title"], "artist_id": song["artist_id"],
               "year": song["year"] or None, "duration": song["duration"]}


def artists(songs):
    def preference(song):
        lacks_coordinates = song["artist_latitude"] is None or song["artist_longitude"] is None
        return (lacks_coordinates, location_of(song) is None, descending(song["year"] or None),
                ascending(song["song_id"]), content(song, SONG_COLUMNS, ["artist_id"]))

    known = [song for song in songs if song["artist_id"] is not None]
    for records in groups(known, ["artist_id"]).values():
        song = min(records, key=preference)
        yield {"artist_id": song["artist_id"], "name": song["artist_name"], "location": location_of(song),
               "latitude": song["artist_latitude"], "longitude": song["artist_longitude"]}


def location_of(song):
    return song["artist_location"] if blank_padded(song["artist_location"]) else None


def time_table(events):
    for ts in {play["ts"] for play in plays_of(events)}:
        moment = moment_of(ts)
        yield {"start_time": timestamp(ts), "hour": moment.hour, "day": moment.day,
               "week": moment.isocalendar()[1], "month": moment.month, "year": moment.year,
               "weekday": moment.isoweekday() % 7}


def moment_of(ts):
    return datetime(1970, 1, 1) + timedelta(microseconds=ts)


def timestamp(ts):
    moment = str(moment_of(ts))
    return moment.rstrip("0") if "." in moment else moment


def star(events, songs):
    """The star tables by name; each a list of rows, ordered by the key, its first column."""
    tables = {"song_plays": song_plays(events, songs), "users": users(events), "songs": songs_table(songs),
              "artists": artists(songs), "time": time_table(events)}
    return {name: sorted(rows, key=lambda row: ascending(next(iter(row.values()))))
            for name, rows in tables.items()}


def csv_field(value):
    if value is None:
        return ""
    field = str(value)
    if field == "" or any(c in field for c in ',"\r\n'):
        return '"' + field.replace('"', '""') + '"'
    return field


def main(log_folder, song_folder, out_folder):
    events = list(read_records(log_folder, EVENT_COLUMNS))
    songs = list(read_records(song_folder, SONG_COLUMNS))
    for name, rows in star(events, songs).items():
        lines = rows[:1] + [map(csv_field, row.values()) for row in rows]  # a row's keys are the header
        Path(out_folder, name + ".csv").write_text("".join(",".join(line) + "\n" for line in lines), encoding="utf-8")
        print(f"{name}: {len(rows)} rows")


if __name__ == "__main__":
    main(*sys.argv[1:])
