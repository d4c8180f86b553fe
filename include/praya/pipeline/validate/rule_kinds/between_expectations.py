"""That the values of a column, or their lengths, lie between bounds."""

from praya.pipeline.validate.conditions import Check, check_values
from praya.pipeline.validate.kwargs import Columns, Kwargs, Sql, Unsure, column_of, limits, whole
from praya.pipeline.validate.phrases import between
from praya.pipeline.validate.rule_specs import KnownExpectation

# DuckDB's types that GX takes bounds for: not text, not booleans.
ORDERED = (
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "HUGEINT",
    "FLOAT",
    "DOUBLE",
    "DECIMAL",
    "DATE",
    "TIMESTAMP",
)
_BOUNDS = frozenset({"column", "mostly", "min_value", "max_value", "strict_min", "strict_max"})


def _between(kwargs: Kwargs, columns: Columns) -> Check:
    column = column_of(kwargs, columns)
    if not columns[str(kwargs["column"])].startswith(ORDERED):
        raise Unsure
    return check_values(kwargs, column, limits(kwargs, column))


def _lengths(kwargs: Kwargs, columns: Columns) -> Check:
    column = column_of(kwargs, columns)
    return check_values(kwargs, column, limits(kwargs, f"length({column})", whole))


def _length(kwargs: Kwargs, columns: Columns) -> Check:
    column = column_of(kwargs, columns)
    return check_values(kwargs, column, Sql(f"length({column}) <> ?", (float(whole(kwargs.get("value"))),)))


VALUES = KnownExpectation(
    name="expect_column_values_to_be_between",
    describe=lambda k: f"{k['column']} is {between(k)}",
    row_by_row=True,
    kwargs=_BOUNDS,
    compile=_between,
)
LENGTHS = KnownExpectation(
    name="expect_column_value_lengths_to_be_between",
    describe=lambda k: f"{k['column']} has {between(k)} characters",
    row_by_row=True,
    kwargs=_BOUNDS,
    compile=_lengths,
)
LENGTH = KnownExpectation(
    name="expect_column_value_lengths_to_equal",
    kwargs=frozenset({"column", "mostly", "value"}),
    compile=_length,
)
