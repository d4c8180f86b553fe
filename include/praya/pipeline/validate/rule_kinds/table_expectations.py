"""Which columns a table has, and how many rows and columns."""

from praya.pipeline.validate.conditions import Answer, Check
from praya.pipeline.validate.kwargs import Columns, Kwargs, Unsure, column_of, flag, whole, within
from praya.pipeline.validate.phrases import between, listed_values
from praya.pipeline.validate.rule_specs import KnownExpectation


def _row_count(kwargs: Kwargs, _columns: Columns) -> Check:
    right = within(kwargs)
    return Check(lambda rows: Answer(rows) if right(rows) else None)


def _row_count_is(kwargs: Kwargs, _columns: Columns) -> Check:
    value = whole(kwargs.get("value"))
    return Check(lambda rows: Answer(rows) if rows == value else None)


def _column_count(kwargs: Kwargs, columns: Columns) -> Check:
    if not within(kwargs)(len(columns)):
        raise Unsure
    return Check(lambda _rows: Answer(len(columns)))


def _column_count_is(kwargs: Kwargs, columns: Columns) -> Check:
    if whole(kwargs.get("value")) != len(columns):
        raise Unsure
    return Check(lambda _rows: Answer(len(columns)))


def _columns_in_order(kwargs: Kwargs, columns: Columns) -> Check:
    if kwargs.get("column_list") != list(columns):
        raise Unsure
    return Check(lambda _rows: Answer(list(columns)))


def _columns_in_set(kwargs: Kwargs, columns: Columns) -> Check:
    names = kwargs.get("column_set")
    exact = flag(kwargs, "exact_match", default=True)
    # GX lets case differ and reads quotes as part of the name's meaning: such sets are left to it.
    if not isinstance(names, list) or not all(isinstance(name, str) and name in columns for name in names):
        raise Unsure
    if any(name.startswith('"') for name in names) or (exact and set(names) != set(columns)):
        raise Unsure
    return Check(lambda _rows: Answer(sorted(columns)))


def _exists(kwargs: Kwargs, columns: Columns) -> Check:
    column_of(kwargs, columns)
    return Check(lambda _rows: Answer())


EXISTS = KnownExpectation(
    name="expect_column_to_exist",
    describe=lambda k: f"There is a column {k['column']}",
    kwargs=frozenset({"column"}),
    compile=_exists,
)
COLUMNS_IN_ORDER = KnownExpectation(
    name="expect_table_columns_to_match_ordered_list",
    describe=lambda k: f"The columns are, in this order: {listed_values(k['column_list'], limit=40)}",
    kwargs=frozenset({"column_list"}),
    compile=_columns_in_order,
)
COLUMNS_IN_SET = KnownExpectation(
    name="expect_table_columns_to_match_set",
    describe=lambda k: f"The columns are: {listed_values(k['column_set'], limit=40)}",
    kwargs=frozenset({"column_set", "exact_match"}),
    compile=_columns_in_set,
)
ROW_COUNT = KnownExpectation(
    name="expect_table_row_count_to_be_between",
    describe=lambda k: f"The number of rows is {between(k)}",
    kwargs=frozenset({"min_value", "max_value", "strict_min", "strict_max"}),
    compile=_row_count,
)
ROW_COUNT_IS = KnownExpectation(
    name="expect_table_row_count_to_equal",
    describe=lambda k: f"The number of rows is {k['value']}",
    kwargs=frozenset({"value"}),
    compile=_row_count_is,
)
COLUMN_COUNT = KnownExpectation(
    name="expect_table_column_count_to_be_between",
    kwargs=frozenset({"min_value", "max_value"}),
    compile=_column_count,
)
COLUMN_COUNT_IS = KnownExpectation(
    name="expect_table_column_count_to_equal",
    kwargs=frozenset({"value"}),
    compile=_column_count_is,
)
