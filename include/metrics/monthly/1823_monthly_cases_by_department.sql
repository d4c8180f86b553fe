-- What:   SYNTHETIC. A month's cases by type and by the departments that had them.
-- Grain:  one row a month, case type and department; department 'any' is every case that a department had, department
--         'none' the cases that 1823 dealt with by itself.
--         A month is what getvariable('month') says (2023-03), from month_start up to month_end, Hong Kong time.
-- Inputs: 1823_cases, 1823_assignments.
-- Units:  counts. Source: records API of the synthetic 1823.
-- cases: received in the month. One that two departments had counts under both, and once under 'any'.
-- within_3h: of them, those whose first assignment, whoever got it, was at most 3 hours after receipt.
-- shared: of them, those that more than one department had.
-- open_at_month_end: of them, those that, when the month ended, were not yet assigned or that the department
--   ('any': some department) had not closed; then the same by whole days since receipt.
-- *_key: the sum of the record keys of those that are counted, for cell-key perturbation; it adds up as counts do.
with cases as (
    select case_no, case_type, received_at, record_key
    from "1823_cases"
    where received_at >= getvariable('month_start') and received_at < getvariable('month_end')
),
by_department as (
    select
        case_no,
        department,
        min(assigned_at) as first_assigned_at,
        bool_or(assigned_at < getvariable('month_end')) as begun,
        bool_or(
            assigned_at < getvariable('month_end') and coalesce(closed_at >= getvariable('month_end'), true)
        ) as pending
    from "1823_assignments"
    group by case_no, department
),
by_case as (
    select
        case_no,
        min(first_assigned_at) as first_assigned_at,
        count(*) > 1 as shared,
        bool_or(begun) as begun,
        bool_or(pending) as pending
    from by_department
    group by case_no
),
had as (
    select
        case_type, 'any' as department, received_at, record_key, first_assigned_at, shared,
        pending or not begun as waits
    from cases
    join by_case using (case_no)
    union all
    select
        case_type, department, received_at, record_key, by_case.first_assigned_at, by_case.shared,
        by_department.pending or not by_case.begun
    from cases
    join by_department using (case_no)
    join by_case using (case_no)
    union all
    select case_type, 'none', received_at, record_key, null, false, false
    from cases
    anti join by_case using (case_no)
),
aged as (
    select *, (epoch_us(getvariable('month_end')) - epoch_us(received_at)) // 86_400_000_000 as days
    from had
)
select
    getvariable('month') as month,
    case_type,
    department,
    count(*) as cases,
    count(*) filter (where epoch_us(first_assigned_at) - epoch_us(received_at) <= 10_800_000_000) as within_3h,
    count(*) filter (where shared) as shared,
    count(*) filter (where waits) as open_at_month_end,
    count(*) filter (where waits and days < 7) as open_under_7_days,
    count(*) filter (where waits and days between 7 and 13) as open_7_to_13_days,
    count(*) filter (where waits and days >= 14) as open_14_days_or_more,
    sum(record_key) as cases_key,
    sum(record_key) filter (where epoch_us(first_assigned_at) - epoch_us(received_at) <= 10_800_000_000) as within_3h_key,
    sum(record_key) filter (where shared) as shared_key,
    sum(record_key) filter (where waits) as open_at_month_end_key,
    sum(record_key) filter (where waits and days < 7) as open_under_7_days_key,
    sum(record_key) filter (where waits and days between 7 and 13) as open_7_to_13_days_key,
    sum(record_key) filter (where waits and days >= 14) as open_14_days_or_more_key
from aged
group by case_type, department
