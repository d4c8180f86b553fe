-- What:   SYNTHETIC. How satisfied people were with 1823, in points from 1 to 5, best 5.
-- Grain:  one row a period and channel of the case; channel 'all' is everything.
--         A period is a month (2023-03) or, once its twelve months are there, a calendar year (2023), Hong Kong time.
-- Inputs: 1823_monthly_satisfaction (which says what is counted), 1823_periods.
-- Units:  average_score points at two decimals, satisfied_pct per cent at one decimal; all else counts.
-- average_score: sum of all scores / surveys. satisfied_pct: surveys with 4 or 5 points / surveys. A year's come from
--   its surveys, not from its months' averages. points, the sum itself, is for disclosure control and is not released.
-- target_met: whether the average as it is published keeps the target; it is withheld with it.
--   Source: records API of the synthetic 1823.
select
    period,
    period_kind,
    coalesce(channel, 'all') as channel,
    cast(sum(surveys) as bigint) as surveys,
    cast(sum(points) as bigint) as points,
    cast(round(sum(points) / sum(surveys), 2) as decimal(18, 2)) as average_score,
    case when average_score >= 4 then 'yes' when average_score is not null then 'no' end as target_met,
    cast(sum(satisfied) as bigint) as satisfied,
    cast(round(100.0 * sum(satisfied) / sum(surveys), 1) as decimal(18, 1)) as satisfied_pct
from "1823_monthly_satisfaction"
join "1823_periods" using (month)
group by grouping sets ((period, period_kind, channel), (period, period_kind))
