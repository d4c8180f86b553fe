"""What `praya check` lets through, stage can run; what it could not is refused with file, line and key."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, get_args

import duckdb
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from made import contract_dict, field, make_contract, project, put_snapshot
from made.expected import refuses, stops
from praya.contract.fields import FieldType
from praya.contract.load import load_contract
from praya.contract.patterns import is_usual
from praya.errors import codes
from praya.pipeline.stage import stage_table
from praya.store import Store

PER_TEST = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
PIECES = ["a", "名", ".", r"\d", r"\w", r"\s", r"\.", r"\Z", r"\A", r"\b", r"\h", r"\p{Han}", r"\1", r"\x41", r"\u5b57",
          "[a-c]", "[^-]", "[]]", "[[:alpha:]]", "[a", "]", "(", ")", "(?:", "(?=", "(?>", "(?i)", "(?P<n>", "(?<n>",
          "|", "^", "$", "*", "+", "?", "{2}", "{2,}", "{,3}", "{0,900}", "{1001}", "{a}", " ", "'", '"']  # fmt: skip
PATTERNS = st.lists(st.sampled_from(PIECES), max_size=7).map("".join)
CONSTANTS: Any = st.one_of(
    st.integers(),
    st.integers(-3, 99_999),
    st.floats(),
    st.dates(),
    st.datetimes(),
    st.sampled_from(["2024-01-05", "2024-01-05T10:00:00", "2024-01-05T10:00:00+08:00", "20240105", "2024-W01-1",
                     "10:00", "T10:00", "10:00+08:00", "noon", "true", "a", "", "2024-01", "١"]),
)  # fmt: skip


def takes(pattern: str) -> bool:
    """Whether DuckDB compiles the pattern."""
    with duckdb.connect(":memory:") as connection:
        try:
            connection.execute("select regexp_full_match('', ?)", [pattern]).fetchall()
        except duckdb.Error:
            return False
    return True


@PER_TEST
@given(PATTERNS)
def test_a_pattern_is_taken_where_duckdb_takes_it(pattern: str) -> None:
    column = field("v", constraints={"pattern": pattern})
    if takes(pattern):
        make_contract(field("id", "integer"), column)
    else:
        with refuses("schema.fields.1.constraints.pattern", "RE2"):
            make_contract(field("id", "integer"), column)


@settings(max_examples=300, deadline=None)
@given(PATTERNS.filter(is_usual))
def test_what_needs_no_look_at_duckdb_is_taken_by_it(pattern: str) -> None:
    assert takes(pattern)


@pytest.mark.parametrize("pattern", ["a++", r"\Z", "(?>a)", "(?=a)", r"(a)\1", "a{1001}", "(a{40}){40}", "["])
def test_a_pattern_that_re2_does_not_take_is_refused(pattern: str) -> None:
    with refuses("schema.fields.1.constraints.pattern", "RE2"):
        make_contract(field("id", "integer"), field("v", constraints={"pattern": pattern}))


def test_a_pattern_of_re2_that_python_has_not_is_taken(store: Store) -> None:
    contract = make_contract(field("id", "integer"), field("v", constraints={"pattern": r"\p{Han}+"}))
    put_snapshot(store, contract, "id,v\n1,衞生署\n2,Health\n".encode())
    assert stage_table(contract, store).rows_out == 1


def test_what_is_wrong_is_said_with_file_line_and_key(tmp_path: Path) -> None:
    described = contract_dict(field("id", "integer"), field("v", constraints={"pattern": "a++"}))
    path = tmp_path / "hk-dpo" / "sample.yaml"
    path.parent.mkdir()
    path.write_text(yaml.safe_dump(described, sort_keys=False, allow_unicode=True), "utf-8")
    line = next(nth for nth, text in enumerate(path.read_text("utf-8").splitlines(), 1) if "a++" in text)
    with stops(codes.contract.VALUE_NOT_VALID, f"sample.yaml:{line}: schema.fields[1].constraints.pattern: "):
        load_contract(path, project())


@PER_TEST
@given(kind=st.sampled_from(get_args(FieldType)), data=st.data())
def test_whatever_loads_can_be_staged(kind: str, data: st.DataObject, store: Store) -> None:
    names = st.sampled_from(
        ["minimum", "maximum", "enum", "pattern", "minLength", "maxLength", "required", "unique"]
    )
    constraints: dict[str, Any] = {}
    for name in data.draw(st.lists(names, max_size=3, unique=True)):
        constraints[name] = data.draw(
            st.lists(CONSTANTS, min_size=1, max_size=2) if name == "enum"
            else PATTERNS if name == "pattern"
            else st.integers(0, 2**40) if name.endswith("Length")
            else st.booleans() if name in ("required", "unique")
            else CONSTANTS
        )  # fmt: skip
    decimals = data.draw(st.none() | st.integers(0, 9)) if kind == "number" else None
    more = {} if decimals is None else {"decimals": decimals}
    try:
        contract = make_contract(field("id", "integer"), field("v", kind, constraints=constraints, **more))
    except ValidationError:
        return
    put_snapshot(store, contract, b"id,v\n1,2024-01-05\n2,true\n3,10:00\n4,\n5,2024-01\n6,7\n")
    assert stage_table(contract, store).rows_in == 6


def test_a_day_in_quotes_is_a_day(store: Store) -> None:
    contract = make_contract(
        field("id", "integer"), field("v", "date", constraints={"minimum": "2024-01-05"})
    )
    assert contract.fields[1].constraints.option("minimum") == dt.date(2024, 1, 5)
    put_snapshot(store, contract, b"id,v\n1,2024-01-05\n2,2024-01-04\n")
    assert stage_table(contract, store).rows_out == 1


@pytest.mark.parametrize(
    ("kind", "constraints", "key", "value"),
    [
        ("time", {"minimum": 540}, "minimum", "'540'"),
        ("datetime", {"maximum": 5}, "maximum", "'5'"),
        ("date", {"minimum": dt.datetime(2024, 1, 1, 3)}, "minimum", "'2024-01-01 03:00:00'"),
        ("boolean", {"enum": ["maybe"]}, "enum.0", "'maybe'"),
        ("number", {"minimum": float("nan")}, "minimum", "nan"),
        ("year", {"maximum": 2**31}, "maximum", "year"),
        ("date", {"enum": ["20240105"]}, "enum.0", "'20240105'"),
        ("time", {"enum": ["10:00+08:00"]}, "enum.0", "'10:00+08:00'"),
    ],
)
def test_a_limit_that_no_value_can_be_compared_with_is_refused(
    kind: str, constraints: dict[str, Any], key: str, value: str
) -> None:
    with refuses(f"schema.fields.1.constraints.{key}", value):
        make_contract(field("id", "integer"), field("v", kind, constraints=constraints))
