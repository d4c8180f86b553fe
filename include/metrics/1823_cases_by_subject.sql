-- What:   SYNTHETIC. Cases by what they are about, in two levels, and of which type.
-- Grain:  one row a period, group of subjects and subject; subject 'all' is its whole group, group 'all' everything.
--         A period is a month (2023-03) or, once its twelve months are there, a calendar year (2023), Hong Kong time.
-- Every code is in every period, with zeros where nobody is counted: which rows there are tells nothing.
-- Inputs: 1823_monthly_cases_by_subject (which says what is counted), 1823_periods.
-- Units:  counts of cases received in the period, as they are classified now. Source: records API of the synthetic 1823.
-- *_key: sums of record keys, for disclosure control; they are not released.
with listed as (
    from "1823_monthly_cases_by_subject"
    union all by name
    select month, subject_group, subject
    from "1823_periods"
    cross join (
        values
            ('environmental-hygiene', 'street-cleansing'), ('environmental-hygiene', 'refuse-collection'),
            ('environmental-hygiene', 'water-seepage'), ('environmental-hygiene', 'pest-control'),
            ('environmental-hygiene', 'food-premises-licence'),
            ('environmental-hygiene', 'markets-and-hawkers'), ('roads', 'road-defects'),
            ('roads', 'street-lighting'), ('roads', 'roadworks'), ('traffic', 'illegal-parking'),
            ('traffic', 'traffic-signals'), ('traffic', 'public-transport'), ('driving', 'driving-licence'),
            ('driving', 'vehicle-licence'), ('driving', 'driving-test'), ('environment', 'noise'),
            ('environment', 'air-quality'), ('environment', 'waste-and-recycling'),
            ('drainage', 'blocked-drain'), ('drainage', 'flooding'), ('slopes', 'slope-maintenance'),
            ('slopes', 'landslip-warning'), ('trees', 'fallen-tree'), ('trees', 'tree-maintenance'),
            ('leisure', 'sports-facilities'), ('leisure', 'parks-and-beaches'),
            ('leisure', 'libraries-and-museums'), ('buildings', 'unauthorised-building-works'),
            ('buildings', 'dangerous-building'), ('buildings', 'government-premises'),
            ('land', 'unlawful-occupation'), ('land', 'land-search'), ('land', 'small-house-policy'),
            ('housing', 'public-housing-application'), ('housing', 'estate-management'),
            ('animals', 'stray-animals'), ('animals', 'dog-licence'), ('animals', 'country-parks'),
            ('health', 'health-centres'), ('health', 'travel-health'), ('employment', 'employees-rights'),
            ('employment', 'job-seeking'), ('welfare', 'social-security'), ('welfare', 'elderly-services'),
            ('rates', 'rates-account'), ('rates', 'tenancy-matters'), ('business', 'company-registration'),
            ('business', 'lifts-and-escalators'), ('business', 'gas-and-electricity-safety'),
            ('water', 'water-account'), ('water', 'burst-main'), ('marine', 'vessel-licence'),
            ('marine', 'marine-refuse'), ('community', 'community-halls'), ('community', 'building-management')
    ) as codes (subject_group, subject)
    where period_kind = 'month'
)
select
    period,
    period_kind,
    coalesce(subject_group, 'all') as subject_group,
    coalesce(subject, 'all') as subject,
    cast(coalesce(sum(cases), 0) as bigint) as cases,
    cast(coalesce(sum(enquiries), 0) as bigint) as enquiries,
    cast(coalesce(sum(service_requests_or_complaints), 0) as bigint) as service_requests_or_complaints,
    cast(coalesce(sum(suggestions), 0) as bigint) as suggestions,
    cast(coalesce(sum(compliments), 0) as bigint) as compliments,
    cast(sum(columns('.+_key')) as bigint)
from listed
join "1823_periods" using (month)
group by grouping sets ((period, period_kind, subject_group, subject), (period, period_kind, subject_group), (period, period_kind))
