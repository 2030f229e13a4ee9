/*
title = "Sessions"
question = "How many songs are played in a session, and how long is it?"
description = "A session is what one user plays under one session number; it lasts from its first to its last play."
chart = { kind = "bar", x = "plays_in_session", y = ["sessions"] }
*/
with

sessions as (
    select
        session_id,
        user_id,
        count(*) as plays,
        to_epoch_us(max(start_time)) - to_epoch_us(min(start_time)) as length_us
    from song_plays
    group by session_id, user_id
),

sized as (
    select
        case
            when plays = 1 then 1
            when plays <= 5 then 2
            when plays <= 10 then 3
            when plays <= 20 then 4
            when plays <= 50 then 5
            else 6
        end as size_class,
        plays,
        length_us
    from sessions
)

select
    case size_class
        when 1 then '1'
        when 2 then '2 to 5'
        when 3 then '6 to 10'
        when 4 then '11 to 20'
        when 5 then '21 to 50'
        when 6 then 'more than 50'
    end as plays_in_session,
    count(*) as sessions,
    cast(sum(plays) as bigint) as plays,
    cast(
        floor(cast(sum(length_us) as double precision) / count(*) / 6000000 + 0.5) / 10
        as decimal(14, 1)
    ) as mean_minutes,
    cast(floor(cast(max(length_us) as double precision) / 6000000 + 0.5) / 10 as decimal(14, 1)) as longest_minutes
from sized
group by size_class
order by size_class
