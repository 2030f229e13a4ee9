/*
description = "One row per moment at which a song was started (UTC, to the microsecond)."
kind = "dimension"
key  = ["start_time"]

columns = [
    { name = "start_time", type = "timestamp", required = true, description = "The moment (UTC)" },
    { name = "hour",       type = "smallint",  required = true, description = "Hour of the day, 0 to 23" },
    { name = "day",        type = "smallint",  required = true, description = "Day of the month, 1 to 31" },
    { name = "week",       type = "smallint",  required = true, description = "Week of the year, 1 to 53 (ISO 8601: weeks start on Monday, the first holds the year's first Thursday)" },
    { name = "month",      type = "smallint",  required = true, description = "Month, 1 to 12" },
    { name = "year",       type = "smallint",  required = true, description = "Year" },
    { name = "weekday",    type = "smallint",  required = true, description = "Day of the week, 0 (Sunday) to 6 (Saturday)" },
]

[redshift]
distribution = "key(start_time)"
sort_key     = ["start_time"]

[rows]
equal = "select count(distinct ts) from staging.events where same_text(page, 'NextSong')"

[incremental]
by      = "start_time"
inputs  = { events = "ts" }
touched = { events = "select ts from changed.events where same_text(page, 'NextSong')" }

[lineage]
events = "source.ts = traced.start_time and same_text(source.page, 'NextSong')"
*/
with

moments as (
    select distinct ts
    from staging.events
    where same_text(page, 'NextSong')
)

select
    ts as start_time,
    cast(date_field(hour, ts) as smallint) as hour,
    cast(date_field(day, ts) as smallint) as day,
    cast(date_field(week, ts) as smallint) as week,
    cast(date_field(month, ts) as smallint) as month,
    cast(date_field(year, ts) as smallint) as year,
    cast(date_field(dow, ts) as smallint) as weekday
from moments
