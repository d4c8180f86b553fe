-- What:   the open data plan against the catalogue: what was due, whether it was released, and when.
-- Grain:  one row a plan year and dataset.
-- Inputs: open_data_plans; catalogue_releases, the months in which something of a dataset was released (Hong Kong time).
--         catalogue_downloads, how often data of a dataset was downloaded in a month, as far as logs were counted.
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
downloaded as (
    select dataset, sum(downloads) as downloads
    from catalogue_downloads
    group by dataset
),
counted as (
    select min(month) as downloads_from_month, max(month) as downloads_to_month
    from catalogue_downloads
),
compared as (
    select
        plan.*,
        first_released_month,
        as_at_month,
        -- Nothing is known where nothing was counted; where it was, a dataset without a download has none.
        if(downloads_to_month is null, null, coalesce(downloads, 0)) as downloads,
        downloads_from_month,
        downloads_to_month,
        12 * (cast(left(first_released_month, 4) as integer) - cast(left(target_month, 4) as integer))
            + cast(right(first_released_month, 2) as integer) - cast(right(target_month, 2) as integer)
            as months_after_target
    from open_data_plans as plan
    left join first_releases using (dataset)
    left join downloaded using (dataset)
    cross join known
    cross join counted
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
    end as status,
    cast(downloads as bigint) as downloads,
    downloads_from_month,
    downloads_to_month
from compared
