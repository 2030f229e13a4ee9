/*
title = "Each user is one row"
description = "Shows every user_id that stands more than once in users."
*/
select user_id, count(*) as copies
from users
group by user_id
having count(*) > 1
order by user_id
