-- What:   Head 135's expenditure as fiscal facts that may be added up: its subheads, without the totals above them.
-- Grain:  one row a subhead, financial year and stage of the figure.
-- Inputs: head_135_subheads (the items).
-- Units:  amount_hkd HKD, from whole thousands.
select
    cast(left(period, 4) as bigint) as fiscal_year,
    stage as phase,
    subhead as subhead_code,
    line_name as subhead_name,
    account,
    category,
    amount_hkd_thousand * 1000 as amount_hkd,
    source_document,
    source_locator
from head_135_subheads
where row_kind = 'item'
