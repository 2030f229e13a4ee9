/*
title = "Listening by platform"
question = "On which systems do users listen, and what share of all plays is theirs?"
description = "Told by the name in the user agent; what names itself otherwise, or not at all, is other."
chart = { kind = "bar", x = "platform", y = ["plays"] }
*/
with

plays as (
    select
        case
            when user_agent like '%Windows%' then 'Windows'
            when user_agent like '%iPhone%' or user_agent like '%iPod%' then 'iPhone'
            when user_agent like '%iPad%' then 'iPad'
            when user_agent like '%Macintosh%' then 'Mac'
            when user_agent like '%Android%' then 'Android'
            when user_agent like '%Linux%' or user_agent like '%X11%' then 'Linux'
            else 'other'
        end as platform,
        user_agent,
        user_id
    from song_plays
),

total as (
    select count(*) as plays
    from song_plays
)

select
    plays.platform,
    count(*) as plays,
    count(distinct plays.user_id) as listeners,
    cast(
        floor(cast(count(*) * 1000 as double precision) / total.plays + 0.5) / 10
        as decimal(4, 1)
    ) as percent_of_plays
from plays
cross join total
group by plays.platform, total.plays
order by plays desc, min(plays.user_agent) nulls last  -- a literal would sort by the database's collation
