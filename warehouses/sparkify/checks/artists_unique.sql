/*
title = "Each artist is one row"
description = "Shows every artist_id that stands more than once in artists."
*/
select artist_id, count(*) as copies
from artists
group by artist_id
having count(*) > 1
order by artist_id
