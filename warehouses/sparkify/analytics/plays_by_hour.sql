/*
title = "Plays by hour of the day"
question = "At which hours of the day (UTC) do users listen?"
chart = { kind = "bar", x = "hour", y = ["plays"] }
*/
select
    "time".hour,
    count(*) as plays,
    count(distinct song_plays.user_id) as listeners
from song_plays
join "time" on "time".start_time = song_plays.start_time
group by "time".hour
order by "time".hour
