/*
description = "One row per song of the catalogue. Where records of one song disagree, their content decides."
kind = "dimension"
key  = ["song_id"]

columns = [
    { name = "song_id",   type = "varchar(64)",   required = true,                                   description = "The catalogue's name of the song" },
    { name = "title",     type = "varchar(1024)",                                                    description = "Title" },
    { name = "artist_id", type = "varchar(64)",                    references = "artists.artist_id", description = "Who plays it" },
    { name = "year",      type = "integer",                                                          description = "Year the song came out; null when it is not known" },
    { name = "duration",  type = "double",                                                           description = "Length in seconds" },
]

[redshift]
distribution = "all"
sort_key     = ["song_id"]

[rows]
equal = "select count(distinct song_id) from staging.songs"

[incremental]
by      = "song_id"
inputs  = { songs = "song_id" }
touched = { songs = "select song_id from changed.songs where song_id is not null" }
*/
with

candidates as (
    select
        song_id,
        title,
        artist_id,
        year,
        duration,
        row_number() over (
            partition by song_id
            order by
                num_songs nulls last, artist_id nulls last, artist_latitude nulls last,
                artist_longitude nulls last, artist_location nulls last, artist_name nulls last,
                title nulls last, duration nulls last, year nulls last
        ) as choice
    from staging.songs
    where song_id is not null
)

select
    song_id,
    title,
    artist_id,
    nullif(year, 0) as year,
    duration
from candidates
where choice = 1
