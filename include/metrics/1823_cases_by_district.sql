-- What:   SYNTHETIC. Cases by the district that they concern, and of which type.
-- Grain:  one row a period and district (C&SD code); 'none' is cases without a place, 'all' everything.
--         A period is a month (2023-03) or, once its twelve months are there, a calendar year (2023), Hong Kong time.
-- Inputs: 1823_cases.
-- Units:  counts of cases received in the period, as they are classified now. Source: records API of the synthetic 1823.
with monthly as (
    select
        date_trunc('month', timezone('Asia/Hong_Kong', received_at)) as month,
        coalesce(district, 'none') as district,
        count(*) as cases,
        count(*) filter (where case_type = 'enquiry') as enquiries,
        count(*) filter (where case_type = 'service-request-or-complaint') as service_requests_or_complaints,
        count(*) filter (where case_type = 'suggestion') as suggestions,
        count(*) filter (where case_type = 'compliment') as compliments
    from "1823_cases"
    group by all
),
by_period as (
    select strftime(month, '%Y-%m') as period, 'month' as period_kind, * exclude (month)
    from monthly
    union all
    select strftime(month, '%Y'), 'calendar year', * exclude (month)
    from monthly
    where year(month) in (select year(month) from monthly group by all having count(distinct month) = 12)
)
select
    period,
    period_kind,
    coalesce(district, 'all') as district,
    cast(sum(cases) as bigint) as cases,
    cast(sum(enquiries) as bigint) as enquiries,
    cast(sum(service_requests_or_complaints) as bigint) as service_requests_or_complaints,
    cast(sum(suggestions) as bigint) as suggestions,
    cast(sum(compliments) as bigint) as compliments
from by_period
group by grouping sets ((period, period_kind, district), (period, period_kind))
