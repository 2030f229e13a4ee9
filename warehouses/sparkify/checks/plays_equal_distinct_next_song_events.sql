/*
title = "Every song that was logged as played is one play"
description = "Shows both counts when song_plays has not one row per distinct user, time, session and item with page NextSong."
*/
with

events as (
    select count(*) as plays
    from (
        select distinct user_id, ts, session_id, item_in_session
        from staging.events
        where page = 'NextSong'
    ) as distinct_events
),

star as (
    select count(*) as plays
    from song_plays
)

select
    events.plays as distinct_events,
    star.plays as song_plays
from events
cross join star
where events.plays <> star.plays
