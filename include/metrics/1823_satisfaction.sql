-- What:   SYNTHETIC. How satisfied people were with 1823, in points from 1 to 5, best 5.
-- Grain:  one row a period and channel of the case; channel 'all' is everything.
--         A period is a month (2023-03) or, once its twelve months are there, a calendar year (2023), Hong Kong time.
-- Every code is in every period, with zeros where nobody is counted: which rows there are tells nothing.
-- Inputs: 1823_monthly_satisfaction (which says what is counted), 1823_periods.
-- Units:  average_score points at two decimals, satisfied_pct per cent at one decimal; all else counts.
-- average_score: sum of all scores / surveys. satisfied_pct: surveys with 4 or 5 points / surveys. A year's come from
--   its surveys, not from its months' averages. points, the sum itself, is for disclosure control and is not released.
-- target_met: whether the average as it is published keeps the target; it is withheld with it.
--   Source: records API of the synthetic 1823.
with listed as (
    from "1823_monthly_satisfaction"
    union all by name
    select month, channel
    from "1823_periods"
    cross join (
        select unnest([
            'phone', 'email', 'web-form', 'mobile-app', 'chatbot', 'fax-post'
        ]) as channel
    )
    where period_kind = 'month'
)
select
    period,
    period_kind,
    coalesce(channel, 'all') as channel,
    cast(coalesce(sum(surveys), 0) as bigint) as surveys,
    cast(coalesce(sum(points), 0) as bigint) as points,
    cast(round(sum(points) / nullif(sum(surveys), 0), 2) as decimal(18, 2)) as average_score,
    case when average_score >= 4 then 'yes' when average_score is not null then 'no' end as target_met,
    cast(coalesce(sum(satisfied), 0) as bigint) as satisfied,
    cast(round(100.0 * sum(satisfied) / nullif(sum(surveys), 0), 1) as decimal(18, 1)) as satisfied_pct
from listed
join "1823_periods" using (month)
group by grouping sets ((period, period_kind, channel), (period, period_kind))
