-- What:   SYNTHETIC. Cases by the district that they concern, and of which type.
-- Grain:  one row a period and district (C&SD code); 'none' is cases without a place, 'all' everything.
--         A period is a month (2023-03) or, once its twelve months are there, a calendar year (2023), Hong Kong time.
-- Inputs: 1823_monthly_cases_by_district (which says what is counted), 1823_periods.
-- Units:  counts of cases received in the period, as they are classified now. Source: records API of the synthetic 1823.
-- *_key: sums of record keys, for disclosure control; they are not released.
select
    period,
    period_kind,
    coalesce(district, 'all') as district,
    cast(sum(cases) as bigint) as cases,
    cast(sum(enquiries) as bigint) as enquiries,
    cast(sum(service_requests_or_complaints) as bigint) as service_requests_or_complaints,
    cast(sum(suggestions) as bigint) as suggestions,
    cast(sum(compliments) as bigint) as compliments,
    cast(sum(columns('.+_key')) as bigint)
from "1823_monthly_cases_by_district"
join "1823_periods" using (month)
group by grouping sets ((period, period_kind, district), (period, period_kind))
