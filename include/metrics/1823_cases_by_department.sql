-- What:   SYNTHETIC. Cases by type and by the departments that had them: passed on in time, shared, still open.
-- Grain:  one row a period, case type and department; case type 'all' is every type, department 'any' every case that
--         a department had, department 'none' the cases that 1823 dealt with by itself.
--         A period is a month (2023-03) or, once its twelve months are there, a calendar year (2023), Hong Kong time.
-- Every code is in every period, with zeros where nobody is counted: which rows there are tells nothing. 'none' is
-- listed for enquiries and 'all' only: what 1823 deals with by itself is an enquiry, so that the other types of it are
-- not small counts, but ones that there cannot be. Should there be one all the same, it is counted and has its row.
-- Inputs: 1823_monthly_cases_by_department (which says what is counted), 1823_periods.
-- Units:  within_3h_pct per cent at one decimal; all else counts. Source: records API of the synthetic 1823.
-- within_3h_pct: within_3h / cases.
-- *_key: sums of record keys, for disclosure control; they are not released.
-- open_at_month_end and its ages: months only, for what is open is a stock, and twelve of them do not add up to a year's.
with listed as (
    from "1823_monthly_cases_by_department"
    union all by name
    select month, case_type, department
    from "1823_periods"
    cross join (select unnest(['enquiry', 'service-request-or-complaint', 'suggestion', 'compliment']) as case_type)
    cross join (
        select unnest([
            'AFCD', 'ARCHSD', 'BD', 'CEDD', 'CR', 'DH', 'DSD', 'EMSD', 'EPD', 'FEHD', 'HAD', 'HD', 'HKPF',
            'HYD', 'LANDSD', 'LCSD', 'LD', 'LR', 'MD', 'RVD', 'SWD', 'TD', 'WSD', 'any', 'none'
        ]) as department
    )
    where period_kind = 'month' and (department <> 'none' or case_type = 'enquiry')
)
select
    period,
    period_kind,
    coalesce(case_type, 'all') as case_type,
    department,
    cast(coalesce(sum(cases), 0) as bigint) as cases,
    case when department <> 'none' then cast(coalesce(sum(within_3h), 0) as bigint) end as within_3h,
    case when department <> 'none' then cast(round(100.0 * sum(within_3h) / nullif(sum(cases), 0), 1) as decimal(18, 1)) end as within_3h_pct,
    case when department <> 'none' then cast(coalesce(sum(shared), 0) as bigint) end as shared,
    case when department <> 'none' and period_kind = 'month' then cast(coalesce(sum(open_at_month_end), 0) as bigint) end as open_at_month_end,
    case when department <> 'none' and period_kind = 'month' then cast(coalesce(sum(open_under_7_days), 0) as bigint) end as open_under_7_days,
    case when department <> 'none' and period_kind = 'month' then cast(coalesce(sum(open_7_to_13_days), 0) as bigint) end as open_7_to_13_days,
    case when department <> 'none' and period_kind = 'month' then cast(coalesce(sum(open_14_days_or_more), 0) as bigint) end as open_14_days_or_more,
    cast(sum(columns('.+_key')) as bigint)
from listed
join "1823_periods" using (month)
group by grouping sets ((period, period_kind, department, case_type), (period, period_kind, department))
