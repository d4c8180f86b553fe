-- What:   SYNTHETIC. How many contacts 1823 took by each channel, and how many cases of each type they opened.
-- Grain:  one row a period and channel; channel 'written' is all but phone, 'all' is everything.
--         A period is a month (2023-03) or, once its twelve months are there, a calendar year (2023), Hong Kong time.
-- Every code is in every period, with zeros where nobody is counted: which rows there are tells nothing.
-- Inputs: 1823_monthly_contact_volumes (which says what is counted), 1823_periods.
-- Units:  contacts, cases and the four case types are counts. Source: records API of the synthetic 1823.
with listed as (
    from "1823_monthly_contact_volumes"
    union all by name
    select month, channel
    from "1823_periods"
    cross join (
        select unnest([
            'phone', 'email', 'web-form', 'mobile-app', 'chatbot', 'fax-post'
        ]) as channel
    )
    where period_kind = 'month'
),
by_channel as (
    from listed
    union all
    select * replace ('written' as channel) from listed where channel <> 'phone'
    union all
    select * replace ('all' as channel) from listed
)
select
    period,
    period_kind,
    channel,
    cast(coalesce(sum(contacts), 0) as bigint) as contacts,
    cast(coalesce(sum(cases), 0) as bigint) as cases,
    cast(coalesce(sum(enquiries), 0) as bigint) as enquiries,
    cast(coalesce(sum(service_requests_or_complaints), 0) as bigint) as service_requests_or_complaints,
    cast(coalesce(sum(suggestions), 0) as bigint) as suggestions,
    cast(coalesce(sum(compliments), 0) as bigint) as compliments
from by_channel
join "1823_periods" using (month)
group by period, period_kind, channel
