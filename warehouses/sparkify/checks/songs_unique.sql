/*
title = "Each song is one row"
description = "Shows every song_id that stands more than once in songs."
*/
select song_id, count(*) as copies
from songs
group by song_id
having count(*) > 1
order by song_id
