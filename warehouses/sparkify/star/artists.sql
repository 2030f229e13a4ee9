/*
description = """\
    One row per artist of the catalogue. \
    Whatever spellings the artist's songs carry, the row is taken whole from one of their records: those with \
    coordinates go before those without, then those with a location, then the newest song, then the smallest \
    song_id."""
kind = "dimension"
key  = ["artist_id"]

columns = [
    { name = "artist_id", type = "varchar(64)",   required = true, description = "The catalogue's name of the artist" },
    { name = "name",      type = "varchar(1024)",                  description = "The artist's name" },
    { name = "location",  type = "varchar(1024)",                  description = "Where the artist is from, in words; null when it is not known" },
    { name = "latitude",  type = "double",                         description = "Where the artist is from, in degrees north" },
    { name = "longitude", type = "double",                         description = "Where the artist is from, in degrees east" },
]

[redshift]
distribution = "all"
sort_key     = ["artist_id"]

[rows]
equal = "select count(distinct artist_id) from staging.songs"

[incremental]
by      = "artist_id"
inputs  = { songs = "artist_id" }
touched = { songs = "select artist_id from changed.songs where artist_id is not null" }
*/
with

records as (
    select
        *,
        case when rtrim(artist_location, ' ') <> '' then artist_location end as location,
        case when artist_latitude is not null and artist_longitude is not null then 0 else 1 end as lacks_coordinates
    from staging.songs
    where artist_id is not null
),

candidates as (
    select
        artist_id,
        artist_name,
        location,
        artist_latitude,
        artist_longitude,
        row_number() over (
            partition by artist_id
            order by
                lacks_coordinates,
                case when location is null then 1 else 0 end,
                nullif(year, 0) desc nulls last,
                song_id nulls last,
                num_songs nulls last, artist_latitude nulls last, artist_longitude nulls last,
                artist_location nulls last, artist_name nulls last, title nulls last, duration nulls last,
                year nulls last
        ) as choice
    from records
)

select
    artist_id,
    artist_name as name,
    location,
    artist_latitude as latitude,
    artist_longitude as longitude
from candidates
where choice = 1
