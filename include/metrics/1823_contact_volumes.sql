-- What:   SYNTHETIC. How many contacts 1823 took by each channel, and how many cases of each type they opened.
-- Grain:  one row a period and channel; channel 'written' is all but phone, 'all' is everything.
--         A period is a month (2023-03) or, once its twelve months are there, a calendar year (2023), Hong Kong time.
-- Inputs: 1823_monthly_contact_volumes (which says what is counted), 1823_periods.
-- Units:  contacts, cases and the four case types are counts. Source: records API of the synthetic 1823.
with by_channel as (
    from "1823_monthly_contact_volumes"
    union all
    select * replace ('written' as channel) from "1823_monthly_contact_volumes" where channel <> 'phone'
    union all
    select * replace ('all' as channel) from "1823_monthly_contact_volumes"
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
from by_channel
join "1823_periods" using (month)
group by period, period_kind, channel
