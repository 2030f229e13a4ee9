/*
title = "Listening by browser"
question = "With which browsers do users listen, and what share of all plays is theirs?"
description = "Told by the name in the user agent; what names itself otherwise, or not at all, is other."
chart = { kind = "bar", x = "browser", y = ["plays"] }
*/
with

plays as (
    select
        case
            when user_agent like '%Edge/%' or user_agent like '%Edg/%' then 'Edge'
            when user_agent like '%OPR/%' or user_agent like '%Opera%' then 'Opera'
            when user_agent like '%Chrome/%' or user_agent like '%CriOS/%' then 'Chrome'
            when user_agent like '%Firefox/%' or user_agent like '%FxiOS/%' then 'Firefox'
            when user_agent like '%MSIE %' or user_agent like '%Trident/%' then 'Internet Explorer'
            when user_agent like '%Safari/%' or user_agent like '%iPhone%' or user_agent like '%iPad%' then 'Safari'
            else 'other'
        end as browser,
        user_agent,
        user_id
    from song_plays
),

total as (
    select count(*) as plays
    from song_plays
)

select
    plays.browser,
    count(*) as plays,
    count(distinct plays.user_id) as listeners,
    cast(
        floor(cast(count(*) * 1000 as double precision) / total.plays + 0.5) / 10
        as decimal(4, 1)
    ) as percent_of_plays
from plays
cross join total
group by plays.browser, total.plays
order by plays desc, min(plays.user_agent) nulls last  -- a literal would sort by the database's collation
