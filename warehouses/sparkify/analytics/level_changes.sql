/*
title = "Users who changed level"
question = "Which users went from free to paid or back, how often, and when?"
description = "A change is a play on another level than the user's play before it. Times are UTC."
*/
with

steps as (
    select
        user_id,
        start_time,
        level,
        lag(level) over (partition by user_id order by start_time, songplay_id) as level_before
    from song_plays
    where user_id is not null and level is not null
),

changes as (
    select
        user_id,
        count(case when level = 'paid' then 1 end) as times_to_paid,
        count(case when level = 'free' then 1 end) as times_to_free,
        count(*) as changes,
        min(start_time) as first_change,
        max(start_time) as last_change
    from steps
    where level_before is not null and level_before <> level
    group by user_id
)

select
    users.user_id,
    users.first_name,
    users.last_name,
    changes.times_to_paid,
    changes.times_to_free,
    changes.first_change,
    changes.last_change,
    users.level as level_now
from changes
join users on users.user_id = changes.user_id
order by changes.changes desc, changes.first_change, users.user_id
