/*
title = "Every order line is a sale"
description = "Shows order lines that sales lacks."
*/
select distinct
    order_lines.order_id,
    order_lines.line_number
from staging.order_lines
left join sales on sales.order_id = order_lines.order_id and sales.line_number = order_lines.line_number
where sales.order_id is null
order by order_id, line_number
