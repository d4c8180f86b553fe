-- What:   the open data plan against the catalogue: what was due, whether it was released, and when.
-- Grain:  one row a plan year and dataset.
-- Inputs: open_data_plans; catalogue_releases, the months in which something of a dataset was released (Hong Kong time).
-- Units:  months_after_target in months; below 0 is early, null where nothing is released.
-- As at:  the latest month in which anything was released. There is no clock here: a month in which nothing at all is
--         released is not seen to pass.
with first_releases as (
    select dataset, min(released_month) as first_released_month
    from catalogue_releases
    group by dataset
),
known as (
    select max(released_month) as as_at_month
    from catalogue_releases
),
compared as (
    select
        plan.*,
        first_released_month,
        as_at_month,
        12 * (cast(left(first_released_month, 4) as integer) - cast(left(target_month, 4) as integer))
            + cast(right(first_released_month, 2) as integer) - cast(right(target_month, 2) as integer)
            as months_after_target
    from open_data_plans as plan
    left join first_releases using (dataset)
    cross join known
)
select
    dataset,
    provider,
    title_en,
    title_tc,
    title_sc,
    target_month,
    plan_year,
    frequency,
    first_released_month,
    cast(months_after_target as bigint) as months_after_target,
    as_at_month,
    case
        when months_after_target <= 0 then 'released on time'
        when months_after_target > 0 then 'released late'
        when as_at_month > target_month then 'overdue'
        else 'due'
    end as status
from compared
