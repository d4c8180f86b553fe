"""The scan and Great Expectations agree, row for row, on every kind of expectation that the scan knows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.validate.drawn import KINDS, mixed, some_expectations, tables, write
from pipeline.validate.scanned import agree, rows_by_gx, rows_query, views
from praya.contract.rule_kind import rule_kinds
from praya.pipeline.validate.conditions import compile_check
from praya.pipeline.validate.queries import conditions_of, sql_of
from praya.pipeline.validate.rule_specs import KnownExpectation
from praya.pipeline.validate.table_scan import scan

pytestmark = pytest.mark.slow

FEW = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)


def test_every_kind_that_the_scan_knows_is_tested() -> None:
    scanned = {name for name, kind in rule_kinds(KnownExpectation).items() if kind.compile}
    assert scanned == set(KINDS)


@FEW
@given(table=tables(), asked=some_expectations)
def test_clean_is_what_gx_passes_with_nothing_unexpected(
    write_table: Any, table: dict[str, list[str | None]], asked: list[dict[str, Any]]
) -> None:
    agree(write(write_table, table), asked)


@FEW
@given(table=tables(), asked=some_expectations)
def test_a_condition_picks_the_rows_that_gx_picks(
    write_table: Any, table: dict[str, list[str | None]], asked: list[dict[str, Any]]
) -> None:
    path = write(write_table, table)
    theirs = rows_by_gx(path, asked)
    with views(path) as connection:
        columns = {
            str(name): str(kind) for name, kind, *_ in connection.execute("describe _batch").fetchall()
        }
        for index, each in enumerate(asked):
            if each["type"] == "unexpected_rows_expectation":
                (condition,) = conditions_of(connection, [sql_of(each["kwargs"])], columns)
                assert condition
            else:
                check = compile_check(each, columns)
                condition = check.unexpected if check else None
            if condition and index in theirs:
                found = connection.execute(f"select row from _batch where {condition.text}", condition.values)
                assert {row for (row,) in found.fetchall()} == theirs[index], each


@FEW
@given(table=tables(), given_kwargs=st.lists(mixed, min_size=10, max_size=10))
def test_values_of_another_type_are_clean_only_if_gx_says_so(
    write_table: Any, table: dict[str, list[str | None]], given_kwargs: list[dict[str, Any]]
) -> None:
    """DuckDB casts, or refuses to, when it looks at a value or before: the scan may be the stricter."""
    asked = [
        {"type": f"expect_column_values_to_{kind}", "kwargs": each}
        for each in given_kwargs
        for kind in (["be_in_set", "not_be_in_set"] if "value_set" in each else ["be_between"])
    ]
    agree(write(write_table, table), asked, cautious=True)


# --- where bounds and gaps decide -----------------------------------------------------------------

FLAGS = [{}, {"strict_min": True}, {"strict_max": True}, {"strict_min": True, "strict_max": True}]


def bounded(kind: str, low: Any, high: Any, **rest: Any) -> list[dict[str, Any]]:
    """One-sided and two-sided, strict and not."""
    ends = [{"min_value": low}, {"max_value": high}, {"min_value": low, "max_value": high}]
    return [{"type": kind, "kwargs": {**rest, **end, **strict}} for end in ends for strict in FLAGS]


def test_bounds_are_taken_as_gx_takes_them(write_table: Any) -> None:
    table = write_table(
        "select range + 1 as n, 9007199254740993 as wide, date '2023-01-01' + range::integer as d, "
        "timestamptz '2023-01-01 00:00+00' + range * interval 1 hour as seen, repeat('香', range::integer + 1) as w "
        "from range(3)"
    )
    asked = bounded("expect_column_values_to_be_between", 1, 3, column="n")
    asked += bounded("expect_column_values_to_be_between", 0, 4, column="n")
    asked += bounded("expect_column_values_to_be_between", 9007199254740994, 9007199254740992, column="wide")
    asked += bounded("expect_column_values_to_be_between", "2023-01-01", "2023-01-03", column="d")
    asked += bounded("expect_column_values_to_be_between", "2023-01-01", "2023-01-01T02:00:00", column="seen")
    asked += bounded("expect_column_value_lengths_to_be_between", 1, 3, column="w")
    asked += bounded("expect_table_row_count_to_be_between", 3, 3)
    asked += [
        {"type": "expect_column_values_to_be_in_set", "kwargs": {"column": "wide", "value_set": [value]}}
        for value in (9007199254740992, 9007199254740992.0)
    ]
    answered, _ = agree(table, asked)
    assert 30 < len(answered) < len(asked)


def test_gaps_are_taken_as_gx_takes_them(write_table: Any) -> None:
    """Every way that one of two values, or both, may be missing, by every way to leave rows out."""
    table = write_table("select * from (values (2, 1), (2, null), (null, 1), (null, null)) as t(a, b)")
    same = write_table("select * from (values (1, 1), (null, null)) as t(a, b)")
    whole = write_table("select * from (values (2, 1), (3, 1)) as t(a, b)")
    pairs = {"column_A": "a", "column_B": "b"}
    asked: list[dict[str, Any]] = [
        {"type": kind, "kwargs": {**pairs, **ignored, **more}}
        for ignored in [
            {},
            *(
                {"ignore_row_if": each}
                for each in ("both_values_are_missing", "either_value_is_missing", "neither")
            ),
        ]
        for kind, more in (
            ("expect_column_pair_values_to_be_equal", {}),
            ("expect_column_pair_values_a_to_be_greater_than_b", {}),
            ("expect_column_pair_values_a_to_be_greater_than_b", {"or_equal": True}),
        )
    ]
    asked += [
        {"type": "expect_compound_columns_to_be_unique", "kwargs": {"column_list": ["a", "b"], **ignored}}
        for ignored in [
            {},
            *(
                {"ignore_row_if": each}
                for each in ("all_values_are_missing", "any_value_is_missing", "never")
            ),
        ]
    ]
    answered = [len(agree(each, asked)[0]) for each in (table, same, whole)]
    assert all(number > 0 for number in answered)
    assert min(answered) < len(asked)


# --- kwargs that GX reads in ways of its own ------------------------------------------------------

ODD: list[tuple[str, dict[str, Any]]] = [
    ("expect_column_values_to_be_between", {"column": "n", "min_value": "-5"}),
    ("expect_column_values_to_be_between", {"column": "n", "min_value": True}),
    ("expect_column_values_to_be_between", {"column": "n", "min_value": 10**400}),
    ("expect_column_values_to_be_between", {"column": "d", "min_value": "2022-1-1"}),
    ("expect_column_values_to_be_between", {"column": "d", "min_value": "2022-02-30"}),
    ("expect_column_values_to_be_between", {"column": "d", "min_value": "2022-01-01T00:00:00Z"}),
    ("expect_column_values_to_be_between", {"column": "d", "min_value": "2022-01-01", "max_value": "2025-01-01T00:00"}),
    ("expect_column_values_to_be_between", {"column": "n", "min_value": 0, "strict_max": "yes"}),
    ("expect_column_values_to_be_between", {"column": "n", "min_value": 5, "max_value": 1}),
    ("expect_column_values_to_be_between", {"column": "w", "min_value": 0}),
    ("expect_column_values_to_be_between", {"column": "figure", "min_value": 0}),
    ("expect_column_values_to_be_between", {"column": "yes", "min_value": 0}),
    ("expect_column_values_to_be_between", {"column": "n"}),
    ("expect_column_values_to_be_between", {"min_value": 0}),
    ("expect_column_values_to_be_between", {"column": ["n"], "min_value": 0}),
    ("expect_column_values_to_be_between", {"column": "N", "min_value": 0}),
    ("expect_column_values_to_be_in_set", {"column": "w", "value_set": ["a", None, "b"]}),
    ("expect_column_values_to_be_in_set", {"column": "w", "value_set": []}),
    ("expect_column_values_to_be_in_set", {"column": "w", "value_set": None}),
    ("expect_column_values_to_be_in_set", {"column": "n", "value_set": [1, True]}),
    ("expect_column_values_to_be_in_set", {"column": "n", "value_set": {"$PARAMETER": "x"}}),
    ("expect_column_values_to_not_be_in_set", {"column": "w", "value_set": ["z", None]}),
    ("expect_column_values_to_be_unique", {"column": "n", "mostly": 2}),
    ("expect_column_values_to_be_unique", {"column": "n", "mostly": "0.5"}),
    ("expect_column_values_to_be_unique", {"column": "n", "mostly": None}),
    ("expect_column_values_to_be_unique", {"column": "n", "row_condition": 'col("n") > 5'}),
    ("expect_column_values_to_be_unique", {"column": "n", "result_format": "BASIC"}),
    ("expect_column_values_to_be_unique", {"column": "n", "unheard_of": 1}),
    ("expect_column_value_lengths_to_equal", {"column": "w", "value": 1.0}),
    ("expect_column_value_lengths_to_be_between", {"column": "w", "min_value": 0.5}),
    ("expect_compound_columns_to_be_unique", {"column_list": ["n"]}),
    ("expect_compound_columns_to_be_unique", {"column_list": ["n", "n"]}),
    ("expect_compound_columns_to_be_unique", {"column_list": ["n", "w"], "ignore_row_if": "neither"}),
    ("expect_table_row_count_to_be_between", {}),
    ("expect_table_row_count_to_be_between", {"min_value": 1.0}),
    ("expect_table_row_count_to_be_between", {"min_value": 5, "max_value": 1}),
    ("expect_table_row_count_to_equal", {"value": "3"}),
    ("expect_table_columns_to_match_set", {"column_set": ["N", "D", "W", "FIGURE", "YES"]}),
    ("expect_table_columns_to_match_set", {"column_set": ['"n"', "d", "w", "figure", "yes"]}),
    ("expect_table_columns_to_match_ordered_list", {"column_list": None}),
    ("expect_column_to_exist", {"column": "n", "column_index": 0}),
    ("expect_column_max_to_be_between", {"column": "n", "max_value": 5}),
    ("expect_something_unheard_of", {}),
    ("unexpected_rows_expectation", {}),
]  # fmt: skip


def test_what_is_not_surely_understood_is_left_to_gx(three: Path) -> None:
    asked = [{"type": kind, "kwargs": given} for kind, given in ODD]
    answered, clean = agree(three, asked, cautious=True)
    assert answered == []
    assert len(clean) > 8


def test_a_severity_that_gx_refuses_is_left_to_gx(three: Path) -> None:
    known = {"type": "expect_column_values_to_be_unique", "kwargs": {"column": "n"}}
    asked = [{**known, "severity": name} for name in ("info", "warning", "critical", "grave")]
    assert agree(three, asked) == ([0, 1, 2], [0, 1, 2])


def test_a_column_that_gx_takes_for_its_own_count_is_left_to_gx(write_table: Any) -> None:
    table = write_table("select range as n, range % 2 as _num_rows from range(3)")
    asked = [
        {"type": "expect_column_values_to_be_unique", "kwargs": {"column": "n"}},
        {"type": "expect_compound_columns_to_be_unique", "kwargs": {"column_list": ["n", "_num_rows"]}},
    ]
    assert agree(table, asked, cautious=True)[0] == []


def test_names_are_quoted_and_those_that_gx_cannot_read_are_left_to_it(write_table: Any) -> None:
    good, odd = ["select", "at", "日期", "_x1", "A"], ['a"b', "a?b", "a b", "a{}b", "a%b", "1a", "a.b"]
    columns = ", ".join('range as "' + name.replace('"', '""') + '"' for name in [*good, *odd])
    table = write_table(f"select {columns} from range(3)")
    kinds = ("expect_column_values_to_be_unique", "expect_column_values_to_not_be_null")
    asked: list[dict[str, Any]] = [
        {"type": kind, "kwargs": {"column": name}} for name in [*good, *odd] for kind in kinds
    ]
    answered, _clean = agree(table, asked, cautious=True)
    assert answered == [*range(len(kinds) * len(good))]


def test_moments_are_seen_as_the_clock_of_hong_kong_showed_them(write_table: Any) -> None:
    moments = ["2023-01-01 00:00:00.123456+08", "0001-01-01 00:00:00+00", "1890-06-01 12:00:00+08"]
    moments += ["infinity", "-infinity", "290000-01-01 00:00:00+00", "1979-07-01 00:00:00+00"]
    table = write_table("select unnest(?::varchar[])::timestamptz as seen", [[*moments, None]])
    with views(table) as connection:
        found = connection.execute("select seen::varchar, typeof(seen) from _batch").fetchall()
    assert [text for text, _ in found] == [
        "2023-01-01 00:00:00.123456",
        "0001-01-01 07:36:42",
        "1890-06-01 11:36:42",
        "infinity",
        "-infinity",
        "290000-01-01 08:00:00",
        "1979-07-01 09:00:00",
        None,
    ]
    assert {kind for _, kind in found} == {"TIMESTAMP"}


# --- failing alone, and leaving GX alone ----------------------------------------------------------


def test_what_breaks_the_scan_spares_its_neighbours(three: Path) -> None:
    """`w` is no number, and an aggregate in a filter is no SQL: neither may take the others along."""
    asked = [
        rows_query("select * from {batch} where w::integer > 5"),
        rows_query("select * from {batch} where sum(n) > 5"),
        {"type": "expect_column_values_to_be_in_set", "kwargs": {"column": "n", "value_set": ["uno"]}},
        {"type": "expect_column_values_to_be_unique", "kwargs": {"column": "n"}},
    ]
    assert agree(three, asked) == ([3], [3])


def test_one_statement_answers_all_that_needs_no_query_of_its_own(
    three: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [
        {"type": "expect_table_row_count_to_equal", "kwargs": {"value": 3}},
        {"type": "expect_column_values_to_be_between", "kwargs": {"column": "n", "min_value": 0}},
        {"type": "expect_column_values_to_be_unique", "kwargs": {"column": "w"}},
        {"type": "expect_compound_columns_to_be_unique", "kwargs": {"column_list": ["n", "w"]}},
        rows_query("select * from {batch} where n < 0"),
    ]
    with views(three) as connection:
        sent: list[str] = []

        class Recorder:
            def execute(self, statement: str, *rest: Any) -> Any:
                sent.append(statement)
                return connection.execute(statement, *rest)

        answers = scan(Recorder(), asked)  # type: ignore[arg-type]
    assert sorted(answers) == [0, 1, 2, 3, 4]
    assert len([statement for statement in sent if "from _batch" in statement]) == 1


def test_gx_is_not_imported_when_all_is_clean(three: Path) -> None:
    code = f"""
import sys
from pathlib import Path
from praya.pipeline.validate.engine import evaluate
asked = [{{"type": "expect_column_values_to_be_unique", "kwargs": {{"column": "n"}}}},
         {{"type": "unexpected_rows_expectation",
           "kwargs": {{"unexpected_rows_query": "select * from {{batch}} where n < 0"}}}}]
results = evaluate(Path({str(three)!r}), asked, name="t")
assert [(each.status, each.engine) for each in results] == [("passed", "scan")] * 2
heavy = ("great_expectations", "sqlalchemy", "pandas")
assert not [name for name in heavy if name in sys.modules], "imported for nothing"
asked[0]["kwargs"]["column"] = "d"
results = evaluate(Path({str(three)!r}), asked, name="t")
assert [(each.status, each.engine) for each in results] == [("failed", "great expectations"), ("passed", "scan")]
assert "great_expectations" in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": _include()})


def _include() -> str:
    import praya

    return str(Path(praya.__file__).parents[1])
