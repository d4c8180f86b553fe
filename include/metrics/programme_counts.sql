-- What:   figures of programmes for which no document prints one, counted from the text facts.
-- Grain:  one row a metric and period. What the Estimates and the Budget tell of a financial year they tell before its end:
--         of the year that runs it is revised, of the year to come a plan.
-- Inputs: management_services_officers, programme_initiatives, programme_lists.
-- Units:  in `unit`; a class of bureaux that the document does not take apart counts as one.
with bodies as (
    select
        'management-services-officers-' || field as metric,
        'management-services-officers' as programme,
        '2022-06' as period,
        'month' as period_kind,
        'actual' as stage,
        count(*) as value,
        'bureaux and departments' as unit,
        min(source_document) as source_document,
        min(source_locator) as source_locator,
        'Counted from the list; the document has no date and is kept under June 2022.'
            || if(bool_or(kind = 'class'), ' One of them stands for the policy bureaux, which it does not name.', '')
            as note
    from management_services_officers
    group by field
),
-- Systems of which the documents tell without a figure that says how far they are.
initiatives as (
    select
        programme || '-initiatives-' || stage as metric,
        programme,
        period,
        period_kind,
        case period when '2023-24' then 'revised' when '2024-25' then 'plan' when '2025-26' then 'plan' else 'actual' end
            as stage,
        count(*) as value,
        'initiatives' as unit,
        min(source_document) as source_document,
        'Register of initiatives (programme-initiatives)' as source_locator,
        'Counted from the register of initiatives.' as note
    from programme_initiatives
    where programme in ('business-facilitation', 'it-strategy', 'digital-inclusion', 'cyber-security', 'digital-government')
    group by programme, stage, period, period_kind
),
lists as (
    select
        case
            when list in ('efficiency-office-work-areas', 'efficiency-office-key-areas') then 'efficiency-office-work-areas'
            when list = 'consultancy-services' then 'efficiency-office-consultancy-services'
            else list
        end as metric,
        'efficiency-office' as programme,
        case left(min(source_document), 3) when '000' then '2023-04' when '001' then '2022-06' else '2024-25' end
            as period,
        case left(min(source_document), 3) when '003' then 'financial year' else 'month' end as period_kind,
        case left(min(source_document), 3) when '003' then 'plan' else 'actual' end as stage,
        count(*) as value,
        case when list like '%areas' then 'work areas' else 'services' end as unit,
        min(source_document) as source_document,
        min(source_locator) as source_locator,
        'Counted from the list.'
            || case left(min(source_document), 3)
                when '000' then ' The document has no date; kept under the latest month that it names.'
                when '001' then ' The document has no date and is kept under June 2022.'
                else ''
            end
            as note
    from programme_lists
    where list in (
        'efficiency-office-work-areas', 'efficiency-office-key-areas', 'efficiency-office-services', 'consultancy-services'
    )
    group by list
)
select * from bodies
union all
select * from initiatives
union all
select * from lists
