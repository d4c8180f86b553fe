"""Figures of a column between bounds. The scan leaves them to Great Expectations."""

from praya.pipeline.validate.phrases import between
from praya.pipeline.validate.rule_specs import KnownExpectation


def _figure(name: str, figure: str) -> KnownExpectation:
    return KnownExpectation(name=name, describe=lambda k: f"The {figure} of {k['column']} is {between(k)}")


SUM = _figure("expect_column_sum_to_be_between", "sum")
MEAN = _figure("expect_column_mean_to_be_between", "mean")
MEDIAN = _figure("expect_column_median_to_be_between", "median")
LEAST = _figure("expect_column_min_to_be_between", "least value")
GREATEST = _figure("expect_column_max_to_be_between", "greatest value")
DISTINCT = _figure("expect_column_unique_value_count_to_be_between", "number of different values")
DISTINCT_SHARE = _figure(
    "expect_column_proportion_of_unique_values_to_be_between", "share of different values"
)
