"""Whether Praya and what a team would otherwise write come to the same verdict, expectation by expectation.

A row that does not fit its contract never reaches Praya's expectations: it is in the quarantine, by column and rule.
An expectation counts as not held where the quarantine says so, or the verdict.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.child import Failed
from bench.places import contracts

# Rules of stage that the suites know by another name.
OF_SUITES = {"partition": "suite:one-month-only"}


def at_stage(id_: str) -> bool:
    """Whether stage holds every row against it, so that rows which break it are put aside."""
    return id_ in OF_SUITES.values() or (id_.startswith("contract:") and ":foreignKey:" not in id_)


def of_praya(store: Path, subject: str) -> dict[str, bool]:
    """Whether each expectation holds on the staged table of `subject`, the rows in its quarantine included."""
    state = _state(store, subject, "validated")
    verdict = json.loads((store / state["path"]).read_text("utf-8"))
    if unchecked := [each["id"] for each in verdict["expectations"] if each["status"] == "error"]:
        raise Failed(f"{subject}: Praya could not check {', '.join(unchecked)}")
    held = {each["id"]: each["status"] == "passed" for each in verdict["expectations"]}
    for id_ in quarantined(store, subject):
        if id_ not in held:
            raise Failed(f"{subject}: the quarantine names {id_}, which is no expectation")
        held[id_] = False
    return held


def quarantined(store: Path, subject: str) -> set[str]:
    """The ids of the expectations that rows in the quarantine of `subject` break."""
    contract = contracts()[subject.partition("/")[0]]
    key = contract.primary_key
    alone = f"contract:{key[0]}:unique" if len(key) == 1 else "contract:table:primaryKey"
    found = _quarantine(store, subject, "column_name, rule")
    named = OF_SUITES | {"primaryKey": alone}
    return {named.get(rule, f"contract:{column}:{rule}") for column, rule in found}


def quarantined_lines(store: Path, subject: str) -> set[int]:
    """The lines of the file that are in the quarantine of `subject`."""
    return {line for (line,) in _quarantine(store, subject, "line")}


def differences(
    ours: Mapping[str, bool], theirs: Mapping[str, bool]
) -> dict[str, tuple[bool | None, bool | None]]:
    """The expectations on which the two differ, or that one of them does not have: (ours, theirs) by id."""
    return {
        id_: (ours.get(id_), theirs.get(id_))
        for id_ in sorted({*ours, *theirs})
        if ours.get(id_) != theirs.get(id_)
    }


def agree(store: Path, theirs: Mapping[str, Mapping[str, bool]]) -> int:
    """How many verdicts of Praya and of the others were compared, by subject; raises Failed where two differ."""
    count = 0
    for subject, verdicts in theirs.items():
        ours = of_praya(store, subject)
        if apart := differences(ours, verdicts):
            raise Failed(f"{subject}: the verdicts differ (Praya, GX on pandas): {apart}")
        count += len(ours)
    return count


def _quarantine(store: Path, subject: str, columns: str) -> list[tuple[Any, ...]]:
    import duckdb

    path = store / _state(store, subject, "staged")["quarantine"]
    with duckdb.connect() as con:
        found: list[tuple[Any, ...]] = con.execute(
            f"select distinct {columns} from read_parquet(?)", [str(path)]
        ).fetchall()
    return found


def _state(store: Path, subject: str, step: str) -> dict[str, Any]:
    return dict(json.loads((store / "state" / subject / f"{step}.json").read_text("utf-8")))
