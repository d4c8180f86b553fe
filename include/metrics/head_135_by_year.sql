-- What:   Head 135's provision beside that of the stage before, with the change computed anew and the change printed.
-- Grain:  one row a programme (or the Head: programme_no = 'total'), financial year and stage.
-- Inputs: head_135_provision, head_135_changes (what the text states), head_135_subheads (the items, not the totals).
-- Units:  *_hkd_million HKD million, *_hkd_thousand HKD thousand, *_pct per cent at one decimal.
-- Stages follow one another as the document's columns do: actual, original, revised, estimate.
with provision as (
    select
        *,
        case stage when 'actual' then 1 when 'original' then 2 when 'revised' then 3 when 'estimate' then 4 end as stage_order
    from head_135_provision
),
beside as (
    select
        *,
        lag(period) over (partition by programme_no order by period, stage_order) as previous_period,
        lag(stage) over (partition by programme_no order by period, stage_order) as previous_stage,
        lag(provision_hkd_million) over (partition by programme_no order by period, stage_order) as previous_provision,
        case
            when stage = 'estimate'
                then max(case when stage = 'original' then provision_hkd_million end) over (
                    partition by programme_no
                    order by period, stage_order
                    rows between 2 preceding and 1 preceding
                )
        end as original_provision
    from provision
),
printed as (
    select
        case when subject = 'total-expenditure' then 'total' else replace(subject, 'programme-', '') end as programme_no,
        from_period,
        from_stage,
        to_period,
        to_stage,
        case amount_unit when 'HKD' then amount / 1000000 else amount end as amount_hkd_million
    from head_135_changes
    where amount is not null
        and (subject like 'programme-%' or subject = 'total-expenditure')
),
subheads as (
    select
        'total' as programme_no,
        period,
        stage,
        sum(amount_hkd_thousand) as amount_hkd_thousand
    from head_135_subheads
    where row_kind = 'item'
    group by period, stage
)
select
    beside.programme_no,
    beside.programme_name,
    beside.period,
    beside.stage,
    beside.provision_hkd_million,
    beside.previous_period,
    beside.previous_stage,
    beside.previous_provision as previous_provision_hkd_million,
    beside.provision_hkd_million - beside.previous_provision as change_hkd_million,
    cast(
        round(100.0 * (beside.provision_hkd_million - beside.previous_provision) / beside.previous_provision, 1)
        as decimal(18, 1)
    ) as change_pct,
    printed.amount_hkd_million as printed_change_hkd_million,
    beside.printed_change_pct,
    cast(
        round(100.0 * (beside.provision_hkd_million - beside.original_provision) / beside.original_provision, 1)
        as decimal(18, 1)
    ) as change_on_original_pct,
    beside.printed_change_on_original_pct,
    cast(subheads.amount_hkd_thousand as bigint) as subheads_hkd_thousand,
    beside.source_document,
    beside.source_locator,
    beside.note_en,
    beside.note_tc,
    beside.note_sc
from beside
left join printed
    on printed.programme_no = beside.programme_no
    and printed.from_period = beside.previous_period
    and printed.from_stage = beside.previous_stage
    and printed.to_period = beside.period
    and printed.to_stage = beside.stage
left join subheads
    on subheads.programme_no = beside.programme_no
    and subheads.period = beside.period
    and subheads.stage = beside.stage
