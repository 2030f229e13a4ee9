/*
description = "One row per day (UTC) and country with orders."
kind = "fact"
key  = ["day", "country"]

columns = [
    { name = "day",         type = "date",          required = true, description = "Day on which the orders were placed" },
    { name = "country",     type = "varchar(64)",   required = true, description = "Country of delivery; unknown when no record says" },
    { name = "orders",      type = "bigint",        required = true, description = "Number of orders" },
    { name = "heaviest_kg", type = "double",                         description = "Weight of the heaviest product" },
    { name = "revenue",     type = "decimal(18,4)",                  description = "Price of all that was ordered" },
]

[lineage]
sales = "cast(source.placed_at as date) = traced.day and coalesce(source.country, 'unknown') = traced.country"
*/
select
    cast(sales.placed_at as date) as day,
    coalesce(sales.country, 'unknown') as country,
    count(distinct sales.order_id) as orders,
    max(products.weight_kg) as heaviest_kg,
    cast(sum(sales.amount) as decimal(18, 4)) as revenue
from sales
left join products on products.sku = sales.sku
group by cast(sales.placed_at as date), coalesce(sales.country, 'unknown')
