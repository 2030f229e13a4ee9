"""The exercise in the manner of its public solutions: a Python script that reads a file at a time and inserts a row at
a time into PostgreSQL. No staging, no ledger; it finds a play's song by a query per play.

usage: python_etl.py "host=... dbname=..." LOG_DATA SONG_DATA
"""

import json
import sys
from datetime import datetime, timezone
from pathlib import Path

import psycopg2

TABLES = """
drop table if exists song_plays, users, songs, artists, time;
create table users (user_id int primary key, first_name text, last_name text, gender text, level text);
create table artists (artist_id text primary key, name text, location text, latitude float8, longitude float8);
create table songs (song_id text primary key, title text, artist_id text, year int, duration float8);
create table time (start_time timestamp primary key, hour int, day int, week int, month int, year int, weekday int);
create table song_plays (songplay_id serial primary key, start_time timestamp, user_id int, level text, song_id text,
    artist_id text, session_id int, location text, user_agent text);
"""
FIND_SONG = """select song_id, songs.artist_id from songs join artists on artists.artist_id = songs.artist_id
where title = %s and name = %s and abs(duration - %s) < 0.001"""


def load_song(cursor, path):
    song = json.loads(path.read_text())
    cursor.execute("insert into artists values (%s, %s, %s, %s, %s) on conflict do nothing", [
        song[name] for name in ("artist_id", "artist_name", "artist_location", "artist_latitude", "artist_longitude")])
    cursor.execute("insert into songs values (%s, %s, %s, %s, %s) on conflict do nothing", [
        song[name] for name in ("song_id", "title", "artist_id", "year", "duration")])


def load_log(cursor, path):
    for line in path.read_text().splitlines():
        event = json.loads(line)
        if event["page"] != "NextSong":
            continue
        start = datetime.fromtimestamp(event["ts"] / 1000, timezone.utc).replace(tzinfo=None)
        cursor.execute("insert into time values (%s, %s, %s, %s, %s, %s, %s) on conflict do nothing", (
            start, start.hour, start.day, start.isocalendar()[1], start.month, start.year, start.isoweekday() % 7))
        user = event["userId"] or None
        if user:
            cursor.execute("""insert into users values (%s, %s, %s, %s, %s)
                on conflict (user_id) do update set level = excluded.level""", [
                user, event["firstName"], event["lastName"], event["gender"], event["level"]])
        cursor.execute(FIND_SONG, (event["song"], event["artist"], event["length"]))
        song_id, artist_id = cursor.fetchone() or (None, None)
        cursor.execute("""insert into song_plays (start_time, user_id, level, song_id, artist_id, session_id, location,
            user_agent) values (%s, %s, %s, %s, %s, %s, %s, %s)""", (
            start, user, event["level"], song_id, artist_id, event["sessionId"], event["location"], event["userAgent"]))


def main(dsn, log_data, song_data):
    connection = psycopg2.connect(dsn)
    cursor = connection.cursor()
    cursor.execute(TABLES)
    for folder, load in ((song_data, load_song), (log_data, load_log)):
        for path in sorted(Path(folder).rglob("*.json")):
            load(cursor, path)
            connection.commit()


main(*sys.argv[1:])
