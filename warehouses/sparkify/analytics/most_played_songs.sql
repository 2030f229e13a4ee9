/*
title = "Most played songs"
question = "Which songs of the catalogue were played most, and by how many users?"
chart = { kind = "bar", x = "title", y = ["plays"] }
*/
select
    songs.title,
    artists.name as artist,
    count(*) as plays,
    count(distinct song_plays.user_id) as listeners
from song_plays
join songs on songs.song_id = song_plays.song_id
left join artists on artists.artist_id = songs.artist_id
group by songs.song_id, songs.title, artists.name
order by plays desc, listeners desc, songs.song_id
limit 20
