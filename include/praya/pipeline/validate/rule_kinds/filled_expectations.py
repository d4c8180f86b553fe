"""That the values of a column are there, or that none is."""

from collections.abc import Callable

from praya.pipeline.validate.conditions import Answer, Check
from praya.pipeline.validate.kwargs import Columns, Kwargs, Sql, column_of, share
from praya.pipeline.validate.rule_specs import KnownExpectation


def _filled(kwargs: Kwargs, columns: Columns, right: Callable[[int], int]) -> Check:
    share(kwargs)

    def read(rows: int, filled: int) -> Answer | None:
        # Of no rows at all GX gives no number of unexpected ones.
        return Answer(checked=rows, unexpected=0 if rows else None) if filled == right(rows) else None

    return Check(read, figures=(Sql(f"count({column_of(kwargs, columns)})"),))


NOT_NULL = KnownExpectation(
    name="expect_column_values_to_not_be_null",
    describe=lambda k: f"{k['column']} is never empty",
    row_by_row=True,
    kwargs=frozenset({"column", "mostly"}),
    compile=lambda kwargs, columns: _filled(kwargs, columns, lambda rows: rows),
)
NULL = KnownExpectation(
    name="expect_column_values_to_be_null",
    describe=lambda k: f"{k['column']} is always empty",
    row_by_row=True,
    kwargs=frozenset({"column", "mostly"}),
    compile=lambda kwargs, columns: _filled(kwargs, columns, lambda _rows: 0),
)
