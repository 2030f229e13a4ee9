/*
title = "Each moment is one row"
description = "Shows every start_time that stands more than once in time."
*/
select start_time, count(*) as copies
from "time"
group by start_time
having count(*) > 1
order by start_time
