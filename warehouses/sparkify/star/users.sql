/*
description = """\
    One row per user who played at least one song. \
    It shows the user as of the latest play; of plays at the same time, the one with the greatest session and \
    then item in session is the latest."""
kind = "dimension"
key  = ["user_id"]

columns = [
    { name = "user_id",    type = "integer",       required = true,             description = "Number of the user" },
    { name = "first_name", type = "varchar(1024)",                              description = "First name" },
    { name = "last_name",  type = "varchar(1024)",                              description = "Last name" },
    { name = "gender",     type = "varchar(64)",                                description = "Gender as the service knows it" },
    { name = "level",      type = "varchar(64)",   accepted = ["free", "paid"], description = "Subscription at the latest play: free or paid" },
]

[redshift]
distribution = "all"
sort_key     = ["user_id"]

[rows]
equal = "select count(distinct user_id) from staging.events where same_text(page, 'NextSong')"

[incremental]
by      = "user_id"
inputs  = { events = "user_id" }
touched = { events = "select user_id from changed.events where same_text(page, 'NextSong') and user_id is not null" }

[lineage]
events = "source.user_id = traced.user_id and same_text(source.page, 'NextSong')"
*/
with

latest as (
    select user_id, max(ts) as ts
    from staging.events
    where same_text(page, 'NextSong') and user_id is not null
    group by user_id
),

candidates as (
    select
        e.user_id,
        e.first_name,
        e.last_name,
        e.gender,
        e.level,
        row_number() over (
            partition by e.user_id
            order by
                e.session_id desc nulls last, e.item_in_session desc nulls last,
                e.artist nulls last, e.auth nulls last, e.first_name nulls last, e.gender nulls last,
                e.last_name nulls last, e.length nulls last, e.level nulls last, e.location nulls last,
                e.method nulls last, e.registration nulls last, e.song nulls last, e.status nulls last,
                e.user_agent nulls last
        ) as choice
    from staging.events as e
    join latest on latest.user_id = e.user_id and latest.ts = e.ts
    where same_text(e.page, 'NextSong')
)

select user_id, first_name, last_name, gender, level
from candidates
where choice = 1
