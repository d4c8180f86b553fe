-- What:   SYNTHETIC. The counts behind 1823's service levels in a month.
-- Grain:  one row a month and language.
--         A month is what getvariable('month') says (2023-03), from month_start up to month_end, Hong Kong time.
-- Inputs: 1823_calls, 1823_cases, 1823_assignments.
-- Units:  handling_milliseconds milliseconds, from answer to end, summed over the calls answered; all else counts.
--   Source: records API of the synthetic 1823.
-- answered_within_12s: calls answered at most 12 seconds after they queued.
-- assigned_within_3h: cases whose first assignment, whoever got it, was at most 3 hours after receipt.
with calls as (
    select
        language,
        count(*) as calls,
        count(answered_at) as answered,
        count(abandoned_at) as abandoned,
        count(*) filter (where epoch_us(answered_at) - epoch_us(queued_at) <= 12_000_000) as answered_within_12s,
        sum(epoch_ms(ended_at) - epoch_ms(answered_at)) as handling_milliseconds
    from "1823_calls"
    where queued_at >= getvariable('month_start') and queued_at < getvariable('month_end')
    group by language
),
assigned as (
    select
        case_no,
        min(assigned_at) as first_assigned_at,
        min(department) <> max(department) as several
    from "1823_assignments"
    group by case_no
),
cases as (
    select
        language,
        count(*) filter (where channel = 'phone' and case_type = 'enquiry') as phone_enquiries,
        count(*) filter (
            where channel = 'phone' and case_type = 'enquiry' and resolved_at_first_contact
        ) as resolved_at_first_call,
        count(first_assigned_at) as assigned_cases,
        count(*) filter (
            where epoch_us(first_assigned_at) - epoch_us(received_at) <= 10_800_000_000
        ) as assigned_within_3h,
        count(*) filter (where several) as several_departments
    from "1823_cases"
    left join assigned using (case_no)
    where received_at >= getvariable('month_start') and received_at < getvariable('month_end')
    group by language
)
select
    getvariable('month') as month,
    language,
    coalesce(calls, 0) as calls,
    coalesce(answered, 0) as answered,
    coalesce(abandoned, 0) as abandoned,
    coalesce(answered_within_12s, 0) as answered_within_12s,
    cast(coalesce(handling_milliseconds, 0) as bigint) as handling_milliseconds,
    coalesce(phone_enquiries, 0) as phone_enquiries,
    coalesce(resolved_at_first_call, 0) as resolved_at_first_call,
    coalesce(assigned_cases, 0) as assigned_cases,
    coalesce(assigned_within_3h, 0) as assigned_within_3h,
    coalesce(several_departments, 0) as several_departments
from calls
full join cases using (language)
