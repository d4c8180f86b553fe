"""How several columns of a row go with each other."""

from praya.pipeline.validate.conditions import Answer, Check, count_where, kept_rows
from praya.pipeline.validate.kwargs import Columns, Kwargs, Sql, column_of, flag, share
from praya.pipeline.validate.rule_specs import KnownExpectation

_PAIR = frozenset({"column_A", "column_B", "mostly", "ignore_row_if"})


def _greater(kwargs: Kwargs, columns: Columns) -> Check:
    first, other = (column_of(kwargs, columns, key) for key in ("column_A", "column_B"))
    return _of_pairs(kwargs, first, other, f"{first} {'>=' if flag(kwargs, 'or_equal') else '>'} {other}")


def _equal(kwargs: Kwargs, columns: Columns) -> Check:
    first, other = (column_of(kwargs, columns, key) for key in ("column_A", "column_B"))
    right = f"{first} = {other} and not ({first} is null or {other} is null)"
    return _of_pairs(kwargs, first, other, right)


def _of_pairs(kwargs: Kwargs, first: str, other: str, right: str) -> Check:
    share(kwargs)
    kept = kept_rows(kwargs, [first, other], "both_values_are_missing", "either_value_is_missing", "neither")

    def read(rows: int, unexpected: int, kept: int) -> Answer | None:
        return None if unexpected else Answer(checked=rows, unexpected=0, missing=rows - kept)

    return Check(read, Sql(f"{kept} and not ({right})"), (count_where(kept),))


GREATER = KnownExpectation(
    name="expect_column_pair_values_a_to_be_greater_than_b",
    describe=lambda k: (
        f"{k['column_A']} is {'at least' if k.get('or_equal') else 'more than'} {k['column_B']}"
    ),
    row_by_row=True,
    kwargs=_PAIR | {"or_equal"},
    compile=_greater,
)
EQUAL = KnownExpectation(
    name="expect_column_pair_values_to_be_equal",
    describe=lambda k: f"{k['column_A']} equals {k['column_B']}",
    row_by_row=True,
    kwargs=_PAIR,
    compile=_equal,
)
SUM = KnownExpectation(
    name="expect_multicolumn_sum_to_equal",
    describe=lambda k: f"{' + '.join(k['column_list'])} is {k['sum_total']}",
    row_by_row=True,
)
