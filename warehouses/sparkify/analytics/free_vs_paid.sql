/*
title = "Free against paid"
question = "How much do free and paid users listen each week, and what is the share of paid plays?"
description = "Weeks are of UTC and named by their Monday."
chart = { kind = "line", x = "week_start", y = ["free_plays", "paid_plays"] }
*/
with

weeks as (
    select
        cast(date_trunc('week', start_time) as date) as week_start,
        count(case when level = 'free' then 1 end) as free_plays,
        count(case when level = 'paid' then 1 end) as paid_plays,
        count(distinct case when level = 'free' then user_id end) as free_listeners,
        count(distinct case when level = 'paid' then user_id end) as paid_listeners
    from song_plays
    group by cast(date_trunc('week', start_time) as date)
)

select
    week_start,
    free_plays,
    paid_plays,
    free_listeners,
    paid_listeners,
    cast(
        floor(cast(paid_plays * 1000 as double precision) / nullif(free_plays + paid_plays, 0) + 0.5) / 10
        as decimal(4, 1)
    ) as paid_percent
from weeks
order by week_start
