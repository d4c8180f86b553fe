-- What:   SYNTHETIC. How satisfied people were with 1823 in a month: the counts behind it.
-- Grain:  one row a month and channel of the case. A survey belongs to the month in which its case was received.
--         A month is what getvariable('month') says (2023-03), from month_start up to month_end, Hong Kong time.
-- Inputs: 1823_surveys, 1823_cases.
-- Units:  points are from 1 to 5 a survey, best 5, summed; all else counts. Source: records API of the synthetic 1823.
-- satisfied: surveys with 4 or 5 points.
select
    getvariable('month') as month,
    channel,
    count(*) as surveys,
    sum(score) as points,
    count(*) filter (where score >= 4) as satisfied
from "1823_surveys"
join "1823_cases" using (case_no)
where received_at >= getvariable('month_start') and received_at < getvariable('month_end')
group by channel
