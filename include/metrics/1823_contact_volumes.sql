-- What:   SYNTHETIC. How many contacts 1823 took by each channel, and how many cases of each type they opened.
-- Grain:  one row a period and channel; channel 'written' is all but phone, 'all' is everything.
--         A period is a month (2023-03) or, once its twelve months are there, a calendar year (2023), Hong Kong time.
-- Inputs: 1823_calls, 1823_cases. A month shows when both have it.
-- Units:  contacts, cases and the four case types are counts.
-- contacts: by phone every call that queued in the period, given up or not; in writing every case that was received
--   in the period by another channel, for every written contact opens one. A case that was withdrawn, merged or
--   deleted since is no longer there and is not counted. Source: records API of the synthetic 1823.
-- cases: those received in the period, by the channel of the contact.
with calls as (
    select
        date_trunc('month', timezone('Asia/Hong_Kong', queued_at)) as month,
        count(*) as contacts
    from "1823_calls"
    group by month
),
cases as (
    select
        date_trunc('month', timezone('Asia/Hong_Kong', received_at)) as month,
        channel,
        count(*) as cases,
        count(*) filter (where case_type = 'enquiry') as enquiries,
        count(*) filter (where case_type = 'service-request-or-complaint') as service_requests_or_complaints,
        count(*) filter (where case_type = 'suggestion') as suggestions,
        count(*) filter (where case_type = 'compliment') as compliments
    from "1823_cases"
    group by month, channel
),
monthly as (
    select
        month,
        channel,
        case channel when 'phone' then 0 else cases end as contacts,
        cases,
        enquiries,
        service_requests_or_complaints,
        suggestions,
        compliments
    from cases
    where month in (select month from calls)
    union all
    select month, 'phone', contacts, 0, 0, 0, 0, 0
    from calls
    where month in (select month from cases)
),
by_channel as (
    from monthly
    union all
    select * replace ('written' as channel) from monthly where channel <> 'phone'
    union all
    select * replace ('all' as channel) from monthly
),
by_period as (
    select strftime(month, '%Y-%m') as period, 'month' as period_kind, * exclude (month)
    from by_channel
    union all
    select strftime(month, '%Y'), 'calendar year', * exclude (month)
    from by_channel
    where year(month) in (select year(month) from monthly group by all having count(distinct month) = 12)
)
select
    period,
    period_kind,
    channel,
    cast(sum(contacts) as bigint) as contacts,
    cast(sum(cases) as bigint) as cases,
    cast(sum(enquiries) as bigint) as enquiries,
    cast(sum(service_requests_or_complaints) as bigint) as service_requests_or_complaints,
    cast(sum(suggestions) as bigint) as suggestions,
    cast(sum(compliments) as bigint) as compliments
from by_period
group by period, period_kind, channel
