"""validate: staged table → verdict. The contract's own rules and the dataset's suite, one report of all."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from praya.contract import Contract
from praya.contract.waiver import today
from praya.errors import StageError, codes
from praya.ledger import Ledger
from praya.pipeline.validate import verdict as verdicts
from praya.pipeline.validate.guard_rules import guards_of
from praya.store import Store, content_key, file_sha256, table_name

VALIDATE_VERSION = 5
# What of the staged state a verdict rests on or shows.
STAGED = ("key", "received_at", "synthetic", "rows_in", "rows_out", "rows_quarantined", "quarantined_by_rule")
# The hash of each report in the ledger's line, and its file beside the verdict.
REPORTS = {
    "report_sha256": "report.html",
    "report_tc_sha256": "report-tc.html",
    "report_sc_sha256": "report-sc.html",
}

State = dict[str, Any]


def validate(contract: Contract, store: Store, suites: Path, day: dt.date | None = None) -> State:
    """Check the staged table against its contract and `suites/<dataset>.json`; returns the `validated` state:
    `verdict` (passed, warned), its `key`, `counts`, and the store keys of `verdict.json` and `report.html`. Waivers
    are held against `day` (default: today in Hong Kong).

    Raises ValidationFailed when a critical expectation failed and EngineError when one could not be checked;
    verdict, report and the `validated` state are written first, and `accepted` stays what it was. The same
    inputs give the same verdict without checking again, but for engine errors, which may have passed.
    Raises StageError when there is no staged table to check, ContractError when the suite file is wrong.
    """
    staged, day = _staged(contract, store), day or today()
    expectations = _expectations(contract, suites)
    references = _references(contract, store, expectations)
    before = _before(contract, store, staged)
    key = _key(contract, staged, expectations, references, before, day)
    tree = f"verdicts/{contract.subject}/{key}"
    if not store.exists(tree):
        tree = _check(contract, store, staged, expectations, references, before, day, tree)
    return _conclude(contract, store, tree, staged, rules_key(contract, suites))


def verdict_key(
    contract: Contract, staged: State, store: Store, suites: Path, day: dt.date | None = None
) -> str:
    """The content key of the verdict that `validate` would give on this table by the rules of `day`."""
    expectations = _expectations(contract, suites)
    references = _references(contract, store, expectations)
    before = _before(contract, store, staged)
    return _key(contract, staged, expectations, references, before, day or today())


def rules_key(contract: Contract, suites: Path) -> str:
    """The content key of today's rules for a dataset: its contract's and its suite's, whatever they are put to."""
    waivers = [waiver.model_dump(mode="json") for waiver in contract.waivers]
    expectations = _expectations(contract, suites)
    return content_key(
        {
            "version": VALIDATE_VERSION,
            "expectations": expectations,
            "guards": guards_of(contract),
            "waivers": waivers,
        }
    )


def _expectations(contract: Contract, suites: Path) -> list[dict[str, Any]]:
    from praya.pipeline.validate.suite import expectations_of

    return expectations_of(contract, suites)


def _before(contract: Contract, store: Store, staged: State) -> State | None:
    """The table that was accepted before this one, for guards and drift; the same when this one is accepted too."""
    accepted = store.state(contract.subject, "accepted")
    if accepted and accepted["key"] == staged["key"]:
        accepted = accepted.get("previous")
    if not accepted or not store.exists(accepted["table"]):
        return None
    return {name: accepted[name] for name in ("key", "table", "received_at")}


@cache
def _versions() -> dict[str, str]:
    return {name: version(name) for name in ("great_expectations", "duckdb", "sqlalchemy")}


def _key(
    contract: Contract,
    staged: State,
    expectations: list[dict[str, Any]],
    references: Mapping[str, State | None],
    before: State | None,
    day: dt.date,
) -> str:
    return content_key(
        {
            "version": VALIDATE_VERSION,
            "versions": _versions(),
            "title": [contract.title.en, contract.title.zh_hant],
            "staged": {name: staged.get(name) for name in STAGED},
            "expectations": expectations,
            "guards": guards_of(contract),
            "before": before and before["key"],
            "waivers": [
                waiver.as_dict() | {"in_force": verdicts.covers(waiver, staged, day)}
                for waiver in contract.waivers
            ],
            "references": {name: state and state["key"] for name, state in references.items()},
        }
    )


def _staged(contract: Contract, store: Store) -> State:
    staged = store.state(contract.subject, "staged")
    if staged is None:
        raise StageError(
            codes.validate.NOTHING_STAGED, f"{contract.subject}: nothing has been staged yet; run stage first"
        )
    if staged.get("stopped"):
        raise StageError(codes.stage.ROWS_OUTSIDE_LIMITS, str(staged["stopped"]))
    return staged


