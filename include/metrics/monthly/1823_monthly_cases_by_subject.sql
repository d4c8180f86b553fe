-- What:   SYNTHETIC. A month's cases by what they are about, in two levels, and of which type.
-- Grain:  one row a month, group of subjects and subject.
--         A month is what getvariable('month') says (2023-03), from month_start up to month_end, Hong Kong time.
-- Inputs: 1823_cases.
-- Units:  counts of cases received in the month, as they are classified now. Source: records API of the synthetic 1823.
select
    getvariable('month') as month,
    subject_group,
    subject,
    count(*) as cases,
    count(*) filter (where case_type = 'enquiry') as enquiries,
    count(*) filter (where case_type = 'service-request-or-complaint') as service_requests_or_complaints,
    count(*) filter (where case_type = 'suggestion') as suggestions,
    count(*) filter (where case_type = 'compliment') as compliments
from "1823_cases"
where received_at >= getvariable('month_start') and received_at < getvariable('month_end')
group by subject_group, subject
