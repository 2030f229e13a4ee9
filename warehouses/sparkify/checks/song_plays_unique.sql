/*
title = "Each play is one row"
description = "Shows every songplay_id that stands more than once in song_plays."
*/
select songplay_id, count(*) as copies
from song_plays
group by songplay_id
having count(*) > 1
order by songplay_id
