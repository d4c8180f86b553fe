-- What:   SYNTHETIC. How many contacts 1823 took in a month by each channel, and how many cases they opened.
-- Grain:  one row a month and channel.
--         A month is what getvariable('month') says (2023-03), from month_start up to month_end, Hong Kong time.
-- Inputs: 1823_calls, 1823_cases.
-- Units:  contacts, cases and the four case types are counts.
-- contacts: by phone every call that queued in the month, given up or not; in writing every case that was received
--   in the month by another channel, for every written contact opens one. A case that was withdrawn, merged or
--   deleted since is no longer there and is not counted. Source: records API of the synthetic 1823.
-- cases: those received in the month, by the channel of the contact.
with calls as (
    select 'phone' as channel, count(*) as contacts
    from "1823_calls"
    where queued_at >= getvariable('month_start') and queued_at < getvariable('month_end')
),
cases as (
    select
        channel,
        count(*) as cases,
        count(*) filter (where case_type = 'enquiry') as enquiries,
        count(*) filter (where case_type = 'service-request-or-complaint') as service_requests_or_complaints,
        count(*) filter (where case_type = 'suggestion') as suggestions,
        count(*) filter (where case_type = 'compliment') as compliments
    from "1823_cases"
    where received_at >= getvariable('month_start') and received_at < getvariable('month_end')
    group by channel
)
select
    getvariable('month') as month,
    channel,
    coalesce(contacts, cases, 0) as contacts,
    coalesce(cases, 0) as cases,
    coalesce(enquiries, 0) as enquiries,
    coalesce(service_requests_or_complaints, 0) as service_requests_or_complaints,
    coalesce(suggestions, 0) as suggestions,
    coalesce(compliments, 0) as compliments
from calls
full join cases using (channel)
