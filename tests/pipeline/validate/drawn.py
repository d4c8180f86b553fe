"""Small random tables, and random expectations of every kind that the scan knows, for its tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from pipeline.validate.scanned import rows_query

DOMAINS: dict[str, tuple[str, list[str]]] = {
    "n": ("bigint", ["-2", "-1", "0", "1", "2", "3", "9007199254740993", "-9223372036854775808"]),
    "k": ("smallint", ["0", "1", "2", "3"]),
    "x": ("double", ["-1.5", "-0.0", "0.0", "0.1", "2", "nan", "inf", "-inf", "1e300"]),
    "m": ("decimal(18, 2)", ["-0.10", "0.00", "0.10", "1.00", "2.00", "9999999999999999.99"]),
    "w": ("varchar", ["", "a", "A", "b'", "100%", "香港", "🏙", "a\u0301", " ", "null"]),
    "v": ("varchar", ["a", "b'", "香港", "?", "$1", ":x"]),
    "b": ("boolean", ["true", "false"]),
    "d": ("date", ["2022-12-31", "2023-01-01", "2024-02-29", "0001-01-01", "infinity"]),
    "e": ("date", ["2022-12-31", "2023-01-01"]),
    "seen": (
        "timestamptz",
        ["2023-01-01 00:00:00+08", "2022-12-31 16:00:00+00", "2023-01-01 00:00:00.000001+00", "-infinity"],
    ),
    "until": ("timestamptz", ["2022-12-31 16:00:00+00", "2023-06-01 12:00:00+08"]),
    "at": ("time", ["00:00:00", "23:59:59.5"]),
}
NAMES = [*DOMAINS]
NUMBERS = st.one_of(
    st.integers(-3, 4), st.sampled_from([0.1, -0.1, 2.0, 1e300, 2**53 + 1, -(2**63), 2**63 - 1])
)
DAYS = st.sampled_from(
    ["2022-12-31", "2023-01-01", "2023-01-01T00:00:00", "2022-12-31T16:00:00", "2024-02-29"]
)
TEXTS = st.sampled_from(["", "a", "A", "b'", "100%", "香港", "?", "$1", ":x", "2023-01-01", "1"])

column = st.sampled_from(NAMES)


def kwargs(**parts: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects with these keys, and now and then a `mostly`."""
    share = {"mostly": st.sampled_from([0, 0.5, 0.9, 1, 1.0])}
    return st.one_of(st.fixed_dictionaries(parts), st.fixed_dictionaries(parts | share))


