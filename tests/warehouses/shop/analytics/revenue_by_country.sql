/*
title = "Revenue by country"
description = "How much was ordered to each country?"
*/
select
    country,
    cast(sum(orders) as bigint) as orders,
    cast(sum(revenue) as decimal(18, 4)) as revenue
from daily_sales
group by country
order by revenue desc nulls last, country
