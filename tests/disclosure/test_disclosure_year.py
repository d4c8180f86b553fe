"""1823 at the gate release after release, and somebody who has every released table, its dictionary and a solver.

A month of a tenth of the volume and the second later; with FULL=every the whole of 2023 at full volume. Between the
first release and the last, single records come late, go, are corrected and move, each of them at a small count.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from disclosure.centre_history import Attack, Centre, Tables, history
from disclosure.centre_reading import KEYS, departments_lead
from disclosure.family import DATASETS
from disclosure.records import METHODS
from full import EVERY, one_of
from praya.contract import Contract
from praya.contract.disclosure_method import disclosure_methods

pytestmark = pytest.mark.slow

VALUES = 5
*MONTHS, LAST = [f"2023-{number:02d}" for number in range(1, 13 if EVERY else 3)]
# Rounds of four changes; with a method of 30 s a release the year of three methods takes an hour.
TIMES = 2 if EVERY else 1


@pytest.fixture(scope="module")
def steps() -> list[tuple[str, Tables]]:
    with Centre(MONTHS, 1.0 if EVERY else 0.1) as centre:
        return list(history(centre, LAST, TIMES))


@pytest.mark.timeout(4 * 3600 if EVERY else 1800)
@pytest.mark.parametrize("method", one_of(METHODS))
def test_no_small_count_of_1823_can_be_worked_out_of_its_releases(
    method: str, steps: list[tuple[str, Tables]], tmp_path: Path
) -> None:
    attack = Attack(method, tmp_path)
    for what, true in steps:
        released = attack.publish(what, true)
        for name in DATASETS:
            rows_are_listed_whatever_they_count(KEYS[name.replace("-", "_")], true[name], released[name])
    # Who reads on knows no less: what is given away at any release is so at the end.
    assert attack.narrow(VALUES) == []
    assert attack.versions.unveiled() == []


@pytest.mark.skipif(not EVERY, reason="FULL=every: takes as long as a release of the year")
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("method", METHODS)
def test_who_knows_which_department_leads_on_a_subject_knows_no_count(
    method: str, steps: list[tuple[str, Tables]], tmp_path: Path
) -> None:
    """No contract says it; a case is with the department that leads on its subject all the same."""
    attack = Attack(method, tmp_path)
    attack.publish(*steps[0])
    departments_lead(attack.tables)
    assert attack.narrow(VALUES) == []


def test_the_attacker_finds_what_suppression_alone_gives_away(
    steps: list[tuple[str, Tables]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tables as the method alone makes them: margins give small counts back, and the attacker is not blind."""
    monkeypatch.setattr("disclosure.centre_history.at_the_gate", as_the_method_alone)
    attack = Attack("suppression", tmp_path)
    attack.publish(*steps[0])
    assert len(attack.narrow(2)) > 50


def as_the_method_alone(
    _store: Any, one: Contract, rows: list[dict[str, Any]], _received_at: str
) -> list[dict[str, Any]]:
    """What the method withholds row by row, without a look at what adds up."""
    names = [field.name for field in one.fields]
    with duckdb.connect() as con:
        con.register("given", pa.Table.from_pylist([{name: row.get(name) for name in names} for row in rows]))
        found: list[dict[str, Any]] = (
            con.sql(disclosure_methods()[one.disclosure.method].select_protected(one, "given"))
            .to_arrow_table()
            .to_pylist()
        )
    return found


def rows_are_listed_whatever_they_count(
    keys: tuple[str, ...], true: list[dict[str, Any]], printed: list[dict[str, Any]]
) -> None:
    """Every period has the same rows, of nobody too, in the order of their keys."""
    there = [tuple(row[key] for key in keys) for row in printed]
    assert there == sorted(there)
    assert {*there} == {tuple(row[key] for key in keys) for row in true}
    of_month: dict[Any, set[Any]] = {}
    for key in there:
        of_month.setdefault(key[:2], set()).add(key[2:])
    assert len({frozenset(found) for found in of_month.values()}) == 1
