-- What:   SYNTHETIC. How 1823 kept its promises: calls answered and given up, time to answer and to handle,
--         enquiries resolved at the first call, cases passed on in time, cases of more than one department.
-- Grain:  one row a period and language; language 'all' is everything.
--         A period is a month (2023-03) or, once its twelve months are there, a calendar year (2023), Hong Kong time.
-- Every code is in every period, with zeros where nobody is counted: which rows there are tells nothing.
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
-- *_target_met: whether the rate as it is published keeps the target: what is shown as 80.0% meets 80%. So it tells no
--   more than the rate, and is withheld with it.
with listed as (
    from "1823_monthly_service_levels"
    union all by name
    select month, language
    from "1823_periods"
    cross join (select unnest(['yue', 'cmn', 'en']) as language)
    where period_kind = 'month'
),
counted as (
    select
        period,
        period_kind,
        coalesce(language, 'all') as language,
        cast(coalesce(sum(calls), 0) as bigint) as calls,
        cast(coalesce(sum(answered), 0) as bigint) as answered,
        cast(coalesce(sum(abandoned), 0) as bigint) as abandoned,
        cast(coalesce(sum(answered_within_12s), 0) as bigint) as answered_within_12s,
        cast(coalesce(sum(handling_milliseconds), 0) as bigint) as handling_milliseconds,
        cast(coalesce(sum(phone_enquiries), 0) as bigint) as phone_enquiries,
        cast(coalesce(sum(resolved_at_first_call), 0) as bigint) as resolved_at_first_call,
        cast(coalesce(sum(assigned_cases), 0) as bigint) as assigned_cases,
        cast(coalesce(sum(assigned_within_3h), 0) as bigint) as assigned_within_3h,
        cast(coalesce(sum(several_departments), 0) as bigint) as several_departments
    from listed
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
    case when abandoned_pct < 10 then 'yes' when abandoned_pct is not null then 'no' end as abandoned_target_met,
    answered_within_12s,
    cast(round(100.0 * answered_within_12s / nullif(answered, 0), 1) as decimal(18, 1)) as answered_within_12s_pct,
    case when answered_within_12s_pct >= 80 then 'yes' when answered_within_12s_pct is not null then 'no' end as answered_within_12s_target_met,
    cast(handling_milliseconds / 1000.0 as double) as handling_seconds,
    cast(round(handling_milliseconds / 1000.0 / nullif(answered, 0), 1) as decimal(18, 1)) as average_handling_seconds,
    phone_enquiries,
    resolved_at_first_call,
    cast(round(100.0 * resolved_at_first_call / nullif(phone_enquiries, 0), 1) as decimal(18, 1)) as first_call_pct,
    case when first_call_pct >= 95 then 'yes' when first_call_pct is not null then 'no' end as first_call_target_met,
    assigned_cases,
    assigned_within_3h,
    cast(round(100.0 * assigned_within_3h / nullif(assigned_cases, 0), 1) as decimal(18, 1)) as assigned_within_3h_pct,
    case when assigned_within_3h_pct > 70 then 'yes' when assigned_within_3h_pct is not null then 'no' end as assigned_within_3h_target_met,
    several_departments,
    cast(round(100.0 * several_departments / nullif(assigned_cases, 0), 1) as decimal(18, 1)) as several_departments_pct
from counted
