"""GX on DuckDB says what a plain evaluation of the same rule says, and tells its own faults from bad data."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from praya.pipeline.validate.engine import evaluate
from praya.pipeline.validate.result import SAMPLES
from praya.pipeline.validate.row_query import in_query

pytestmark = pytest.mark.slow

ROWS = "unexpected_rows_expectation"
PATTERN = r"(?:x|[a-c:{}]){1,3}"

texts = st.lists(st.none() | st.text(alphabet="abcx:{}%'", max_size=5), max_size=12)
numbers = st.lists(st.none() | st.integers(-50, 50), max_size=12)


def one(table: Path, type_: str, **kwargs: Any) -> Any:
    (result,) = evaluate(table, [{"type": type_, "kwargs": kwargs}], name="t")
    return result


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(words=texts, figures=numbers)
def test_the_same_as_plain_python(
    write_table: Any, words: list[str | None], figures: list[int | None]
) -> None:
    size = min(len(words), len(figures))
    words, figures = words[:size], figures[:size]
    table = write_table(
        "select unnest(?::varchar[]) as word, unnest(?::bigint[]) as figure", [words, figures]
    )
    present = [word for word in words if word is not None]
    counted = [figure for figure in figures if figure is not None]
    matches = f"regexp_full_match(word, '{in_query(PATTERN)}')"
    expected = {
        "expect_column_values_to_not_be_null": ({"column": "word"}, size - len(present)),
        "expect_column_values_to_be_unique": (
            {"column": "figure"},
            sum(counted.count(figure) > 1 for figure in counted),
        ),
        "expect_column_values_to_be_in_set": (
            {"column": "word", "value_set": ["a", "b:c", "{x}"]},
            sum(word not in ("a", "b:c", "{x}") for word in present),
        ),
        "expect_column_values_to_be_between": (
            {"column": "figure", "min_value": -10, "max_value": 10},
            sum(not -10 <= figure <= 10 for figure in counted),
        ),
        "expect_column_value_lengths_to_be_between": (
            {"column": "word", "max_value": 3},
            sum(len(word) > 3 for word in present),
        ),
        "expect_compound_columns_to_be_unique": (
            {"column_list": ["word", "figure"]},
            _repeated(list(zip(words, figures, strict=True))),
        ),
        ROWS: (
            {"unexpected_rows_query": f"select word from {{batch}} where not {matches}"},
            sum(re.fullmatch(PATTERN, word) is None for word in present),
        ),
    }
    asked = [{"type": type_, "kwargs": kwargs} for type_, (kwargs, _) in expected.items()]
    results = evaluate(table, asked, name="t")
    assert [(r.type, r.unexpected or 0, r.status) for r in results] == [
        (type_, wrong, "failed" if wrong else "passed") for type_, (_, wrong) in expected.items()
    ], [r.error for r in results]


def _repeated(pairs: list[tuple[Any, Any]]) -> int:
    """Rows whose pair comes more than once; GX compares by `=`, so that a pair with a gap is never there twice."""
    return sum(pairs.count(pair) > 1 and None not in pair for pair in pairs)


def test_bad_sql_is_an_engine_error_and_spares_its_neighbours(write_table: Any) -> None:
    table = write_table("select range as n from range(5)")
    results = evaluate(
        table,
        [
            {"type": ROWS, "kwargs": {"unexpected_rows_query": "select nonsense from {batch}"}},
            {"type": "expect_column_values_to_not_be_null", "kwargs": {"column": "n"}},
            {"type": "expect_column_values_to_not_be_null", "kwargs": {"column": "no_such_column"}},
            {"type": "expect_column_values_to_be_between", "kwargs": {"column": "n", "min_value": 1}},
            {"type": "expect_something_unheard_of", "kwargs": {}},
            {"type": "expect_column_values_to_be_between", "kwargs": {"column": "n", "min_value": []}},
            {"type": ROWS, "kwargs": {"unexpected_rows_query": "select 1"}},
        ],
        name="t",
    )
    assert [r.status for r in results] == ["error", "passed", "error", "failed", "error", "error", "error"]
    assert "nonsense" in (results[0].error or "")
    assert "no_such_column" in (results[2].error or "")
    assert "not found" in (results[4].error or "")
    assert "{batch}" in (results[6].error or "")
    assert results[3].samples == [0]
    assert all("Traceback" not in (r.error or "") for r in results)


def test_each_broken_expectation_has_its_own_message_and_spares_the_others(write_table: Any) -> None:
    """GX bundles figures into one statement, and gives all that failed in it the message of the last."""
    table = write_table("select range as n, 'a' as word from range(3)")
    asked = [
        {"type": "expect_column_values_to_be_in_set", "kwargs": {"column": "n", "value_set": [name]}}
        for name in ("uno", "due", "tre")
    ]
    asked.append(
        {"type": "expect_column_values_to_be_in_set", "kwargs": {"column": "word", "value_set": ["a"]}}
    )
    results = evaluate(table, asked, name="t")
    assert [r.status for r in results] == ["error", "error", "error", "passed"]
    assert [word in (r.error or "") for r, word in zip(results, ("uno", "due", "tre"), strict=False)] == [
        True
    ] * 3


def test_a_query_reads_the_table_and_its_references_and_nothing_else(
    write_table: Any, tmp_path: Path
) -> None:
    table = write_table("select range as n from range(5)")
    known = write_table("select range as n from range(3)")
    secret = tmp_path / "secret.csv"
    secret.write_text("a,b\n1,2\n")
    results = evaluate(
        table,
        [
            {
                "type": ROWS,
                "kwargs": {
                    "unexpected_rows_query": "select a.n from {batch} as a anti join known as k using (n)"
                },
            },
            {
                "type": ROWS,
                "kwargs": {
                    "unexpected_rows_query": f"select n from {{batch}} cross join (select * from '{secret}')"
                },
            },
        ],
        name="t",
        references={"known": known},
    )
    assert results[0].status == "failed"
    assert results[0].samples == [{"n": 3}, {"n": 4}]
    assert results[1].status == "error"


def test_columns_may_have_the_names_of_sql_words(write_table: Any) -> None:
    names = ["at", "order", "end", "timestamp", "select", "group"]
    table = write_table("select " + ", ".join(f'range as "{name}"' for name in names) + " from range(3)")
    asked: list[dict[str, Any]] = [
        {"type": "expect_column_values_to_be_unique", "kwargs": {"column": name}} for name in names
    ]
    asked.append({"type": "expect_compound_columns_to_be_unique", "kwargs": {"column_list": names[:2]}})
    asked.append({"type": "expect_table_columns_to_match_ordered_list", "kwargs": {"column_list": names}})
    assert [r.error or r.status for r in evaluate(table, asked, name="t")] == ["passed"] * len(asked)


def test_samples_are_few_exact_and_plain_json(write_table: Any) -> None:
    table = write_table(
        "select 0.10::decimal(18, 2) as money, date '2026-01-02' as day, timestamptz '2026-01-02 08:00+08' "
        "as moment, 'nan'::double as odd, [1, 2] as list, null as nothing from range(50)"
    )
    result = one(table, ROWS, unexpected_rows_query="select * from {batch}")
    assert result.unexpected == 50
    assert len(result.samples) == SAMPLES
    assert result.samples[0] == {
        "money": "0.10",
        "day": "2026-01-02",
        "moment": "2026-01-02T08:00:00",
        "odd": "nan",
        "list": [1, 2],
        "nothing": None,
    }
    json.dumps(result.as_dict(), allow_nan=False)
    values = one(table, "expect_column_values_to_be_null", column="money")
    assert (values.unexpected, len(values.samples), values.samples[0]) == (50, SAMPLES, "0.10")


def test_samples_of_a_join_come_in_one_order(write_table: Any) -> None:
    table = write_table("select (range * 7919) % 100003 as n from range(100000)")
    query = "select a.n from {batch} as a join {batch} as b on a.n = b.n where a.n % 2 = 0"
    results = [one(table, ROWS, unexpected_rows_query=query) for _ in range(3)]
    assert results[0].samples == [{"n": n} for n in range(0, 40, 2)]
    assert results[0] == results[1] == results[2]


def test_an_empty_table_and_no_expectations(write_table: Any) -> None:
    table = write_table("select range as n from range(0)")
    assert evaluate(table, [], name="t") == []
    asked = [
        {"type": "expect_column_values_to_not_be_null", "kwargs": {"column": "n"}},
        {"type": "expect_table_row_count_to_be_between", "kwargs": {"min_value": 1}},
    ]
    assert [r.status for r in evaluate(table, asked, name="t")] == ["passed", "failed"]


@pytest.mark.parametrize(
    "module",
    ["praya.pipeline.validate", "praya.pipeline.validate.verdict", "praya.pipeline.validate.report_page"],
)
def test_importing_costs_nothing_heavy(module: str) -> None:
    heavy = "('great_expectations', 'pandas', 'duckdb')"
    code = f"import sys, {module}; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": _include()},
    )
    assert done.stdout.strip() == "[]"


def test_it_is_silent(write_table: Any) -> None:
    """No progress bars, warnings, or DuckDB's complaints at exit, in a process of its own."""
    table = write_table("select range as n from range(5)")
    code = (
        "from pathlib import Path; from praya.pipeline.validate.engine import evaluate; "
        f"[r] = evaluate(Path({str(table)!r}), [{{'type': 'expect_column_values_to_be_null', "
        "'kwargs': {'column': 'n'}}], name='t'); assert r.status == 'failed'"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": _include()},
    )
    assert (done.stdout, done.stderr) == ("", "")


def _include() -> str:
    import praya

    return str(Path(praya.__file__).parents[1])
