-- The tables of the built-in warehouse as an engineer would make them by hand in PostgreSQL: raw lines go into a jsonb
-- column by COPY, SQL makes typed tables of them, and SQL makes the star of these, in one transaction. It keeps no
-- ledger, no rejects and no place of a record, and takes clean input only.
-- usage: LOG_DATA=FOLDER SONG_DATA=FOLDER psql --file by_hand_postgres.sql; prints when it got where.
set timezone to 'UTC';
set client_min_messages to warning;
set work_mem to '256MB';
set maintenance_work_mem to '256MB';
begin;
select 'began', extract(epoch from clock_timestamp());

create temp table raw_events (doc jsonb);
create temp table raw_songs (doc jsonb);
-- As CSV with a quote and a delimiter that JSON cannot hold, a line is one value, backslashes and all.
\copy raw_events from program 'find "$LOG_DATA" -name ''*.json'' -exec awk 1 {} +' with (format csv, quote e'\x01', delimiter e'\x02')
\copy raw_songs from program 'find "$SONG_DATA" -name ''*.json'' -exec awk 1 {} +' with (format csv, quote e'\x01', delimiter e'\x02')
select 'copied', extract(epoch from clock_timestamp());

create schema staging;

create table staging.events as
select
    doc ->> 'artist' as artist,
    doc ->> 'auth' as auth,
    doc ->> 'firstName' as first_name,
    doc ->> 'gender' as gender,
    cast(doc ->> 'itemInSession' as integer) as item_in_session,
    doc ->> 'lastName' as last_name,
    cast(doc ->> 'length' as double precision) as length,
    doc ->> 'level' as level,
    doc ->> 'location' as location,
    doc ->> 'method' as method,
    doc ->> 'page' as page,
    timestamp 'epoch' + cast(cast(doc ->> 'registration' as numeric) as bigint) * interval '1 millisecond' as registration,
    cast(doc ->> 'sessionId' as integer) as session_id,
    doc ->> 'song' as song,
    cast(doc ->> 'status' as integer) as status,
    timestamp 'epoch' + cast(doc ->> 'ts' as bigint) * interval '1 millisecond' as ts,
    doc ->> 'userAgent' as user_agent,
    cast(nullif(doc ->> 'userId', '') as integer) as user_id
from raw_events;

create table staging.songs as
select
    cast(doc ->> 'num_songs' as integer) as num_songs,
    doc ->> 'artist_id' as artist_id,
    cast(doc ->> 'artist_latitude' as double precision) as artist_latitude,
    cast(doc ->> 'artist_longitude' as double precision) as artist_longitude,
    doc ->> 'artist_location' as artist_location,
    doc ->> 'artist_name' as artist_name,
    doc ->> 'song_id' as song_id,
    doc ->> 'title' as title,
    cast(doc ->> 'duration' as double precision) as duration,
    cast(doc ->> 'year' as integer) as year
from raw_songs;

analyze staging.events;
analyze staging.songs;
select 'staged', extract(epoch from clock_timestamp());

create table artists as
select distinct on (artist_id)
    artist_id,
    artist_name as name,
    case when rtrim(artist_location, ' ') <> '' then artist_location end as location,
    artist_latitude as latitude,
    artist_longitude as longitude
from staging.songs
where artist_id is not null
order by
    artist_id, artist_latitude is null or artist_longitude is null, coalesce(rtrim(artist_location, ' '), '') = '',
    nullif(year, 0) desc nulls last, song_id, num_songs, artist_latitude, artist_longitude, artist_location,
    artist_name, title, duration, year;
alter table artists add primary key (artist_id);

create table songs as
select distinct on (song_id) song_id, title, artist_id, nullif(year, 0) as year, duration
from staging.songs
where song_id is not null
order by
    song_id, num_songs, artist_id, artist_latitude, artist_longitude, artist_location, artist_name, title, duration, year;
alter table songs add primary key (song_id);

create table users as
with latest as (
    select user_id, max(ts) as ts from staging.events where page = 'NextSong' and user_id is not null group by user_id
)
select distinct on (e.user_id) e.user_id, e.first_name, e.last_name, e.gender, e.level
from staging.events as e
join latest on latest.user_id = e.user_id and latest.ts = e.ts
where e.page = 'NextSong'
order by
    e.user_id, e.session_id desc nulls last, e.item_in_session desc nulls last, e.artist, e.auth, e.first_name, e.gender,
    e.last_name, e.length, e.level, e.location, e.method, e.registration, e.song, e.status, e.user_agent;
alter table users add primary key (user_id);

create table time as
select
    ts as start_time,
    cast(extract(hour from ts) as smallint) as hour,
    cast(extract(day from ts) as smallint) as day,
    cast(extract(week from ts) as smallint) as week,
    cast(extract(month from ts) as smallint) as month,
    cast(extract(year from ts) as smallint) as year,
    cast(extract(dow from ts) as smallint) as weekday
from (select distinct ts from staging.events where page = 'NextSong') as moments;
alter table time add primary key (start_time);

create table song_plays as
select distinct on (e.user_id, e.ts, e.session_id, e.item_in_session)
    cast(cast('x0' || left(md5(
        coalesce(cast(e.user_id as varchar), '') || '|' || cast(cast(extract(epoch from e.ts) * 1000000 as bigint) as varchar)
        || '|' || cast(e.session_id as varchar) || '|' || cast(e.item_in_session as varchar)
    ), 15) as bit(64)) as bigint) as songplay_id,
    e.ts as start_time,
    e.user_id,
    e.level,
    s.song_id,
    s.artist_id,
    e.session_id,
    e.location,
    e.user_agent
from staging.events as e
left join staging.songs as s
    on rtrim(s.title, ' ') = rtrim(e.song, ' ') and rtrim(s.artist_name, ' ') = rtrim(e.artist, ' ')
where e.page = 'NextSong'
order by
    e.user_id, e.ts, e.session_id, e.item_in_session, e.artist, e.auth, e.first_name, e.gender, e.last_name, e.length,
    e.level, e.location, e.method, e.registration, e.song, e.status, e.user_agent, abs(s.duration - e.length),
    s.song_id, s.artist_id;
alter table song_plays add primary key (songplay_id);

commit;
select 'done', extract(epoch from clock_timestamp());
