-- An order-free digest of every star table: two databases with the same answer hold the same rows.
select 'artists' as name, count(*), sum(hashtextextended(r::text, 0))
from (select artist_id, name, location, latitude, longitude from artists) as r
union all
select 'song_plays' as name, count(*), sum(hashtextextended(r::text, 0))
from (select songplay_id, start_time, user_id, level, song_id, artist_id, session_id, location, user_agent from song_plays) as r
union all
select 'songs' as name, count(*), sum(hashtextextended(r::text, 0))
from (select song_id, title, artist_id, year, duration from songs) as r
union all
select 'time' as name, count(*), sum(hashtextextended(r::text, 0))
from (select start_time, hour, day, week, month, year, weekday from time) as r
union all
select 'users' as name, count(*), sum(hashtextextended(r::text, 0))
from (select user_id, first_name, last_name, gender, level from users) as r
order by name;
