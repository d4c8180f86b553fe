"""That no value of a column, or combination of values, comes twice."""

from praya.pipeline.validate.conditions import Answer, Check, check_countable, count_where, kept_rows
from praya.pipeline.validate.kwargs import Columns, Kwargs, Sql, Unsure, column_of, share
from praya.pipeline.validate.phrases import listed_values
from praya.pipeline.validate.rule_specs import KnownExpectation


def _unique(kwargs: Kwargs, columns: Columns) -> Check:
    share(kwargs)
    column = column_of(kwargs, columns)
    check_countable(columns)

    def read(rows: int, filled: int, different: int) -> Answer | None:
        return Answer(checked=rows, unexpected=0, missing=rows - filled) if filled == different else None

    return Check(read, figures=(Sql(f"count({column})"), Sql(f"count(distinct {column})")))


def _compound(kwargs: Kwargs, columns: Columns) -> Check:
    share(kwargs)
    names = kwargs.get("column_list")
    if not isinstance(names, list) or len(names) < 2 or len(set(map(str, names))) < len(names):
        raise Unsure
    check_countable(columns)
    quoted = [column_of({"column": name}, columns) for name in names]
    kept = kept_rows(kwargs, quoted, "all_values_are_missing", "any_value_is_missing", "never")
    # GX joins the groups by `=`: a key with a gap in it is never there twice.
    whole_key = " and ".join(f"{name} is not null" for name in quoted)
    different = Sql(f"count(distinct ({', '.join(quoted)})) filter (where {whole_key})")

    def read(rows: int, kept: int, keys: int, different: int) -> Answer | None:
        return Answer(checked=rows, unexpected=0, missing=rows - kept) if keys == different else None

    return Check(read, figures=(count_where(kept), count_where(whole_key), different))


UNIQUE = KnownExpectation(
    name="expect_column_values_to_be_unique",
    describe=lambda k: f"No value of {k['column']} comes twice",
    row_by_row=True,
    kwargs=frozenset({"column", "mostly"}),
    compile=_unique,
)
COMPOUND = KnownExpectation(
    name="expect_compound_columns_to_be_unique",
    describe=lambda k: f"No combination of {listed_values(k['column_list'])} comes twice",
    row_by_row=True,
    kwargs=frozenset({"column_list", "mostly", "ignore_row_if"}),
    compile=_compound,
)
