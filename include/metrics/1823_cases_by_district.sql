-- What:   SYNTHETIC. Cases by the district that they concern, and of which type.
-- Grain:  one row a period and district (code of the list hk-districts); 'none' is cases without a place, 'all' everything.
--         A period is a month (2023-03) or, once its twelve months are there, a calendar year (2023), Hong Kong time.
-- Every code is in every period, with zeros where nobody is counted: which rows there are tells nothing.
-- Inputs: 1823_monthly_cases_by_district (which says what is counted), 1823_periods.
-- Units:  counts of cases received in the period, as they are classified now. Source: records API of the synthetic 1823.
-- *_key: sums of record keys, for disclosure control; they are not released.
with listed as (
    from "1823_monthly_cases_by_district"
    union all by name
    select month, district
    from "1823_periods"
    cross join (
        select unnest([
            'CW', 'WC', 'EST', 'STH', 'YTM', 'SSP', 'KLC', 'WTS', 'KT', 'TW', 'TM', 'YL', 'NTH', 'TP', 'SK', 'ST', 'KC',
            'ILD', 'none'
        ]) as district
    )
    where period_kind = 'month'
)
select
    period,
    period_kind,
    coalesce(district, 'all') as district,
    cast(coalesce(sum(cases), 0) as bigint) as cases,
    cast(coalesce(sum(enquiries), 0) as bigint) as enquiries,
    cast(coalesce(sum(service_requests_or_complaints), 0) as bigint) as service_requests_or_complaints,
    cast(coalesce(sum(suggestions), 0) as bigint) as suggestions,
    cast(coalesce(sum(compliments), 0) as bigint) as compliments,
    cast(sum(columns('.+_key')) as bigint)
from listed
join "1823_periods" using (month)
group by grouping sets ((period, period_kind, district), (period, period_kind))
