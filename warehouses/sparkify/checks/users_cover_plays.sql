/*
title = "The users are those of the plays"
description = "Shows users of plays that the table users lacks, and those it has without a play."
*/
select
    song_plays.user_id,
    cast('lacking' as varchar(16)) as fault
from song_plays
left join users on users.user_id = song_plays.user_id
where users.user_id is null and song_plays.user_id is not null

union

select
    users.user_id,
    cast('without a play' as varchar(16)) as fault
from users
left join song_plays on song_plays.user_id = users.user_id
where song_plays.user_id is null

order by user_id
