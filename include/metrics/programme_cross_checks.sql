-- What:   the figures of the source documents held against each other: what is stated beside what it should be.
-- Grain:  one row a check, period and stage (period and stage are those of what is held against the rest).
-- Inputs: programme_observations, source_documents, programme_lists, programme_milestones.
-- Units:  `stated` and `expected` in `unit`, which is that of the stated figure; `tolerance` and `difference` too.
-- kind:
--   total        a total and the sum of its parts
--   change       a printed change and the figures that it lies between, computed anew
--   balance      a balance and what it is left from
--   share        a part, or shares of one whole together, which may not go beyond the whole
--   same figure  one figure printed twice, in two units or in two documents
--   list         a number and the entries of the list that the document gives for it
--   target       an actual figure and the target, in the metric's direction
--   document     figures and milestones of a document that are later than it; plans and estimates may be
-- relation is how `stated` must stand to `expected`; outcome says whether it does. What differs for a reason has a note.
with o as (
    select *, value as v
    from programme_observations
),
-- Parts by a regular expression over ids, as long as the total itself does not match it.
totals as (
    select unnest([
        {'total': 'head-135-provision-head-total', 'parts': 'head-135-provision-programme-[123]', 'tolerance': 0.2},
        {'total': 'head-135-total-recurrent', 'parts': 'head-135-subhead-000', 'tolerance': 0.0},
        {'total': 'head-135-total-non-recurrent', 'parts': 'head-135-subhead-700', 'tolerance': 0.0},
        {'total': 'head-135-total-operating-account', 'parts': 'head-135-subhead-(000|700)', 'tolerance': 0.0},
        {'total': 'head-135-total-plant-equipment-and-works', 'parts': 'head-135-subhead-697', 'tolerance': 0.0},
        {'total': 'head-135-total-capital-account', 'parts': 'head-135-subhead-697', 'tolerance': 0.0},
        {'total': 'head-135-total-expenditure', 'parts': 'head-135-subhead-[0-9]{3}', 'tolerance': 0.0},
        {
            'total': 'head-135-operational-expenses-total',
            'parts': 'head-135-operational-expenses-(salaries|.*allowances|.*-fund|general-.*)',
            'tolerance': 0.0
        },
        {'total': 'head-135-commitment-total-approved', 'parts': 'head-135-commitment-item-[0-9]+-approved', 'tolerance': 0.0},
        {'total': 'head-135-commitment-total-accumulated', 'parts': 'head-135-commitment-item-[0-9]+-accumulated', 'tolerance': 0.0},
        {'total': 'head-135-commitment-total-revised', 'parts': 'head-135-commitment-item-[0-9]+-revised', 'tolerance': 0.0},
        {'total': 'head-135-commitment-total-balance', 'parts': 'head-135-commitment-item-[0-9]+-balance', 'tolerance': 0.0},
        {'total': 'head-135-posts-total', 'parts': 'head-135-posts-(non-)?directorate', 'tolerance': 0.0},
        {'total': 'head-135-posts-net-increase', 'parts': 'head-135-posts-increase-programme-[123]', 'tolerance': 0.0},
        {'total': 'science-park-allocation', 'parts': 'science-park-allocation-(infrastructure|support)', 'tolerance': 0.5}
    ], recursive := true)
),
total_checks as (
    select
        'total-' || total.metric as check_id, 'total' as kind, total.metric, total.period, total.stage, total.unit,
        total.v as stated, sum(part.v) as expected, 'equal' as relation, totals.tolerance,
        total.source_document, any_value(part.source_document) as compared_document,
        null as note_en, null as note_tc, null as note_sc
    from totals
    join o as total on total.metric = totals.total
    left join o as part
        on regexp_full_match(part.metric, totals.parts) and part.period = total.period and part.stage = total.stage
    group by all
),
changes as (
    select
        o.*,
        regexp_replace(metric, '-change(-pct)?-on-(actual|original|revised)$', '') as changed,
        regexp_extract(metric, '-on-(actual|original|revised)$', 1) as from_stage
    from o
    where regexp_matches(metric, '-change(-pct)?-on-(actual|original|revised)$')
),
change_checks as (
    select
        'change-' || changes.metric, 'change', changes.metric, changes.period, changes.stage, changes.unit, changes.v,
        case
            when changes.unit = '%' then round(100 * (later.v - earlier.v) / earlier.v, 1)
            when later.unit = 'HKD thousand' then (later.v - earlier.v) * 1000
            else round(later.v - earlier.v, 1)
        end,
        'equal', 0.001, changes.source_document, later.source_document, null, null, null
    from changes
    left join o as later
        on later.metric = changes.changed and later.period = changes.period and later.stage = changes.stage
    left join o as earlier on earlier.metric = changes.changed and earlier.stage = changes.from_stage
),
-- Each balance is the first figure, with the others put to it or taken from it.
balances as (
    select unnest([
        {
            'balance': 'head-135-commitment-item-803-balance', 'period': '2024-03-31', 'start': 'head-135-commitment-item-803-approved',
            'moves': 'head-135-commitment-item-803-(accumulated|revised)', 'sign': -1
        },
        {
            'balance': 'head-135-commitment-total-balance', 'period': '2024-03-31', 'start': 'head-135-commitment-total-approved',
            'moves': 'head-135-commitment-total-(accumulated|revised)', 'sign': -1
        },
        {
            'balance': 'head-135-posts-non-directorate', 'period': '2025-03-31', 'start': 'head-135-posts-non-directorate',
            'moves': 'head-135-posts-non-directorate-increase', 'sign': 1
        }
    ], recursive := true)
),
balance_checks as (
    select
        'balance-' || stated.metric, 'balance', stated.metric, stated.period, stated.stage, stated.unit, stated.v,
        any_value(starting.v) + any_value(balances.sign) * sum(moves.v), 'equal', 0.0,
        stated.source_document, starting.source_document, null, null, null
    from balances
    join o as stated on stated.metric = balances.balance and stated.period = balances.period
    left join o as starting on starting.metric = balances.start and starting.period = '2024-03-31'
    left join o as moves on regexp_full_match(moves.metric, balances.moves)
    group by all
),
-- The parts together may not be more than the whole, which is another metric or, for shares, 100.
shares as (
    select unnest([
        {'parts': 'itf-rd-share-.*', 'whole': null, 'name': 'itf-rd-shares'},
        {'parts': 'itf-rd-projects-approved', 'whole': 'itf-projects-approved', 'name': 'itf-rd-projects-approved'},
        {
            'parts': 'itf-rd-centre-projects-approved', 'whole': 'itf-rd-projects-approved',
            'name': 'itf-rd-centre-projects-approved'
        },
        {'parts': 'itf-guangdong-scheme-projects', 'whole': 'itf-projects-approved', 'name': 'itf-guangdong-scheme-projects'},
        {
            'parts': 'innohk-life-and-health-laboratories', 'whole': 'innohk-laboratories',
            'name': 'innohk-life-and-health-laboratories'
        },
        {
            'parts': 'state-key-laboratories-life-and-health', 'whole': 'state-key-laboratories',
            'name': 'state-key-laboratories-life-and-health'
        },
        {'parts': 'open-data-new-datasets', 'whole': 'open-data-datasets', 'name': 'open-data-new-datasets'},
        {'parts': 'smart-lampposts-remaining', 'whole': 'smart-lampposts-installed', 'name': 'smart-lampposts-remaining'}
    ], recursive := true)
),
parts as (
    select
        shares.name, shares.whole, part.period, part.stage, any_value(part.unit) as unit, sum(part.v) as stated,
        any_value(part.source_document) as source_document
    from shares
    join o as part on regexp_full_match(part.metric, shares.parts)
    group by all
),
share_checks as (
    select
        'share-' || parts.name, 'share', parts.name, parts.period, parts.stage, parts.unit, parts.stated,
        coalesce(max(whole.v), case when any_value(parts.whole) is null then 100 end), 'at most',
        0.0,
        parts.source_document, coalesce(any_value(whole.source_document), any_value(parts.source_document)),
        null, null, null
    from parts
    left join o as whole
        on whole.metric = parts.whole and left(whole.period, 4) = left(parts.period, 4) and whole.stage = parts.stage
    group by all
),
-- One figure in two places: `factor` takes the other to the unit of the stated one, which may be rounded.
twice as (
    select unnest([
        {
            'stated': 'head-135-commitment-total-balance-rounded', 'other': 'head-135-commitment-total-balance',
            'factor': 0.001, 'tolerance': 0.0501, 'relation': 'equal'
        },
        {
            'stated': 'head-135-salary-ceiling-rounded', 'other': 'head-135-salary-ceiling',
            'factor': 0.000001, 'tolerance': 0.0501, 'relation': 'equal'
        },
        {
            'stated': 'head-135-provision-head-total', 'other': 'head-135-total-expenditure',
            'factor': 0.001, 'tolerance': 0.0501, 'relation': 'equal'
        },
        {
            'stated': 'head-135-operational-expenses-total', 'other': 'head-135-subhead-000',
            'factor': 1, 'tolerance': 0, 'relation': 'equal'
        },
        {
            'stated': 'head-135-commitment-total-revised', 'other': 'head-135-subhead-700',
            'factor': 1, 'tolerance': 0, 'relation': 'equal'
        },
        {
            'stated': 'head-135-posts-net-increase', 'other': 'head-135-posts-non-directorate-increase',
            'factor': 1, 'tolerance': 0, 'relation': 'equal'
        }
    ], recursive := true)
),
twice_checks as (
    select
        'same-' || stated.metric, 'same figure', stated.metric, stated.period, stated.stage, stated.unit, stated.v,
        round(other.v * twice.factor, 6), twice.relation, twice.tolerance,
        stated.source_document, other.source_document, null, null, null
    from twice
    join o as stated on stated.metric = twice.stated
    left join o as other
        on other.metric = twice.other and other.period = stated.period and other.stage = stated.stage
),
-- A metric of which documents of different times tell: the later figure beside the earlier, and why they differ.
documents_apart as (
    select unnest([
        {
            'metric': 'iam-smart-services',
            'en': 'The services grew between the two documents: more than 200 in June 2022, about 500 in February 2025.',
            'tc': '兩份文件之間服務有所增加：2022年6月超過200項，2025年2月約500項。',
            'sc': '两份文件之间服务有所增加：2022年6月超过200项，2025年2月约500项。'
        },
        {
            'metric': '1823-departments-served',
            'en': 'The undated page says over 20, the Estimates 23: a round figure and an exact one, which do not contradict.',
            'tc': '沒有日期的網頁載列超過20個，預算載列23個；前者為約數，後者為確數，並無矛盾。',
            'sc': '没有日期的网页载列超过20个，预算载列23个；前者为约数，后者为确数，并无矛盾。'
        }
    ], recursive := true)
),
told as (
    select
        o.metric, o.period, o.stage, o.unit, o.v, o.source_document, documents_apart.en,
        documents_apart.tc, documents_apart.sc,
        lag(o.v) over earlier as earlier_v,
        lag(o.source_document) over earlier as earlier_document
    from documents_apart
    join o on o.metric = documents_apart.metric and o.stage = 'actual'
    window earlier as (partition by o.metric order by o.period)
),
apart_checks as (
    select
        'same-' || metric, 'same figure', metric, period, stage, unit, v, earlier_v, 'at least', 0.0,
        source_document, earlier_document, en, tc, sc
    from told
    where earlier_v is not null and earlier_document <> source_document
),
lists as (
    select unnest([
        {'metric': 'innoparks', 'list': 'innoparks'},
        {'metric': 'innohk-clusters', 'list': 'innohk-clusters'},
        {'metric': 'itf-rd-centres', 'list': 'rd-centre-focus-areas'},
        {'metric': 'talent-admission-areas', 'list': 'talent-admission-areas'},
        {'metric': 'smart-city-areas', 'list': 'smart-areas'},
        {'metric': 'smart-lampposts-locations', 'list': 'lamppost-locations'}
    ], recursive := true)
),
list_checks as (
    select
        'list-' || o.metric, 'list', o.metric, o.period, o.stage, o.unit, o.v, count(entry.code), 'equal', 0.0,
        o.source_document, any_value(entry.source_document), null, null, null
    from lists
    join o on o.metric = lists.metric
    left join programme_lists as entry on entry.list = lists.list
    group by all
),
-- The direction of each metric that has a target and actual figures; a test holds it against the register.
directions as (
    select unnest([
        {'metric': '1823-calls-answered-within-12-seconds', 'relation': 'at least'},
        {'metric': '1823-enquiries-resolved-at-first-call', 'relation': 'at least'},
        {'metric': '1823-customer-satisfaction', 'relation': 'at least'},
        {'metric': 'wi-fi-village-premises', 'relation': 'at least'}
    ], recursive := true)
),
targets as (
    select metric, v, source_document, stage
    from o
    where metric in (select metric from directions) and stage in ('target', 'plan')
    qualify row_number() over (partition by metric order by stage = 'target' desc) = 1
),
target_checks as (
    select
        'target-' || o.metric, 'target', o.metric, o.period, o.stage, o.unit, o.v, targets.v, directions.relation, 0.0,
        o.source_document, targets.source_document,
        case when targets.stage = 'plan' then 'The plan was for a later year than the figure.' end,
        case when targets.stage = 'plan' then '計劃的年份在該數字之後。' end,
        case when targets.stage = 'plan' then '计划的年份在该数字之后。' end
    from directions
    join targets using (metric)
    join o on o.metric = directions.metric and o.stage in ('actual', 'plan') and o.stage <> targets.stage
),
late as (
    select
        source_documents.document, strftime(source_documents.date, '%Y-%m-%d') as dated, 'observations' as what,
        count(o.metric) filter (
            where o.stage = 'actual'
            and case o.period_kind
                when 'calendar year' then make_date(left(o.period, 4)::integer, 12, 31)
                when 'financial year' then make_date(left(o.period, 4)::integer + 1, 3, 31)
                when 'month' then last_day(make_date(left(o.period, 4)::integer, right(o.period, 2)::integer, 1))
                else o.period::date
            end > source_documents.date
        ) as later
    from source_documents
    left join o on o.source_document = source_documents.document
    group by all
    union all
    -- Of a milestone that is over, what is told of its time must have begun.
    select
        source_documents.document, strftime(source_documents.date, '%Y-%m-%d'), 'milestones',
        count(milestone) filter (where status = 'completed' and programme_milestones.date > strftime(source_documents.date, '%Y-%m-%d'))
    from source_documents
    left join programme_milestones on programme_milestones.source_document = source_documents.document
    group by all
),
late_checks as (
    select
        'document-' || document || '-' || what, 'document', what || '-later-than-document', dated, 'actual', what,
        later, 0, 'equal', 0.0, document, document, null, null, null
    from late
),
checks as (
    from total_checks
    union all from change_checks
    union all from balance_checks
    union all from share_checks
    union all from twice_checks
    union all from apart_checks
    union all from list_checks
    union all from target_checks
    union all from late_checks
)
select
    check_id || '-' || period || '-' || stage as check_id,
    kind,
    metric,
    period,
    stage,
    unit,
    cast(stated as double) as stated,
    cast(expected as double) as expected,
    relation,
    cast(tolerance as double) as tolerance,
    round(cast(stated as double) - expected, 6) as difference,
    case
        when expected is null then 'not compared'
        when
            case relation
                when 'equal' then abs(stated - expected) <= tolerance + 1e-9
                when 'at least' then stated >= expected - tolerance
                else stated <= expected + tolerance
            end
            then case kind when 'target' then 'met' else 'agrees' end
        else case kind when 'target' then 'not met' else 'differs' end
    end as outcome,
    note_en,
    note_tc,
    note_sc,
    source_document,
    compared_document
from checks