def _references(
    contract: Contract, store: Store, expectations: list[dict[str, Any]]
) -> dict[str, State | None]:
    """What is accepted of each dataset that the expectations refer to: of the same month, where it has months."""
    names = sorted({name for each in expectations for name in _needs(each)})
    whole = {name: store.state(name, "accepted") for name in names}
    if contract.month is None:
        return whole
    return {name: store.state(f"{name}/{contract.month}", "accepted") or whole[name] for name in names}


def _check(
    contract: Contract,
    store: Store,
    staged: State,
    expectations: list[dict[str, Any]],
    references: Mapping[str, State | None],
    before: State | None,
    day: dt.date,
    tree: str,
) -> str:
    """Write verdict and report under `tree`; returns the key where they lie.

    A verdict with engine errors lies beside, under a name made from what it says: the same inputs may do
    better next time, and then `tree` is still free.
    """
    from praya.pipeline.validate.engine import evaluate, unchecked
    from praya.pipeline.validate.guard_checks import compare
    from praya.pipeline.validate.report_page import FILES, render

    tables = {table_name(name): store.path(state["table"]) for name, state in references.items() if state}
    waits = [_waits(each, references) for each in expectations]
    askable = [each for each, wait in zip(expectations, waits, strict=True) if not wait]
    answers = iter(evaluate(store.path(staged["table"]), askable, name=contract.dataset, references=tables))
    results = [
        unchecked(each, wait) if wait else next(answers)
        for each, wait in zip(expectations, waits, strict=True)
    ]
    with store.scratch() as work:
        if before is not None:
            old = store.path(before["table"])
            results += compare(contract, store.path(staged["table"]), old, work)
        results = verdicts.waive(results, contract.waivers, staged, day)
        quarantined = verdicts.read_quarantine(store, staged, work)
        moved = _drift(contract, store, staged, before, work)
        verdict = verdicts.build(contract, staged, results, quarantined, _versions(), moved, day)
        if verdict["counts"]["error"]:
            tree = f"{tree}-error-{content_key(verdict)[:12]}"
        verdict["key"] = tree.rsplit("/", 1)[1]
        folder = work / "tree"
        folder.mkdir()
        text = json.dumps(verdict, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
        (folder / "verdict.json").write_text(text + "\n", "utf-8")
        for language, name in FILES.items():
            (folder / name).write_text(render(verdict, language), "utf-8")
        store.adopt_tree(folder, tree)
    return tree


def _drift(
    contract: Contract, store: Store, staged: State, before: State | None, work: Path
) -> dict[str, Any] | None:
    from praya.pipeline.validate.drift import figures

    if before is None:
        return None
    moved = figures(contract, store.path(staged["table"]), store.path(before["table"]), work)
    return {"before": {name: before[name] for name in ("key", "received_at")}, "figures": moved}


def _needs(expectation: Mapping[str, Any]) -> list[str]:
    return list((expectation.get("meta") or {}).get("references", []))


def _waits(expectation: Mapping[str, Any], references: Mapping[str, State | None]) -> str | None:
    """Why the expectation cannot be put to the data yet, or None."""
    missing = ", ".join(name for name in _needs(expectation) if references[name] is None)
    if not missing:
        return None
    return f"it refers to {missing}, of which no table has been accepted yet: run that dataset first"


def _conclude(contract: Contract, store: Store, tree: str, staged: State, rules: str) -> State:
    """Ledger line and states of the verdict under `tree`; raises what the verdict stands for."""
    verdict: State = dict(store.get_json(f"{tree}/verdict.json") or {})
    report = store.path(f"{tree}/report.html")
    subject = contract.subject
    state = {
        name: verdict[name] for name in ("key", "verdict", "headline", "counts", "staged", "received_at")
    }
    state |= {"path": f"{tree}/verdict.json", "report": f"{tree}/report.html"}
    Ledger(store).record(
        "verdict",
        subject,
        {
            "verdict": verdict["verdict"],
            "key": verdict["key"],
            "staged": verdict["staged"],
            "verdict_sha256": file_sha256(store.path(state["path"])),
            **{name: file_sha256(store.path(f"{tree}/{file}")) for name, file in REPORTS.items()},
        },
    )
    before = _before(contract, store, staged)
    store.set_state(subject, "validated", state)
    if complaint := verdicts.complaint(verdict, report):
        raise complaint
    accepted = {
        "key": staged["key"],
        "table": staged["table"],
        "rows": staged["rows_out"],
        "received_at": staged["received_at"],
        "synthetic": bool(staged["synthetic"]),
        "verdict": verdict["verdict"],
        "verdict_key": verdict["key"],
        "rules": rules,
        "report": state["report"],
    }
    if before:
        accepted["previous"] = before
    store.set_state(subject, "accepted", accepted)
    return state
