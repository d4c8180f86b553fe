-- What:   every figure of the source documents in one form. Holidays are dates and no figures: they are not here.
-- Grain:  one row a metric, period and stage. The register (include/metrics/register) says what each metric means.
-- Inputs: head_135_provision, head_135_changes, head_135_subheads, head_135_operational_expenses,
--         head_135_commitments, head_135_establishment, 1823_performance_measures, itf_figures, programme_figures,
--         programme_counts.
-- Units:  as the document prints them, in `unit`. A figure printed in two units is two metrics.
-- obs_status (SDMX CL_OBS_STATUS) follows from the stage:
--   A normal     actual, commitment, target: what happened, or what was decided.
--   F forecast   original, estimate, plan: set before the period, for what was still to come.
--   E estimated  revised, balance: set when the year had nearly run, on what was then known.
-- conf_status (SDMX CL_CONF_STATUS) is F, free for publication, throughout.
-- decimals: digits after the point as printed. The Estimates print amounts in $ million and changes in % with one, and
--   scores with one, also where it is 0 (439.0); everything else is printed with the digits that the value has.
with provision as (
    select
        'head-135-provision-' || case programme_no when 'total' then 'head-total' else 'programme-' || programme_no end as metric,
        period,
        stage,
        cast(provision_hkd_million as double) as value,
        source_document,
        source_locator,
        note_en,
        note_tc,
        note_sc
    from head_135_provision
),
-- A change printed both in a table and in the text is one observation: the table's.
changes as (
    select
        case
            when subject like 'programme-%' or subject = 'head-total' then 'head-135-provision-' || subject
            else 'head-135-' || subject
        end as changed_metric,
        *
    from head_135_changes
),
change_amounts as (
    select *
    from changes
    where amount is not null
    qualify row_number() over (
        partition by subject, from_period, from_stage, to_period, to_stage
        order by printed_in
    ) = 1
),
change_percents as (
    select *
    from changes
    where change_pct is not null
    qualify row_number() over (
        partition by subject, from_period, from_stage, to_period, to_stage
        order by printed_in
    ) = 1
),
-- The document dates what was spent; the sum approved and the balance stand as at the end of the revised year.
commitments as (
    select
        'head-135-commitment-' || case item when 'total' then 'total' else 'item-' || item end as item_metric,
        *
    from head_135_commitments
),
observations as (
    select
        metric, 'head-135' as programme, period, 'financial year' as period_kind, stage, value,
        'HKD million' as unit, null as qualifier, source_document, source_locator, note_en, note_tc, note_sc
    from provision
    union all
    select
        changed_metric || '-change-on-' || from_stage, 'head-135', to_period, 'financial year', to_stage, cast(amount as double),
        amount_unit, null, source_document, source_locator, note_en, note_tc, note_sc
    from change_amounts
    union all
    select
        changed_metric || '-change-pct-on-' || from_stage, 'head-135', to_period, 'financial year', to_stage,
        cast(change_pct as double),
        '%', null, source_document, source_locator, note_en, note_tc, note_sc
    from change_percents
    union all
    select
        'head-135-' || line, 'head-135', period, 'financial year', stage, cast(amount_hkd_thousand as double),
        'HKD thousand', null, source_document, source_locator, null, null, null
    from head_135_subheads
    union all
    select
        'head-135-operational-expenses-' || line, 'head-135', period, 'financial year', stage, cast(amount_hkd_thousand as double),
        'HKD thousand', null, source_document, source_locator, null, null, null
    from head_135_operational_expenses
    union all
    select
        item_metric || '-approved', 'head-135', '2024-03-31', 'as at', 'commitment', cast(approved_hkd_thousand as double),
        'HKD thousand', null, source_document, source_locator,
        'Printed without a date; kept under the end of the year that the balance reckons with.',
        '文件沒有印載日期；現列於計算結餘所按年度的終結日。',
        '文件没有印载日期；现列于计算结余所按年度的终结日。'
    from commitments
    union all
    select
        item_metric || '-accumulated', 'head-135', '2023-03-31', 'as at', 'actual', cast(accumulated_hkd_thousand as double),
        'HKD thousand', null, source_document, source_locator, null, null, null
    from commitments
    union all
    select
        item_metric || '-revised', 'head-135', '2023-24', 'financial year', 'revised', cast(revised_hkd_thousand as double),
        'HKD thousand', null, source_document, source_locator, null, null, null
    from commitments
    union all
    select
        item_metric || '-balance', 'head-135', '2024-03-31', 'as at', 'balance', cast(balance_hkd_thousand as double),
        'HKD thousand', null, source_document, source_locator,
        'Printed without a date; kept under the end of the year that the balance reckons with.',
        '文件沒有印載日期；現列於計算結餘所按年度的終結日。',
        '文件没有印载日期；现列于计算结余所按年度的终结日。'
    from commitments
    union all
    select
        item_metric || '-balance-rounded', 'head-135', '2024-03-31', 'as at', 'balance', cast(balance_hkd_million as double),
        'HKD million', null, source_document, summary_locator,
        'The same balance as the commitments table has, as the summary rounds it.',
        '與承擔額表所載結餘相同，為摘要內四捨五入的數字。',
        '与承担额表所载结余相同，为摘要内四舍五入的数字。'
    from commitments
    where balance_hkd_million is not null
    union all
    select
        'head-135-' || measure, 'head-135', period, period_kind, stage, value,
        unit, null, source_document, source_locator, note_en, note_tc, note_sc
    from head_135_establishment
    union all
    select
        '1823-' || measure, '1823', cast(period as varchar), 'calendar year', stage, value,
        unit, qualifier, source_document, source_locator, note_en, note_tc, note_sc
    from "1823_performance_measures"
    union all
    select
        metric, 'innovation-and-technology-fund', period, period_kind, stage, value,
        unit, qualifier, source_document, source_locator, note_en, note_tc, note_sc
    from itf_figures
    union all
    select
        metric, programme, period, period_kind, stage, value,
        unit, qualifier, source_document, source_locator, note_en, note_tc, note_sc
    from programme_figures
    union all
    select
        metric, programme, period, period_kind, stage, cast(value as double),
        unit, null, source_document, source_locator, note_en, note_tc, note_sc
    from programme_counts
)
select
    metric,
    programme,
    period,
    period_kind,
    stage,
    value,
    unit,
    qualifier,
    case
        when stage in ('original', 'estimate', 'plan') then 'F'
        when stage in ('revised', 'balance') then 'E'
        else 'A'
    end as obs_status,
    'F' as conf_status,
    source_document,
    source_locator,
    note_en,
    note_tc,
    note_sc,
    cast(
        greatest(
            case when unit = 'score (1-5)' or (programme = 'head-135' and unit in ('HKD million', '%')) then 1 else 0 end,
            length(regexp_extract(cast(value as varchar), '\.(\d*?)0*$', 1))
        ) as bigint
    ) as decimals
from observations
