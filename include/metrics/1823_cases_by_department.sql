-- What:   SYNTHETIC. Cases by type and by the departments that had them: passed on in time, shared, still open.
-- Grain:  one row a period, case type and department; case type 'all' is every type, department 'any' every case that
--         a department had, department 'none' the cases that 1823 dealt with by itself.
--         A period is a month (2023-03) or, once its twelve months are there, a calendar year (2023), Hong Kong time.
-- Inputs: 1823_cases, 1823_assignments. A month shows when both have it.
-- Units:  within_3h_pct per cent at one decimal; all else counts. Source: records API of the synthetic 1823.
-- cases: received in the period. One that two departments had counts under both, and once under 'any'.
-- within_3h: of them, those whose first assignment, whoever got it, was at most 3 hours after receipt;
--   within_3h_pct is within_3h / cases.
-- shared: of them, those that more than one department had.
-- open_at_month_end: cases received in the month that, when it ended, were not yet assigned or that the department
--   ('any': some department) had not closed; then the same by whole days since receipt. Months only: what is open
--   is a stock, and twelve of them do not add up to a year's.
with cases as (
    select
        case_no,
        date_trunc('month', timezone('Asia/Hong_Kong', received_at)) as month,
        timezone('Asia/Hong_Kong', month + interval 1 month) as month_end,
        case_type,
        received_at
    from "1823_cases"
),
by_department as (
    select
        case_no,
        department,
        month,
        case_type,
        received_at,
        month_end,
        min(assigned_at) as first_assigned_at,
        bool_or(assigned_at < month_end) as begun,
        bool_or(assigned_at < month_end and coalesce(closed_at >= month_end, true)) as pending
    from cases
    join "1823_assignments" using (case_no)
    group by case_no, department, month, case_type, received_at, month_end
),
by_case as (
    select
        case_no,
        month,
        case_type,
        received_at,
        month_end,
        min(first_assigned_at) <= received_at + interval 3 hours as prompt,
        count(*) > 1 as shared,
        bool_or(begun) as begun,
        bool_or(pending) as pending
    from by_department
    group by case_no, month, case_type, received_at, month_end
),
had as (
    select month, case_type, 'any' as department, received_at, month_end, prompt, shared, pending or not begun as waits
    from by_case
    union all
    select
        one.month, one.case_type, one.department, one.received_at, one.month_end, whole.prompt, whole.shared,
        one.pending or not whole.begun
    from by_department as one
    join by_case as whole using (case_no)
    union all
    select month, case_type, 'none', received_at, month_end, null, false, false
    from cases
    anti join by_case using (case_no)
    where month in (select month from by_case)
),
monthly as (
    select
        month,
        case_type,
        department,
        count(*) as cases,
        count(*) filter (where prompt) as within_3h,
        count(*) filter (where shared) as shared,
        count(*) filter (where waits) as open_at_month_end,
        count(*) filter (where waits and month_end < received_at + interval 7 days) as open_under_7_days,
        count(*) filter (
            where waits and month_end >= received_at + interval 7 days and month_end < received_at + interval 14 days
        ) as open_7_to_13_days,
        count(*) filter (where waits and month_end >= received_at + interval 14 days) as open_14_days_or_more
    from had
    group by month, case_type, department
),
by_period as (
    select strftime(month, '%Y-%m') as period, 'month' as period_kind, * exclude (month)
    from monthly
    union all
    select
        strftime(month, '%Y'), 'calendar year',
        * exclude (month) replace (
            null as open_at_month_end, null as open_under_7_days, null as open_7_to_13_days, null as open_14_days_or_more
        )
    from monthly
    where year(month) in (select year(month) from monthly group by all having count(distinct month) = 12)
)
select
    period,
    period_kind,
    coalesce(case_type, 'all') as case_type,
    department,
    cast(sum(cases) as bigint) as cases,
    case when department <> 'none' then cast(sum(within_3h) as bigint) end as within_3h,
    case when department <> 'none' then cast(round(100.0 * sum(within_3h) / sum(cases), 1) as decimal(18, 1)) end as within_3h_pct,
    case when department <> 'none' then cast(sum(shared) as bigint) end as shared,
    case when department <> 'none' then cast(sum(open_at_month_end) as bigint) end as open_at_month_end,
    case when department <> 'none' then cast(sum(open_under_7_days) as bigint) end as open_under_7_days,
    case when department <> 'none' then cast(sum(open_7_to_13_days) as bigint) end as open_7_to_13_days,
    case when department <> 'none' then cast(sum(open_14_days_or_more) as bigint) end as open_14_days_or_more
from by_period
group by grouping sets ((period, period_kind, department, case_type), (period, period_kind, department))
