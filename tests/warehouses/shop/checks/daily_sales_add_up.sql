/*
title = "Daily sales add up"
description = "Shows both sums when the revenue of all days is not that of all sales."
*/
with

days as (
    select cast(sum(revenue) as decimal(18, 4)) as revenue
    from daily_sales
),

lines as (
    select cast(sum(amount) as decimal(18, 4)) as revenue
    from sales
)

select
    days.revenue as daily_sales,
    lines.revenue as sales
from days
cross join lines
where days.revenue <> lines.revenue
