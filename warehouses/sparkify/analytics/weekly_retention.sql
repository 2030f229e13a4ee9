/*
title = "Weekly retention"
question = "Of the users who once began to listen, what share listens again so many weeks later?"
description = """\
    Weeks are of UTC and begin on Monday; a user begins in the week of the first play. \
    Only users whose week so many weeks later has come, by the latest play, are counted as users."""
chart = { kind = "line", x = "weeks_later", y = ["percent_listening"] }
*/
with

weeks as (
    select distinct user_id, date_trunc('week', start_time) as week_start
    from song_plays
    where user_id is not null
),

beginnings as (
    select user_id, min(week_start) as first_week
    from weeks
    group by user_id
),

latest as (
    select max(week_start) as last_week
    from weeks
),

distances as (
    select 0 as weeks_later
    union all select 1
    union all select 2
    union all select 3
    union all select 4
    union all select 5
    union all select 6
    union all select 7
    union all select 8
    union all select 9
    union all select 10
    union all select 11
    union all select 12
),

users_by_distance as (
    select distances.weeks_later, count(*) as users
    from distances
    cross join beginnings
    cross join latest
    where to_epoch_us(latest.last_week) - to_epoch_us(beginnings.first_week)
        >= distances.weeks_later * cast(604800000000 as bigint)
    group by distances.weeks_later
),

listeners_by_distance as (
    select
        cast((to_epoch_us(weeks.week_start) - to_epoch_us(beginnings.first_week)) / 604800000000 as integer)
            as weeks_later,
        count(*) as listeners
    from weeks
    join beginnings on beginnings.user_id = weeks.user_id
    group by cast((to_epoch_us(weeks.week_start) - to_epoch_us(beginnings.first_week)) / 604800000000 as integer)
)

select
    users_by_distance.weeks_later,
    users_by_distance.users,
    coalesce(listeners_by_distance.listeners, 0) as listeners,
    cast(
        floor(
            cast(coalesce(listeners_by_distance.listeners, 0) * 1000 as double precision) / users_by_distance.users + 0.5
        ) / 10
        as decimal(4, 1)
    ) as percent_listening
from users_by_distance
left join listeners_by_distance on listeners_by_distance.weeks_later = users_by_distance.weeks_later
order by users_by_distance.weeks_later
