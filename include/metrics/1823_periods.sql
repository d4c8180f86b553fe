-- What:   SYNTHETIC. The periods that figures of 1823 are given for, and the months that each is made of.
-- Grain:  one row a period and month of it: every month by itself (2023-03), and every calendar year (2023) whose
--         twelve months are all there, Hong Kong time.
-- Inputs: 1823_monthly_contact_volumes.
-- Units:  none.
with months as (
    select distinct month from "1823_monthly_contact_volumes"
)
select month as period, 'month' as period_kind, month
from months
union all
select left(month, 4), 'calendar year', month
from months
where left(month, 4) in (select left(month, 4) from months group by all having count(*) = 12)
