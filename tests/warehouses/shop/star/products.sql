/*
description = """\
    One row per product that is listed or was ordered. \
    A product that was ordered but is not listed has no more than its sku."""
kind = "dimension"
key  = ["sku"]

columns = [
    { name = "sku",         type = "varchar(64)",   required = true, description = "Number of the product" },
    { name = "name",        type = "varchar(1024)",                  description = "Name of the product" },
    { name = "list_price",  type = "decimal(10,2)",                  description = "Price before any discount" },
    { name = "weight_kg",   type = "double",                         description = "Weight in kilograms" },
    { name = "is_active",   type = "boolean",                        description = "Whether it is sold" },
    { name = "released_on", type = "date",                           description = "Day of the first sale" },
]

[redshift]
distribution = "all"
sort_key     = ["sku"]
*/
with

skus as (
    select sku from staging.products
    union
    select sku from staging.order_lines where sku is not null
),

candidates as (
    select
        *,
        row_number() over (
            partition by sku
            order by
                released_on desc nulls last, name nulls last, list_price nulls last, weight_kg nulls last,
                is_active nulls last
        ) as choice
    from staging.products
)

select
    skus.sku,
    candidates.name,
    candidates.list_price,
    candidates.weight_kg,
    candidates.is_active,
    candidates.released_on
from skus
left join candidates on candidates.sku = skus.sku and candidates.choice = 1
