/*
title = "Match rate"
question = "What share of each month's plays is of a song that the catalogue has?"
description = "Months are of UTC and named by their first day."
chart = { kind = "bar", x = "month_start", y = ["matched_percent"] }
*/
with

months as (
    select
        cast(date_trunc('month', start_time) as date) as month_start,
        count(*) as plays,
        count(song_id) as matched_plays
    from song_plays
    group by cast(date_trunc('month', start_time) as date)
)

select
    month_start,
    plays,
    matched_plays,
    cast(floor(cast(matched_plays * 1000 as double precision) / plays + 0.5) / 10 as decimal(4, 1)) as matched_percent
from months
order by month_start
