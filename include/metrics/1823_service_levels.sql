-- What:   SYNTHETIC. How 1823 kept its promises: calls answered and given up, time to answer and to handle,
--         enquiries resolved at the first call, cases passed on in time, cases of more than one department.
-- Grain:  one row a period and language; language 'all' is everything.
--         A period is a month (2023-03) or, once its twelve months are there, a calendar year (2023), Hong Kong time.
-- Inputs: 1823_calls, 1823_cases, 1823_assignments. A month shows when all three have it.
-- Units:  *_pct per cent and *_seconds seconds at one decimal; all else counts.
-- Every rate is one count over another of the same row, a year's too: never an average of averages.
-- Source of all: records API of the synthetic 1823.
--   answered_within_12s_pct: calls answered at most 12 seconds after they queued / calls answered. What is in print
--     does not say what the share is of; calls given up are left out here.
--   abandoned_pct: calls given up / all calls.
--   average_handling_seconds: from answer to end, summed over the calls answered / calls answered.
--   first_call_pct: enquiries by phone resolved at the first contact / all enquiries by phone.
--   assigned_within_3h_pct: cases first assigned at most 3 hours after receipt / cases assigned to a department.
--   several_departments_pct: cases that more than one department had / cases assigned to a department.
-- handling_seconds, the sum itself, is for the reconciliation and is not released.
-- *_target_met: whether the unrounded rate keeps the target; empty where a rate of so few may not be published.
with calls as (
    select
        date_trunc('month', timezone('Asia/Hong_Kong', queued_at)) as month,
        language,
        count(*) as calls,
        count(answered_at) as answered,
        count(abandoned_at) as abandoned,
        count(*) filter (where answered_at <= queued_at + interval 12 seconds) as answered_within_12s,
        coalesce(sum(date_diff('millisecond', answered_at, ended_at)), 0) as handling_milliseconds
    from "1823_calls"
    group by month, language
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
        date_trunc('month', timezone('Asia/Hong_Kong', received_at)) as month,
        language,
        count(*) filter (where channel = 'phone' and case_type = 'enquiry') as phone_enquiries,
        count(*) filter (
            where channel = 'phone' and case_type = 'enquiry' and resolved_at_first_contact
        ) as resolved_at_first_call,
        count(first_assigned_at) as assigned_cases,
        count(*) filter (where first_assigned_at <= received_at + interval 3 hours) as assigned_within_3h,
        count(*) filter (where several) as several_departments
    from "1823_cases"
    left join assigned using (case_no)
    group by month, language
),
months as (
    select month from calls
    intersect
    select month from cases group by month having sum(assigned_cases) > 0
),
monthly as (
    select
        month,
        language,
        coalesce(calls, 0) as calls,
        coalesce(answered, 0) as answered,
        coalesce(abandoned, 0) as abandoned,
        coalesce(answered_within_12s, 0) as answered_within_12s,
        coalesce(handling_milliseconds, 0) as handling_milliseconds,
        coalesce(phone_enquiries, 0) as phone_enquiries,
        coalesce(resolved_at_first_call, 0) as resolved_at_first_call,
        coalesce(assigned_cases, 0) as assigned_cases,
        coalesce(assigned_within_3h, 0) as assigned_within_3h,
        coalesce(several_departments, 0) as several_departments
    from calls
    full join cases using (month, language)
    where month in (select month from months)
),
by_period as (
    select strftime(month, '%Y-%m') as period, 'month' as period_kind, * exclude (month)
    from monthly
    union all
    select strftime(month, '%Y'), 'calendar year', * exclude (month)
    from monthly
    where year(month) in (select year(month) from months group by all having count(*) = 12)
),
counted as (
    select
        period,
        period_kind,
        coalesce(language, 'all') as language,
        cast(sum(calls) as bigint) as calls,
        cast(sum(answered) as bigint) as answered,
        cast(sum(abandoned) as bigint) as abandoned,
        cast(sum(answered_within_12s) as bigint) as answered_within_12s,
        cast(sum(handling_milliseconds) as bigint) as handling_milliseconds,
        cast(sum(phone_enquiries) as bigint) as phone_enquiries,
        cast(sum(resolved_at_first_call) as bigint) as resolved_at_first_call,
        cast(sum(assigned_cases) as bigint) as assigned_cases,
        cast(sum(assigned_within_3h) as bigint) as assigned_within_3h,
        cast(sum(several_departments) as bigint) as several_departments
    from by_period
    group by grouping sets ((period, period_kind, language), (period, period_kind))
)
select
    period,
    period_kind,
    language,
    calls,
    answered,
    abandoned,
    cast(round(100.0 * abandoned / nullif(calls, 0), 1) as decimal(18, 1)) as abandoned_pct,
    case
        when least(abandoned, calls - abandoned) >= 10 then case when abandoned < 0.10 * calls then 'yes' else 'no' end
    end as abandoned_target_met,
    answered_within_12s,
    cast(round(100.0 * answered_within_12s / nullif(answered, 0), 1) as decimal(18, 1)) as answered_within_12s_pct,
    case
        when least(answered_within_12s, answered - answered_within_12s) >= 10
            then case when answered_within_12s >= 0.80 * answered then 'yes' else 'no' end
    end as answered_within_12s_target_met,
    cast(handling_milliseconds / 1000.0 as double) as handling_seconds,
    cast(round(handling_milliseconds / 1000.0 / nullif(answered, 0), 1) as decimal(18, 1)) as average_handling_seconds,
    phone_enquiries,
    resolved_at_first_call,
    cast(round(100.0 * resolved_at_first_call / nullif(phone_enquiries, 0), 1) as decimal(18, 1)) as first_call_pct,
    case
        when least(resolved_at_first_call, phone_enquiries - resolved_at_first_call) >= 10
            then case when resolved_at_first_call >= 0.95 * phone_enquiries then 'yes' else 'no' end
    end as first_call_target_met,
    assigned_cases,
    assigned_within_3h,
    cast(round(100.0 * assigned_within_3h / nullif(assigned_cases, 0), 1) as decimal(18, 1)) as assigned_within_3h_pct,
    case
        when least(assigned_within_3h, assigned_cases - assigned_within_3h) >= 10
            then case when assigned_within_3h > 0.70 * assigned_cases then 'yes' else 'no' end
    end as assigned_within_3h_target_met,
    several_departments,
    cast(round(100.0 * several_departments / nullif(assigned_cases, 0), 1) as decimal(18, 1)) as several_departments_pct
from counted
