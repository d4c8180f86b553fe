"""That the values of a column are in a set, are not in it, or make it up."""

from praya.pipeline.validate.conditions import Check, check_values
from praya.pipeline.validate.kwargs import Columns, Kwargs, column_of, listed
from praya.pipeline.validate.phrases import listed_values
from praya.pipeline.validate.rule_specs import KnownExpectation

_SET = frozenset({"column", "mostly", "value_set"})


def _in_set(kwargs: Kwargs, columns: Columns) -> Check:
    column = column_of(kwargs, columns)
    return check_values(kwargs, column, listed(kwargs, f"{column} not in"), apart=True)


def _not_in_set(kwargs: Kwargs, columns: Columns) -> Check:
    column = column_of(kwargs, columns)
    return check_values(kwargs, column, listed(kwargs, f"{column} in"), apart=True)


IN_SET = KnownExpectation(
    name="expect_column_values_to_be_in_set",
    describe=lambda k: f"{k['column']} is one of: {listed_values(k['value_set'])}",
    row_by_row=True,
    kwargs=_SET,
    compile=_in_set,
)
NOT_IN_SET = KnownExpectation(
    name="expect_column_values_to_not_be_in_set",
    describe=lambda k: f"{k['column']} is none of: {listed_values(k['value_set'])}",
    row_by_row=True,
    kwargs=_SET,
    compile=_not_in_set,
)
DISTINCT_IN_SET = KnownExpectation(
    name="expect_column_distinct_values_to_be_in_set",
    describe=lambda k: f"Every value of {k['column']} is one of: {listed_values(k['value_set'])}",
)
DISTINCT_EQUAL_SET = KnownExpectation(
    name="expect_column_distinct_values_to_equal_set",
    describe=lambda k: f"The values of {k['column']} are exactly: {listed_values(k['value_set'])}",
)
DISTINCT_CONTAIN_SET = KnownExpectation(
    name="expect_column_distinct_values_to_contain_set",
    describe=lambda k: f"The values of {k['column']} include: {listed_values(k['value_set'])}",
)
