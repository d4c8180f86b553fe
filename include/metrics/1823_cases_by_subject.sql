-- What:   SYNTHETIC. Cases by what they are about, in two levels, and of which type.
-- Grain:  one row a period, group of subjects and subject; subject 'all' is its whole group, group 'all' everything.
--         A period is a month (2023-03) or, once its twelve months are there, a calendar year (2023), Hong Kong time.
-- Inputs: 1823_monthly_cases_by_subject (which says what is counted), 1823_periods.
-- Units:  counts of cases received in the period, as they are classified now. Source: records API of the synthetic 1823.
-- *_key: sums of record keys, for disclosure control; they are not released.
select
    period,
    period_kind,
    coalesce(subject_group, 'all') as subject_group,
    coalesce(subject, 'all') as subject,
    cast(sum(cases) as bigint) as cases,
    cast(sum(enquiries) as bigint) as enquiries,
    cast(sum(service_requests_or_complaints) as bigint) as service_requests_or_complaints,
    cast(sum(suggestions) as bigint) as suggestions,
    cast(sum(compliments) as bigint) as compliments,
    cast(sum(columns('.+_key')) as bigint)
from "1823_monthly_cases_by_subject"
join "1823_periods" using (month)
group by grouping sets ((period, period_kind, subject_group, subject), (period, period_kind, subject_group), (period, period_kind))
