-- What:   SYNTHETIC. How 1823 kept its promises: calls answered and given up, time to answer and to handle,
--         enquiries resolved at the first call, cases passed on in time, cases of more than one department.
-- Grain:  one row a period and language; language 'all' is everything.
--         A period is a month (2023-03) or, once its twelve months are there, a calendar year (2023), Hong Kong time.
-- Inputs: 1823_monthly_service_levels, 1823_periods.
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
-- handling_seconds, the sum itself, is held against the truth file and is not released.
-- *_target_met: whether the unrounded rate keeps the target; empty where a rate of so few may not be published.
with counted as (
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
    from "1823_monthly_service_levels"
    join "1823_periods" using (month)
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
