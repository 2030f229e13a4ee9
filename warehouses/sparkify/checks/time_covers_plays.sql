/*
title = "The moments are those of the plays"
description = "Shows start times of plays that the table time lacks, and those it has without a play."
*/
select
    song_plays.start_time,
    cast('lacking' as varchar(16)) as fault
from song_plays
left join "time" on "time".start_time = song_plays.start_time
where "time".start_time is null

union

select
    "time".start_time,
    cast('without a play' as varchar(16)) as fault
from "time"
left join song_plays on song_plays.start_time = "time".start_time
where song_plays.start_time is null

order by start_time
