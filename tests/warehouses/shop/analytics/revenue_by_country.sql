/*
title = "Revenue by country"
question = "How much was ordered to each country?"
chart = { kind = "bar", x = "country", y = ["revenue"] }
*/
select
    country,
    cast(sum(orders) as bigint) as orders,
    cast(sum(revenue) as decimal(18, 4)) as revenue
from daily_sales
group by country
order by revenue desc nulls last, country
