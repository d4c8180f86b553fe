-- What:   SYNTHETIC. A month's cases by the district that they concern, and of which type.
-- Grain:  one row a month and district (code of the list hk-districts); 'none' is cases without a place.
--         A month is what getvariable('month') says (2023-03), from month_start up to month_end, Hong Kong time.
-- Inputs: 1823_cases.
-- Units:  counts of cases received in the month, as they are classified now. Source: records API of the synthetic 1823.
-- *_key: the sum of the record keys of those that are counted, for cell-key perturbation; it adds up as counts do.
select
    getvariable('month') as month,
    coalesce(district, 'none') as district,
    count(*) as cases,
    count(*) filter (where case_type = 'enquiry') as enquiries,
    count(*) filter (where case_type = 'service-request-or-complaint') as service_requests_or_complaints,
    count(*) filter (where case_type = 'suggestion') as suggestions,
    count(*) filter (where case_type = 'compliment') as compliments,
    sum(record_key) as cases_key,
    sum(record_key) filter (where case_type = 'enquiry') as enquiries_key,
    sum(record_key) filter (where case_type = 'service-request-or-complaint') as service_requests_or_complaints_key,
    sum(record_key) filter (where case_type = 'suggestion') as suggestions_key,
    sum(record_key) filter (where case_type = 'compliment') as compliments_key
from "1823_cases"
where received_at >= getvariable('month_start') and received_at < getvariable('month_end')
group by coalesce(district, 'none')
