/*
title = "Top locations"
question = "Where are the users who listen most, and what share of all plays is theirs?"
chart = { kind = "bar", x = "location", y = ["plays"] }
*/
with

total as (
    select count(*) as plays
    from song_plays
)

select
    song_plays.location,
    count(*) as plays,
    count(distinct song_plays.user_id) as listeners,
    cast(
        floor(cast(count(*) * 1000 as double precision) / total.plays + 0.5) / 10
        as decimal(4, 1)
    ) as percent_of_plays
from song_plays
cross join total
group by song_plays.location, total.plays
order by plays desc, listeners desc, song_plays.location nulls last
limit 20
