-- What:   SYNTHETIC. Cases by what they are about, in two levels, and of which type.
-- Grain:  one row a period, group of subjects and subject; subject 'all' is its whole group, group 'all' everything.
--         A period is a month (2023-03) or, once its twelve months are there, a calendar year (2023), Hong Kong time.
-- Inputs: 1823_cases.
-- Units:  counts of cases received in the period, as they are classified now. Source: records API of the synthetic 1823.
with monthly as (
    select
        date_trunc('month', timezone('Asia/Hong_Kong', received_at)) as month,
        subject_group,
        subject,
        count(*) as cases,
        count(*) filter (where case_type = 'enquiry') as enquiries,
        count(*) filter (where case_type = 'service-request-or-complaint') as service_requests_or_complaints,
        count(*) filter (where case_type = 'suggestion') as suggestions,
        count(*) filter (where case_type = 'compliment') as compliments
    from "1823_cases"
    group by month, subject_group, subject
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
    coalesce(subject_group, 'all') as subject_group,
    coalesce(subject, 'all') as subject,
    cast(sum(cases) as bigint) as cases,
    cast(sum(enquiries) as bigint) as enquiries,
    cast(sum(service_requests_or_complaints) as bigint) as service_requests_or_complaints,
    cast(sum(suggestions) as bigint) as suggestions,
    cast(sum(compliments) as bigint) as compliments
from by_period
group by grouping sets ((period, period_kind, subject_group, subject), (period, period_kind, subject_group), (period, period_kind))
