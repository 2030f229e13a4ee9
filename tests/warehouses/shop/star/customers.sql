/*
description = "One row per customer who ordered, as of the latest order."
kind = "dimension"
key  = ["customer_id"]

columns = [
    { name = "customer_id", type = "bigint",        required = true, description = "Number of the customer" },
    { name = "name",        type = "varchar(1024)",                  description = "Name" },
    { name = "city",        type = "varchar(1024)",                  description = "City of delivery" },
    { name = "country",     type = "varchar(64)",                    description = "Country of delivery" },
]

[redshift]
distribution = "all"
*/
with

candidates as (
    select
        *,
        row_number() over (
            partition by customer_id
            order by
                placed_at desc nulls last, order_id desc nulls last, line_number desc nulls last,
                customer_name nulls last, city nulls last, country nulls last
        ) as choice
    from staging.order_lines
    where customer_id is not null
)

select
    customer_id,
    customer_name as name,
    city,
    country
from candidates
where choice = 1
