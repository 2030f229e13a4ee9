/*
description = """\
    One row per song that a user played. \
    A play is an event with page NextSong, known by its user, time, session and item in session; one that was \
    logged more than once is one play, and where its records disagree their content decides. The song is the \
    one of the catalogue with the same title and artist name (trailing blanks aside) whose length is nearest to \
    what was played; without such a song, song and artist are null."""
kind = "fact"
key  = ["songplay_id"]

columns = [
    { name = "songplay_id", type = "bigint",        required = true,                                   description = "A name for the play, made from user, time, session and item alone: 60 bits of their MD5, no count and no order" },
    { name = "start_time",  type = "timestamp",     required = true, references = "time.start_time",   description = "When the song was started (UTC)" },
    { name = "user_id",     type = "integer",                        references = "users.user_id",     description = "Who played it; null when the log does not say" },
    { name = "level",       type = "varchar(64)",                    accepted = ["free", "paid"],      description = "The user's subscription when the song was played: free or paid" },
    { name = "song_id",     type = "varchar(64)",                    references = "songs.song_id",     description = "The song; null when the catalogue has no such song" },
    { name = "artist_id",   type = "varchar(64)",                    references = "artists.artist_id", description = "The song's artist; null when the catalogue has no such song" },
    { name = "session_id",  type = "integer",       required = true,                                   description = "The session in which it was played" },
    { name = "location",    type = "varchar(1024)",                                                    description = "Where the user was" },
    { name = "user_agent",  type = "varchar(1024)",                                                    description = "The user's browser, as it names itself" },
]

[redshift]
distribution = "key(start_time)"
sort_key     = ["start_time"]
primary_key  = false  # among a billion plays two share a hash

[rows]
equal = """
select count(*)
from (
    select distinct user_id, ts, session_id, item_in_session
    from staging.events
    where same_text(page, 'NextSong')
) as plays"""

[incremental]
by     = "start_time"
inputs = { events = "ts" }

[incremental.touched]
events = "select ts from changed.events where same_text(page, 'NextSong')"
songs  = """
select e.ts
from staging.events as e
join changed.songs as s
    on rtrim(s.title, ' ') = rtrim(e.song, ' ')
    and rtrim(s.artist_name, ' ') = rtrim(e.artist, ' ')
where same_text(e.page, 'NextSong')"""

[lineage]
events = """
same_text(source.page, 'NextSong') and source.ts = traced.start_time and source.session_id = traced.session_id
    and coalesce(source.user_id, -1) = coalesce(traced.user_id, -1)
    and hash_bigint(
        coalesce(cast(source.user_id as varchar), '')
        || '|' || cast(to_epoch_us(source.ts) as varchar)
        || '|' || cast(source.session_id as varchar)
        || '|' || cast(source.item_in_session as varchar)
    ) = traced.songplay_id"""
songs  = "source.song_id = traced.song_id"
*/
with

repeated as (  -- what was logged more than once
    select ts
    from staging.events
    where same_text(page, 'NextSong')
    group by ts, session_id, item_in_session
    having count(*) > 1
),

played_songs as (  -- songs with a title that was played: few of a large catalogue, when few plays are made anew
    select rtrim(title, ' ') as title, rtrim(artist_name, ' ') as artist_name, song_id, artist_id, duration
    from staging.songs
    where rtrim(title, ' ') in (select rtrim(song, ' ') from staging.events where same_text(page, 'NextSong'))
),

namesakes as (  -- those that share title and artist name with another
    select title, artist_name
    from played_songs
    group by title, artist_name
    having count(*) > 1
),

contested as (  -- times when one has to be chosen; one column, for of three an engine cannot tell how many rows they join
    select ts
    from repeated
    union
    select e.ts
    from staging.events as e
    join namesakes as n
        on n.title = rtrim(e.song, ' ')
        and n.artist_name = rtrim(e.artist, ' ')
    where same_text(e.page, 'NextSong')
),

uncontested as (  -- as it stands, which is nearly everything
    select
        e.user_id, e.ts, e.session_id, e.item_in_session, e.level, e.location, e.user_agent,
        s.song_id, s.artist_id
    from staging.events as e
    left join played_songs as s
        on s.title = rtrim(e.song, ' ')
        and s.artist_name = rtrim(e.artist, ' ')
    left join contested as c
        on c.ts = e.ts
    where same_text(e.page, 'NextSong') and c.ts is null
),

candidates as (  -- every record of a play of such a time with every song that it may be, the right one first
    select
        e.user_id, e.ts, e.session_id, e.item_in_session, e.level, e.location, e.user_agent,
        s.song_id, s.artist_id,
        row_number() over (
            partition by e.user_id, e.ts, e.session_id, e.item_in_session
            order by
                e.artist nulls last, e.auth nulls last, e.first_name nulls last, e.gender nulls last,
                e.last_name nulls last, e.length nulls last, e.level nulls last, e.location nulls last,
                e.method nulls last, e.registration nulls last, e.song nulls last, e.status nulls last,
                e.user_agent nulls last,
                abs(s.duration - e.length) nulls last, s.song_id nulls last, s.artist_id nulls last
        ) as choice
    from (
        select *
        from staging.events
        where same_text(page, 'NextSong') and ts in (select ts from contested)
    ) as e
    left join played_songs as s
        on s.title = rtrim(e.song, ' ')
        and s.artist_name = rtrim(e.artist, ' ')
),

plays as (
    select user_id, ts, session_id, item_in_session, level, location, user_agent, song_id, artist_id
    from uncontested
    union all
    select user_id, ts, session_id, item_in_session, level, location, user_agent, song_id, artist_id
    from candidates
    where choice = 1
)

select
    hash_bigint(
        coalesce(cast(user_id as varchar), '')
        || '|' || cast(to_epoch_us(ts) as varchar)
        || '|' || cast(session_id as varchar)
        || '|' || cast(item_in_session as varchar)
    ) as songplay_id,
    ts as start_time,
    user_id,
    level,
    song_id,
    artist_id,
    session_id,
    location,
    user_agent
from plays
