"""What the specs of rules say of themselves: a page of docs is made from them, and each stops the fault it names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from made import field, make_contract
from praya.contract import Contract
from praya.contract.export import contract_schema
from praya.contract.rule_kind import rule_kinds
from praya.pipeline.validate.engine import evaluate
from praya.pipeline.validate.field_expectations import from_contract
from praya.pipeline.validate.guard_checks import compare
from praya.pipeline.validate.rule_specs import FieldRule, Guard
from praya.pipeline.validate.rules_page import describe_rules
from praya.pipeline.validate.shape import GOOD, Shape
from praya.pipeline.validate.standard_faults import FAULTS
from praya.store.duck import connect

DOCS = Path(__file__).parents[2] / "docs"
INCLUDE = Path(__file__).parents[2] / "include"
# A value of each constraint that the table below keeps, and the fault that it names breaks.
VALUES: dict[str, tuple[str, Any]] = {
    "required": ("n", True),
    "unique": ("id", True),
    "enum": ("kind", ["a", "b"]),
    "minimum": ("n", 1),
    "maximum": ("n", 1_000),
    "maxLength": ("kind", 1),
    "pattern": ("kind", "[ab]"),
}
TABLE = f"""
    create table {GOOD} as
    select range as id, if(range % 3 = 0, 'a', 'b') as kind, 1 + range % 50 as n, range + 1 as _row from range(100)
"""


def one(**constraints: dict[str, Any]) -> Contract:
    return make_contract(
        field("id", "integer", constraints=constraints.get("id", {})),
        field("kind", constraints=constraints.get("kind", {})),
        field("n", "integer", constraints=constraints.get("n", {})),
    )


def with_fault(
    con: duckdb.DuckDBPyConnection, contract: Contract, name: str, folder: Path
) -> tuple[Path, Path]:
    """The table, and the table with a standard fault, as Parquet files."""
    con.execute(TABLE)
    (fault,) = [each for each in FAULTS if each.name == name]
    good, bad = folder / "good.parquet", folder / "bad.parquet"
    con.execute(f"copy (select * exclude (_row) from {GOOD}) to '{good}'")
    con.execute(f"copy ({fault.inject(Shape(con, contract))}) to '{bad}'")
    return good, bad


def test_the_page_of_rules_is_made_from_the_specs() -> None:
    assert (DOCS / "reference" / "rules.md").read_text("utf-8") == describe_rules()


def test_the_schema_of_contracts_is_made_from_the_specs() -> None:
    assert (INCLUDE / "contracts" / "contract.schema.json").read_text("utf-8") == contract_schema()


def test_each_rule_of_a_field_is_tried_with_the_fault_that_it_names() -> None:
    assert {name for name, rule in rule_kinds(FieldRule).items() if rule.fault} == {*VALUES}


@pytest.mark.parametrize("name", VALUES)
def test_a_rule_of_a_field_notices_the_fault_that_it_names(name: str, tmp_path: Path) -> None:
    column, value = VALUES[name]
    contract = one(**{column: {name: value}})
    with connect(tmp_path) as con:
        good, bad = with_fault(con, contract, str(rule_kinds(FieldRule)[name].fault), tmp_path)
    (made,) = [each for each in from_contract(contract) if each["id"] == f"contract:{column}:{name}"]
    assert [each.status for each in evaluate(good, [made], name="sample")] == ["passed"]
    assert [each.status for each in evaluate(bad, [made], name="sample")] == ["failed"]


@pytest.mark.parametrize("name", rule_kinds(Guard))
def test_a_guard_stops_the_fault_that_it_names(name: str, tmp_path: Path) -> None:
    guard, contract = rule_kinds(Guard)[name], one()
    with connect(tmp_path) as con:
        good, bad = with_fault(con, contract, str(guard.fault), tmp_path)
    assert name.startswith("guard_")
    assert {each.status for each in compare(contract, good, good, tmp_path) if each.type == name} == {
        "passed"
    }
    assert "failed" in {each.status for each in compare(contract, bad, good, tmp_path) if each.type == name}
