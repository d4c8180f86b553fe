-- What:   SYNTHETIC. Figures of 1823 in print beside the same figures computed from the synthetic records.
-- Grain:  one row a measure and period in print of which all months are there; '2025-01/2025-10' is these ten months. A
--   row has both figures or is not here: before the first period is complete the table has no row, and nothing is released.
-- Inputs: the latest releases of 1823-contact-volumes, 1823-service-levels and 1823-satisfaction, and nothing else: whatever
--   disclosure control changed or withheld there is so here, and this table tells nothing that they do not.
-- Units:  in `unit`, all at two decimals.
-- computed_value: of a calendar year as published; of other periods the sum of the months' counts, and the mean of their
--   rates, each with its published count for weight. Of a period that lacks a month, or of which one is withheld, there
--   is no row.
-- given_value, qualifier: as printed. difference: computed less given.
-- tolerance: half of the last digit that the print gives (61 %: 0.5; 4.63: 0.005); of "around 2 807 000" the trailing
--   zeros are no digits (500; of "around 820 000" 5 000). And half of the last digit of what is published here: 4 for
--   each count, 0.05 for rates and seconds, 0.005 for scores.
-- verdict: 'informative', for generated records cannot confirm or refute what is in print: they are made near it on
--   purpose, and are held exactly against their own truth file (tests/praya_hk).
-- source_document: '… not held' is a figure that was noted from a publication which is not among this project's documents.
-- target_value with target_kind: what 1823 set out to do; target_met: whether the computed value does.
with given (measure, period, first_month, last_month, given_value, digit, unit, qualifier, document) as (
    values
        ('answered-within-12-seconds', '2022', '2022-01', '2022-12', 61, 1, '%', null, 'estimates'),
        ('answered-within-12-seconds', '2023', '2023-01', '2023-12', 74, 1, '%', null, 'estimates'),
        ('answered-within-12-seconds', '2025-01/2025-10', '2025-01', '2025-10', 80, 1, '%', null, 'notes'),
        ('first-call-resolution', '2022', '2022-01', '2022-12', 99, 1, '%', null, 'estimates'),
        ('first-call-resolution', '2023', '2023-01', '2023-12', 99, 1, '%', null, 'estimates'),
        ('first-call-resolution', '2025-01/2025-10', '2025-01', '2025-10', 99, 1, '%', null, 'notes'),
        ('satisfaction', '2022', '2022-01', '2022-12', 4.5, 0.1, 'score (1-5)', null, 'estimates'),
        ('satisfaction', '2023', '2023-01', '2023-12', 4.6, 0.1, 'score (1-5)', null, 'estimates'),
        ('satisfaction', '2025-01/2025-10', '2025-01', '2025-10', 4.63, 0.01, 'score (1-5)', null, 'notes'),
        ('voice-contacts', '2023', '2023-01', '2023-12', 2807000, 1000, 'calls', 'around', 'estimates'),
        ('voice-contacts', '2025-01/2025-10', '2025-01', '2025-10', 2106667, 1, 'calls', null, 'notes'),
        ('written-contacts', '2023', '2023-01', '2023-12', 820000, 10000, 'communications', 'around', 'estimates'),
        ('written-contacts', '2025-01/2025-10', '2025-01', '2025-10', 885665, 1, 'communications', null, 'notes'),
        ('calls-abandoned', '2025-01/2025-10', '2025-01', '2025-10', 7, 1, '%', null, 'notes'),
        ('average-handling-time', '2025-01/2025-10', '2025-01', '2025-10', 451, 1, 'seconds', null, 'notes'),
        ('enquiry-cases', '2025-01/2025-10', '2025-01', '2025-10', 1549276, 1, 'cases', null, 'notes'),
        ('service-request-or-complaint-cases', '2025-01/2025-10', '2025-01', '2025-10', 614921, 1, 'cases', null, 'notes'),
        ('assigned-within-3-hours', '2025-01/2025-10', '2025-01', '2025-10', 97, 1, '%', null, 'notes'),
        ('more-than-one-department', '2025-01/2025-10', '2025-01', '2025-10', 3, 1, '%', null, 'notes')
),
targets (measure, target_kind, target_value) as (
    values
        ('answered-within-12-seconds', 'at least', 80),
        ('first-call-resolution', 'at least', 95),
        ('satisfaction', 'at least', 4.0),
        ('calls-abandoned', 'under', 10),
        ('assigned-within-3-hours', 'over', 70)
),
-- The published figures that a measure is made from, by period; of a rate or mean with the published count it is over.
published (measure, period, figure, number) as (
    select 'voice-contacts', period, contacts, null from released_1823_contact_volumes where channel = 'phone'
    union all
    select 'written-contacts', period, contacts, null from released_1823_contact_volumes where channel = 'written'
    union all
    select 'enquiry-cases', period, enquiries, null from released_1823_contact_volumes where channel = 'all'
    union all
    select 'service-request-or-complaint-cases', period, service_requests_or_complaints, null
    from released_1823_contact_volumes
    where channel = 'all'
    union all
    select 'answered-within-12-seconds', period, answered_within_12s_pct, answered
    from released_1823_service_levels
    where language = 'all'
    union all
    select 'calls-abandoned', period, abandoned_pct, calls from released_1823_service_levels where language = 'all'
    union all
    select 'average-handling-time', period, average_handling_seconds, answered
    from released_1823_service_levels
    where language = 'all'
    union all
    select 'first-call-resolution', period, first_call_pct, phone_enquiries
    from released_1823_service_levels
    where language = 'all'
    union all
    select 'assigned-within-3-hours', period, assigned_within_3h_pct, assigned_cases
    from released_1823_service_levels
    where language = 'all'
    union all
    select 'more-than-one-department', period, several_departments_pct, assigned_cases
    from released_1823_service_levels
    where language = 'all'
    union all
    select 'satisfaction', period, average_score, surveys from released_1823_satisfaction where channel = 'all'
),
-- A calendar year is published itself; any other period is made from its months.
summed as (
    select given.measure, given.period, count(figure) as parts, sum(figure) as total, sum(figure * number) / sum(number) as mean
    from given
    join published
        on published.measure = given.measure
        and case
            when length(given.period) = 4 then published.period = given.period
            else length(published.period) = 7 and published.period between first_month and last_month
        end
    group by given.measure, given.period
),
needed as (
    select
        *,
        unit in ('calls', 'communications', 'cases') as counted,
        case
            when length(period) = 4 then 1
            else 1 + date_diff('month', cast(first_month || '-01' as date), cast(last_month || '-01' as date))
        end as parts_needed
    from given
),
compared as (
    select
        needed.*,
        case when parts = parts_needed then case when counted then total else round(mean, 2) end end as computed_value,
        cast(
            digit / 2 + case when counted then 4 * parts_needed when unit = 'score (1-5)' then 0.005 else 0.05 end
            as decimal(18, 3)
        ) as tolerance
    from needed
    left join summed using (measure, period)
),
-- As decimals from here on: 4.55 is 0.05 from 4.6, which it is not for binary fractions.
rounded as (
    select
        * replace (cast(computed_value as decimal(18, 2)) as computed_value, cast(given_value as decimal(18, 2)) as given_value)
    from compared
)
select
    measure,
    period,
    unit,
    computed_value,
    given_value,
    qualifier,
    cast(computed_value - given_value as decimal(18, 2)) as difference,
    tolerance,
    case when abs(computed_value - given_value) <= tolerance then 'yes' else 'no' end as within_tolerance,
    'informative' as verdict,
    target_kind,
    cast(target_value as decimal(18, 2)) as target_value,
    case
        when target_value is null then null
        when target_kind = 'at least' and computed_value >= target_value then 'yes'
        when target_kind = 'under' and computed_value < target_value then 'yes'
        when target_kind = 'over' and computed_value > target_value then 'yes'
        else 'no'
    end as target_met,
    case document when 'estimates' then 'estimates-2024-25-head-135' else '1823 figures for 2025, document not held' end as source_document,
    case
        when document = 'notes' then 'January to October 2025, as noted when the project began; page and paragraph unknown'
        when qualifier is not null then 'Programme (3), paragraph 11'
        else 'Programme (3), Targets table'
    end as source_locator
from rounded
left join targets using (measure)
where computed_value is not null
