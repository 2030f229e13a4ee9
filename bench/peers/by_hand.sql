-- The tables of the built-in warehouse as an engineer would make them by hand with DuckDB's read_json: columns
-- named and typed, nothing inferred, one transaction. It keeps no ledger, no rejects and no place of a record,
-- and takes clean input only.
set preserve_insertion_order = false;
begin transaction;

create schema staging;

create table staging.events as
select
    artist,
    auth,
    "firstName" as first_name,
    gender,
    "itemInSession" as item_in_session,
    "lastName" as last_name,
    length,
    level,
    location,
    method,
    page,
    make_timestamp(cast(registration as bigint) * 1000) as registration,
    "sessionId" as session_id,
    song,
    status,
    make_timestamp(ts * 1000) as ts,
    "userAgent" as user_agent,
    try_cast(nullif("userId", '') as integer) as user_id
from read_json(
    '${LOG_DATA}/**/*.json',
    format = 'newline_delimited',
    columns = {
        artist: 'varchar', auth: 'varchar', firstName: 'varchar', gender: 'varchar', itemInSession: 'integer',
        lastName: 'varchar', length: 'double', level: 'varchar', location: 'varchar', method: 'varchar',
        page: 'varchar', registration: 'double', sessionId: 'integer', song: 'varchar', status: 'integer',
        ts: 'bigint', userAgent: 'varchar', userId: 'varchar'
    }
);

create table staging.songs as
select num_songs, artist_id, artist_latitude, artist_longitude, artist_location, artist_name, song_id, title, duration, year
from read_json(
    '${SONG_DATA}/**/*.json',
    format = 'unstructured',
    columns = {
        num_songs: 'integer', artist_id: 'varchar', artist_latitude: 'double', artist_longitude: 'double',
        artist_location: 'varchar', artist_name: 'varchar', song_id: 'varchar', title: 'varchar',
        duration: 'double', year: 'integer'
    }
);

create table artists as
select
    artist_id,
    artist_name as name,
    case when rtrim(artist_location, ' ') <> '' then artist_location end as location,
    artist_latitude as latitude,
    artist_longitude as longitude
from staging.songs
where artist_id is not null
qualify row_number() over (
    partition by artist_id
    order by
        artist_latitude is null or artist_longitude is null,
        coalesce(rtrim(artist_location, ' '), '') = '',
        nullif(year, 0) desc nulls last, song_id nulls last, num_songs nulls last, artist_latitude nulls last,
        artist_longitude nulls last, artist_location nulls last, artist_name nulls last, title nulls last,
        duration nulls last, year nulls last
) = 1;

create table songs as
select song_id, title, artist_id, nullif(year, 0) as year, duration
from staging.songs
where song_id is not null
qualify row_number() over (
    partition by song_id
    order by
        num_songs nulls last, artist_id nulls last, artist_latitude nulls last, artist_longitude nulls last,
        artist_location nulls last, artist_name nulls last, title nulls last, duration nulls last, year nulls last
) = 1;

create table users as
with latest as (
    select user_id, max(ts) as ts from staging.events where page = 'NextSong' and user_id is not null group by user_id
)
select e.user_id, e.first_name, e.last_name, e.gender, e.level
from staging.events as e
join latest on latest.user_id = e.user_id and latest.ts = e.ts
where e.page = 'NextSong'
qualify row_number() over (
    partition by e.user_id
    order by
        e.session_id desc nulls last, e.item_in_session desc nulls last, e.artist nulls last, e.auth nulls last,
        e.first_name nulls last, e.gender nulls last, e.last_name nulls last, e.length nulls last, e.level nulls last,
        e.location nulls last, e.method nulls last, e.registration nulls last, e.song nulls last,
        e.status nulls last, e.user_agent nulls last
) = 1;

create table time as
select
    ts as start_time,
    cast(extract(hour from ts) as smallint) as hour,
    cast(extract(day from ts) as smallint) as day,
    cast(extract(week from ts) as smallint) as week,
    cast(extract(month from ts) as smallint) as month,
    cast(extract(year from ts) as smallint) as year,
    cast(extract(dow from ts) as smallint) as weekday
from (select distinct ts from staging.events where page = 'NextSong');

create table song_plays as
with
contested as (  -- moments at which a play was logged twice, or its title has two songs: few, and only they need a choice
    select ts from staging.events where page = 'NextSong' group by ts, session_id, item_in_session having count(*) > 1
    union
    select e.ts
    from staging.events as e
    join (
        select rtrim(title, ' ') as title, rtrim(artist_name, ' ') as artist_name
        from staging.songs group by all having count(*) > 1
    ) as n on n.title = rtrim(e.song, ' ') and n.artist_name = rtrim(e.artist, ' ')
    where e.page = 'NextSong'
),
plays as (
    select e.user_id, e.ts, e.session_id, e.item_in_session, e.level, e.location, e.user_agent, s.song_id, s.artist_id
    from staging.events as e
    left join staging.songs as s
        on rtrim(s.title, ' ') = rtrim(e.song, ' ') and rtrim(s.artist_name, ' ') = rtrim(e.artist, ' ')
    where e.page = 'NextSong' and e.ts not in (select ts from contested)
    union all
    (select e.user_id, e.ts, e.session_id, e.item_in_session, e.level, e.location, e.user_agent, s.song_id, s.artist_id
    from staging.events as e
    left join staging.songs as s
        on rtrim(s.title, ' ') = rtrim(e.song, ' ') and rtrim(s.artist_name, ' ') = rtrim(e.artist, ' ')
    where e.page = 'NextSong' and e.ts in (select ts from contested)
    qualify row_number() over (
        partition by e.user_id, e.ts, e.session_id, e.item_in_session
        order by
            e.artist nulls last, e.auth nulls last, e.first_name nulls last, e.gender nulls last, e.last_name nulls last,
            e.length nulls last, e.level nulls last, e.location nulls last, e.method nulls last,
            e.registration nulls last, e.song nulls last, e.status nulls last, e.user_agent nulls last,
            abs(s.duration - e.length) nulls last, s.song_id nulls last, s.artist_id nulls last
    ) = 1)
)
select
    ('0x' || left(md5(
        coalesce(cast(user_id as varchar), '') || '|' || cast(epoch_us(ts) as varchar) || '|'
        || cast(session_id as varchar) || '|' || cast(item_in_session as varchar)
    ), 15))::bigint as songplay_id,
    ts as start_time,
    user_id,
    level,
    song_id,
    artist_id,
    session_id,
    location,
    user_agent
from plays;

commit;
