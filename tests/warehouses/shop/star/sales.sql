/*
description = """\
    One row per line of an order. \
    A line that was sent more than once is one row; where its records disagree, the one packed last decides, \
    then their content."""
kind = "fact"
key  = ["order_id", "line_number"]

columns = [
    { name = "order_id",      type = "varchar(64)",   required = true,                                       description = "Number of the order" },
    { name = "line_number",   type = "smallint",      required = true,                                       description = "Line of the order" },
    { name = "sale_id",       type = "bigint",        required = true,                                       description = "A name for the line, made from its key" },
    { name = "placed_at",     type = "timestamp",     required = true,                                       description = "When the order was placed (UTC)" },
    { name = "due_on",        type = "date",                                                                 description = "Day of delivery" },
    { name = "customer_id",   type = "bigint",                         references = "customers.customer_id", description = "Who ordered; null for a guest" },
    { name = "country",       type = "varchar(64)",                                                          description = "Country of delivery" },
    { name = "sku",           type = "varchar(64)",                    references = "products.sku",          description = "What was ordered" },
    { name = "quantity",      type = "integer",                                                              description = "How many were ordered" },
    { name = "amount",        type = "decimal(18,4)",                                                        description = "Price of all of them" },
    { name = "is_gift",       type = "boolean",                                                              description = "Whether it was wrapped" },
    { name = "us_to_payment", type = "bigint",                                                               description = "Microseconds from order to payment; null while it is not paid" },
]

[redshift]
distribution = "key(order_id)"
sort_key     = ["placed_at", "order_id"]
*/
with

candidates as (
    select
        *,
        row_number() over (
            partition by order_id, line_number
            order by
                packed_at desc nulls last,
                placed_at nulls last, paid_at nulls last, due_on nulls last, customer_id nulls last,
                customer_name nulls last, city nulls last, country nulls last, sku nulls last,
                first_tag nulls last, quantity nulls last, unit_price nulls last, is_gift nulls last
        ) as choice
    from staging.order_lines
)

select
    order_id,
    line_number,
    hash_bigint(order_id || '|' || cast(line_number as varchar)) as sale_id,
    placed_at,
    due_on,
    customer_id,
    country,
    sku,
    quantity,
    cast(quantity * unit_price as decimal(18, 4)) as amount,
    is_gift,
    to_epoch_us(paid_at) - to_epoch_us(placed_at) as us_to_payment
from candidates
where choice = 1
