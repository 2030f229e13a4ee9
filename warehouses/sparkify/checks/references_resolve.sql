/*
title = "Songs and artists that are referred to exist"
description = "Shows every song and artist that a play or a song refers to and its table lacks, with the number of rows that do."
*/
select
    cast('song_plays.song_id' as varchar(32)) as reference,
    song_plays.song_id as missing,
    count(*) as row_count
from song_plays
left join songs on songs.song_id = song_plays.song_id
where song_plays.song_id is not null and songs.song_id is null
group by song_plays.song_id

union all

select
    cast('song_plays.artist_id' as varchar(32)) as reference,
    song_plays.artist_id as missing,
    count(*) as row_count
from song_plays
left join artists on artists.artist_id = song_plays.artist_id
where song_plays.artist_id is not null and artists.artist_id is null
group by song_plays.artist_id

union all

select
    cast('songs.artist_id' as varchar(32)) as reference,
    songs.artist_id as missing,
    count(*) as row_count
from songs
left join artists on artists.artist_id = songs.artist_id
where songs.artist_id is not null and artists.artist_id is null
group by songs.artist_id

order by reference, missing
