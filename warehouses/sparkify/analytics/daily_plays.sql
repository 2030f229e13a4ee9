/*
title = "Daily plays"
question = "How many songs were played each day (UTC), by how many users, and what is the mean of the seven days that end there?"
description = "A day without plays counts as 0 in the mean and has no row; the mean starts on the seventh day."
chart = { kind = "line", x = "play_date", y = ["plays", "mean_of_7_days"] }
*/
with

days as (
    select
        cast(start_time as date) as play_date,
        count(*) as plays,
        count(distinct user_id) as listeners,
        count(distinct session_id) as sessions
    from song_plays
    group by cast(start_time as date)
),

first_day as (
    select min(play_date) as play_date
    from days
)

select
    days.play_date,
    days.plays,
    days.listeners,
    days.sessions,
    case
        when days.play_date >= first_day.play_date + 6
            then cast(floor(cast(sum(recent.plays) * 10 as double precision) / 7 + 0.5) / 10 as decimal(14, 1))
    end as mean_of_7_days
from days
cross join first_day
join days as recent on recent.play_date between days.play_date - 6 and days.play_date
group by days.play_date, days.plays, days.listeners, days.sessions, first_day.play_date
order by days.play_date
