/*
title = "Plays by weekday"
question = "On which days of the week (UTC) do users listen, and how much on one such day?"
description = "Only days with plays are counted as days."
chart = { kind = "bar", x = "name", y = ["plays_per_day"] }
*/
with

by_weekday as (
    select
        "time".weekday,
        count(*) as plays,
        count(distinct cast(song_plays.start_time as date)) as days
    from song_plays
    join "time" on "time".start_time = song_plays.start_time
    group by "time".weekday
)

select
    weekday,
    case weekday
        when 0 then 'Sunday'
        when 1 then 'Monday'
        when 2 then 'Tuesday'
        when 3 then 'Wednesday'
        when 4 then 'Thursday'
        when 5 then 'Friday'
        when 6 then 'Saturday'
    end as name,
    plays,
    days,
    cast(floor(cast(plays * 10 as double precision) / days + 0.5) / 10 as decimal(14, 1)) as plays_per_day
from by_weekday
order by weekday
