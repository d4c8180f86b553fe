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
            as note_en,
        '按清單點算；文件沒有日期，現列於2022年6月。'
            || if(bool_or(kind = 'class'), '其中一項代表各政策局，文件沒有指明其名稱。', '')
            as note_tc,
        '按清单点算；文件没有日期，现列于2022年6月。'
            || if(bool_or(kind = 'class'), '其中一项代表各政策局，文件没有指明其名称。', '')
            as note_sc
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
        'Counted from the register of initiatives.' as note_en,
        '按措施登記冊點算。' as note_tc,
        '按措施登记册点算。' as note_sc
    from programme_initiatives
    where programme in ('business-facilitation', 'it-strategy', 'digital-inclusion', 'cyber-security', 'digital-government')
    group by programme, stage, period, period_kind
),
-- What each document says of its time, and its lists are kept under.
documents as (
    select unnest([
        {
            'document': 'efficiency-office-role-and-history', 'period': '2023-04', 'period_kind': 'month', 'stage': 'actual',
            'note_en': ' The document has no date; kept under the latest month that it names.',
            'note_tc': '文件沒有日期；現列於該文件所述的最近月份。',
            'note_sc': '文件没有日期；现列于该文件所述的最近月份。'
        },
        {
            'document': 'efficiency-office-team', 'period': '2022-06', 'period_kind': 'month', 'stage': 'actual',
            'note_en': ' The document has no date and is kept under June 2022.',
            'note_tc': '文件沒有日期；現列於2022年6月。',
            'note_sc': '文件没有日期；现列于2022年6月。'
        },
        {
            'document': 'estimates-2024-25-head-135', 'period': '2024-25', 'period_kind': 'financial year', 'stage': 'plan',
            'note_en': '', 'note_tc': '', 'note_sc': ''
        }
    ], recursive := true)
),
lists as (
    select
        case
            when list in ('efficiency-office-work-areas', 'efficiency-office-key-areas') then 'efficiency-office-work-areas'
            when list = 'consultancy-services' then 'efficiency-office-consultancy-services'
            else list
        end as metric,
        'efficiency-office' as programme,
        documents.period,
        documents.period_kind,
        documents.stage,
        count(*) as value,
        case when list like '%areas' then 'work areas' else 'services' end as unit,
        min(source_document) as source_document,
        min(source_locator) as source_locator,
        'Counted from the list.' || documents.note_en as note_en,
        '按清單點算。' || documents.note_tc as note_tc,
        '按清单点算。' || documents.note_sc as note_sc
    from programme_lists
    left join documents on documents.document = source_document
    where list in (
        'efficiency-office-work-areas', 'efficiency-office-key-areas', 'efficiency-office-services', 'consultancy-services'
    )
    group by all
)
select * from bodies
union all
select * from initiatives
union all
select * from lists