def some(**parts: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects with any of these keys."""
    return st.fixed_dictionaries({}, optional=parts)


@st.composite
def limits(draw: st.DrawFn, values: st.SearchStrategy[Any]) -> dict[str, Any]:
    ends = draw(st.lists(values, min_size=2, max_size=2))
    if draw(st.integers(0, 9)) and type(ends[0]) is type(ends[1]):
        ends.sort()
    drawn = dict(zip(("min_value", "max_value"), ends, strict=True))
    drawn |= draw(some(strict_min=st.booleans(), strict_max=st.booleans()))
    if missing := draw(st.sampled_from([None, "min_value", "max_value"])):
        drawn[missing] = None
    return drawn


def of_column(
    names: list[str], values: st.SearchStrategy[dict[str, Any]]
) -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(lambda one, rest: one | rest, kwargs(column=st.sampled_from(names)), values)


def value_set(*of: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {"value_set": st.one_of(*(st.lists(each, min_size=1, max_size=8) for each in of))}
    )


PAIRS = st.sampled_from(
    [
        ("n", "k"),
        ("k", "n"),
        ("n", "x"),
        ("x", "m"),
        ("w", "v"),
        ("d", "e"),
        ("seen", "until"),
        ("d", "until"),
        ("b", "b"),
        ("at", "at"),
    ]
)
pairs = st.builds(
    lambda pair, rest: {"column_A": pair[0], "column_B": pair[1]} | rest,
    PAIRS,
    some(
        ignore_row_if=st.sampled_from(["both_values_are_missing", "either_value_is_missing", "neither"]),
        mostly=st.sampled_from([0.5, 1]),
    ),
)
counts = st.integers(0, 8)
SETS = [
    of_column(["n", "k", "x", "m"], value_set(NUMBERS)),
    of_column(["w", "v"], value_set(TEXTS)),
    of_column(["b"], value_set(st.booleans())),
    of_column(
        ["d", "e", "seen"], value_set(st.sampled_from(["2022-12-31", "2023-01-01", "2023-01-01 00:00:00"]))
    ),
]
KINDS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "expect_column_values_to_not_be_null": kwargs(column=column),
    "expect_column_values_to_be_null": kwargs(column=column),
    "expect_column_values_to_be_unique": kwargs(column=column),
    "expect_column_values_to_be_between": st.one_of(
        of_column(["n", "k", "x", "m"], limits(NUMBERS)),
        of_column(["d", "e", "seen", "until"], limits(DAYS)),
    ),
    "expect_column_values_to_be_in_set": st.one_of(*SETS),
    "expect_column_values_to_not_be_in_set": st.one_of(*SETS),
    "expect_column_value_lengths_to_be_between": of_column(["w", "v", "n"], limits(st.integers(0, 4))),
    "expect_column_value_lengths_to_equal": kwargs(
        column=st.sampled_from(["w", "v"]), value=st.integers(0, 3)
    ),
    "expect_column_pair_values_a_to_be_greater_than_b": st.builds(
        lambda one, rest: one | rest, pairs, some(or_equal=st.booleans())
    ),
    "expect_column_pair_values_to_be_equal": pairs,
    "expect_compound_columns_to_be_unique": st.builds(
        lambda one, rest: one | rest,
        kwargs(column_list=st.lists(column, min_size=2, max_size=3, unique=True)),
        some(ignore_row_if=st.sampled_from(["all_values_are_missing", "any_value_is_missing", "never"])),
    ),
    "expect_column_to_exist": st.fixed_dictionaries({"column": st.sampled_from([*NAMES, "none"])}),
    "expect_table_row_count_to_be_between": limits(counts),
    "expect_table_row_count_to_equal": st.fixed_dictionaries({"value": counts}),
    "expect_table_column_count_to_be_between": st.fixed_dictionaries(
        {"min_value": st.integers(11, 14), "max_value": st.integers(13, 15)}
    ),
    "expect_table_column_count_to_equal": st.fixed_dictionaries({"value": st.integers(12, 14)}),
    "expect_table_columns_to_match_ordered_list": st.fixed_dictionaries(
        {"column_list": st.sampled_from([["row", *NAMES], [*NAMES, "row"], NAMES])}
    ),
    "expect_table_columns_to_match_set": st.builds(
        lambda one, rest: {"column_set": one} | rest,
        st.sampled_from([["row", *NAMES], [*NAMES, "row"], NAMES, [*NAMES, "row", "none"], []]),
        some(exact_match=st.booleans()),
    ),
}
FILTERS = [
    "n < k", "x <> x", "x > 0 or m < 0.1", "not regexp_full_match(w, '[a-zA-Z]?')", "w = v", "w in ('a', 'A')",
    "d < date '2023-01-01'", "seen + interval 8 hours >= until", '"at" between time \'00:00\' and time \'12:00\'',
    "b", "not b", "(w is null) = (v is null)", "case when b then n else k end > 0", "d::varchar like '2023%'",
    "coalesce(n, 0) % 2 = 1", "w like '%\\:%'", "length(w) > 1 and upper(w) = w", "n not between 0 and 5",
    "try_cast(w as integer) is null", "w is distinct from v", "x::integer > 0", "seen\\:\\:date > e",
]  # fmt: skip
filters = st.sampled_from(FILTERS)

expectation = st.one_of(
    *(
        st.builds(lambda kwargs, kind=kind: {"type": kind, "kwargs": kwargs}, drawn)
        for kind, drawn in KINDS.items()
    ),
    filters.map(lambda condition: rows_query(f"select * from {{batch}} where {condition}")),
)
some_expectations = st.lists(expectation, min_size=20, max_size=20)
mixed = st.one_of(
    of_column(NAMES, value_set(TEXTS, st.integers(0, 3), st.booleans(), NUMBERS | TEXTS | st.booleans())),
    of_column(NAMES, limits(NUMBERS | DAYS | TEXTS)),
)


@st.composite
def tables(draw: st.DrawFn) -> dict[str, list[str | None]]:
    """Columns as text: of few values, so that they come twice, or of values that all differ."""
    size = draw(st.sampled_from([0, 1, 2, 3, 5, 7]))
    table: dict[str, list[str | None]] = {}
    for name, (_, values) in DOMAINS.items():
        if size <= len(values) and draw(st.booleans()):
            table[name] = list(draw(st.permutations(values))[:size])
        else:
            pool = draw(st.lists(st.none() | st.sampled_from(values), min_size=1, max_size=3))
            table[name] = draw(st.lists(st.sampled_from(pool), min_size=size, max_size=size))
    return table


def write(write_table: Any, table: dict[str, list[str | None]]) -> Path:
    size = len(next(iter(table.values())))
    columns = ", ".join(f'unnest(?::varchar[])::{DOMAINS[name][0]} as "{name}"' for name in table)
    sql = f"select unnest(?::bigint[]) as row, {columns}"
    path: Path = write_table(sql, [list(range(size)), *table.values()])
    return path
