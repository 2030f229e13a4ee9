/*
title = "Most played artists"
question = "Which artists of the catalogue were played most, with how many of their songs, and by how many users?"
chart = { kind = "bar", x = "artist", y = ["plays"] }
*/
select
    artists.name as artist,
    artists.location,
    count(*) as plays,
    count(distinct song_plays.song_id) as songs,
    count(distinct song_plays.user_id) as listeners
from song_plays
join artists on artists.artist_id = song_plays.artist_id
group by artists.artist_id, artists.name, artists.location
order by plays desc, listeners desc, artists.artist_id
limit 20
