"""The step validate: a staged table → a verdict by the contract's own rules and the dataset's suite, in one report."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

from praya.contract import Contract
from praya.contract.zone import HONG_KONG
from praya.errors import StageError, codes
from praya.pipeline.step import ContractStep, LineOfLedger, run_step
from praya.pipeline.step_log import LogFields
from praya.pipeline.validate import verdict as verdicts
from praya.pipeline.validate.guard_rules import guards_of
from praya.store import Store, content_key, file_sha256, layout, table_name
from praya.store.record import Json
from praya.store.states import Accepted, AcceptedBefore, Staged, Validated

VALIDATE_VERSION = 5
# What of the staged state a verdict rests on or shows.
STAGED = ("key", "received_at", "synthetic", "rows_in", "rows_out", "rows_quarantined", "quarantined_by_rule")
REPORT = "report.html"
# The hash of each report in the ledger's line, and its file beside the verdict.
REPORTS = {
    "report_sha256": REPORT,
    "report_tc_sha256": "report-tc.html",
    "report_sc_sha256": "report-sc.html",
}

# An expectation as a suite has it: `type`, `kwargs`, `meta`.
Expectation = Mapping[str, Json]


@dataclass(frozen=True)
class Judged:
    """What a verdict rests on: the table, the expectations, the accepted table of each dataset that they refer to, and
    the table that was accepted before."""

    staged: Staged
    expectations: list[dict[str, Json]]
    references: Mapping[str, Accepted | None]
    before: AcceptedBefore | None


@dataclass(frozen=True)
class ValidateStep(ContractStep[Judged, Validated]):
    """Judge a staged table by its contract and `suites/<dataset>.json`; waivers are held against `day`, Hong Kong.

    The same inputs give the same verdict without checking again, but for a verdict with an expectation that could not
    be checked: it lies under a name of its own, for the next run may do better.
    """

    suites: Path
    day: dt.date
    name = "validate"

    def read_inputs(self, contract: Contract, store: Store) -> Judged:
        """What the verdict rests on; StageError where nothing is staged, ContractError where the suite is wrong."""
        staged = store.state(Staged, contract.subject)
        if staged is None:
            raise StageError(
                codes.validate.NOTHING_STAGED,
                f"{contract.subject}: nothing has been staged yet; run stage first",
            )
        if staged.stopped:
            raise StageError(codes.stage.ROWS_OUTSIDE_LIMITS, staged.stopped)
        return self.judged(contract, staged, store)

    def judged(self, contract: Contract, staged: Staged, store: Store) -> Judged:
        """What a verdict on this table rests on today."""
        expectations = _expectations(contract, self.suites)
        references = _references(contract, store, expectations)
        return Judged(staged, expectations, references, _before(contract, store, staged))

    def key(self, contract: Contract, judged: Judged) -> str:
        """The content key of the verdict that this step gives."""
        staged = judged.staged.as_json()
        return content_key(
            {
                "version": VALIDATE_VERSION,
                "versions": _versions(),
                "title": [contract.title.en, contract.title.zh_hant],
                "staged": {name: staged.get(name) for name in STAGED},
                "expectations": judged.expectations,
                "guards": guards_of(contract),
                "before": judged.before and judged.before.key,
                "waivers": [
                    waiver.as_dict()
                    | {"in_force": verdicts.covers(waiver, judged.staged.received_at, self.day)}
                    for waiver in contract.waivers
                ],
                "references": {name: state and state.key for name, state in judged.references.items()},
            }
        )

    def tree(self, contract: Contract, key: str) -> str:
        """Where the verdict of this key lies."""
        return layout.verdict(contract.subject, key)

    def make(self, contract: Contract, judged: Judged, store: Store, folder: Path, work: Path) -> str | None:
        """Check the table; leave the verdict as JSON and as a page in three languages."""
        from praya.pipeline.validate.report_page import FILES, render

        verdict = self._judge(contract, judged, store, work)
        tree = self.tree(contract, self.key(contract, judged))
        other = f"{tree}-error-{content_key(verdict)[:12]}" if verdict["counts"]["error"] else None
        verdict["key"] = (other or tree).rsplit("/", 1)[1]
        text = json.dumps(verdict, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
        (folder / layout.VERDICT).write_text(text + "\n", "utf-8")
        for language, name in FILES.items():
            (folder / name).write_text(render(verdict, language), "utf-8")
        return other

    def _judge(self, contract: Contract, judged: Judged, store: Store, work: Path) -> dict[str, Json]:
        from praya.pipeline.validate.engine import evaluate, unchecked
        from praya.pipeline.validate.guard_checks import compare

        staged, table = judged.staged, store.path(judged.staged.table)
        tables = {
            table_name(name): store.path(state.table) for name, state in judged.references.items() if state
        }
        waits = [_waits(each, judged.references) for each in judged.expectations]
        askable = [each for each, wait in zip(judged.expectations, waits, strict=True) if not wait]
        answers = iter(evaluate(table, askable, name=contract.dataset, references=tables))
        results = [
            unchecked(each, wait) if wait else next(answers)
            for each, wait in zip(judged.expectations, waits, strict=True)
        ]
        if judged.before is not None:
            results += compare(contract, table, store.path(judged.before.table), work)
        results = verdicts.waive(results, contract.waivers, staged.received_at, self.day)
        quarantined = verdicts.read_quarantine(store, staged, work)
        moved = _drift(contract, store, judged, work)
        return verdicts.build(contract, staged, results, quarantined, _versions(), moved, self.day)

    def describe(self, contract: Contract, judged: Judged, store: Store, tree: str) -> Validated:
        """The state `validated`, as the verdict under `tree` has it."""
        verdict = store.read_json(f"{tree}/{layout.VERDICT}")
        names = ("key", "verdict", "headline", "counts", "staged", "received_at")
        return Validated(
            **{name: verdict[name] for name in names},
            path=f"{tree}/{layout.VERDICT}",
            report=f"{tree}/{REPORT}",
        )

    def ledger_line(self, contract: Contract, judged: Judged, state: Validated, store: Store) -> LineOfLedger:
        """The verdict, with the hashes of its files."""
        tree = self.tree(contract, state.key)
        body = {
            "verdict": state.verdict,
            "key": state.key,
            "staged": state.staged,
            "verdict_sha256": file_sha256(store.path(state.path)),
            **{name: file_sha256(store.path(f"{tree}/{file}")) for name, file in REPORTS.items()},
        }
        return LineOfLedger("verdict", contract.subject, body)

    def log_fields(self, contract: Contract, state: Validated) -> LogFields:
        """The verdict."""
        return {"verdict": state.verdict}

    def save(self, contract: Contract, state: Validated, store: Store) -> None:
        """Write the state `validated`."""
        store.set_state(contract.subject, state)

    def conclude(self, contract: Contract, judged: Judged, state: Validated, store: Store) -> None:
        """Accept the table where the verdict lets it through, else raise what the verdict says."""
        verdict = store.read_json(state.path)
        if complaint := verdicts.complaint(verdict, store.path(state.report)):
            raise complaint
        staged = judged.staged
        accepted = Accepted(
            key=staged.key,
            table=staged.table,
            rows=staged.rows_out,
            received_at=staged.received_at,
            synthetic=staged.synthetic,
            verdict=state.verdict,
            verdict_key=state.key,
            rules=rules_key(contract, self.suites),
            report=state.report,
            previous=judged.before,
        )
        store.set_state(contract.subject, accepted)


def validate_table(contract: Contract, store: Store, suites: Path, day: dt.date | None = None) -> Validated:
    """Judge the staged table (`day`: default today in Hong Kong); returns the state `validated`.

    Raises ValidationFailed when a critical expectation failed and EngineError when one could not be checked; verdict,
    report and state are written first, and `accepted` stays what it was. Raises StageError when there is no staged
    table to check, ContractError when the suite file is wrong.
    """
    return run_step(ValidateStep(suites, day or _read_day(store)), contract, store)


def _read_day(store: Store) -> dt.date:
    """Today in Hong Kong, which waivers are held against."""
    return store.project.clock().astimezone(HONG_KONG).date()


def verdict_key(
    contract: Contract, staged: Staged, store: Store, suites: Path, day: dt.date | None = None
) -> str:
    """The content key of the verdict on this table by the rules of `day` (default: today in Hong Kong)."""
    step = ValidateStep(suites, day or _read_day(store))
    return step.key(contract, step.judged(contract, staged, store))


def rules_key(contract: Contract, suites: Path) -> str:
    """The content key of today's rules for a dataset: its contract's and its suite's, whatever they are put to."""
    return content_key(
        {
            "version": VALIDATE_VERSION,
            "expectations": _expectations(contract, suites),
            "guards": guards_of(contract),
            "waivers": [waiver.model_dump(mode="json") for waiver in contract.waivers],
        }
    )


def _expectations(contract: Contract, suites: Path) -> list[dict[str, Json]]:
    from praya.pipeline.validate.suite import expectations_of

    return expectations_of(contract, suites)


def _before(contract: Contract, store: Store, staged: Staged) -> AcceptedBefore | None:
    """The table that was accepted before this one, for guards and drift; the same when this one is accepted too."""
    accepted = store.state(Accepted, contract.subject)
    if accepted is None:
        return None
    before = (
        accepted.previous
        if accepted.key == staged.key
        else AcceptedBefore(key=accepted.key, table=accepted.table, received_at=accepted.received_at)
    )
    return before if before is not None and store.exists(before.table) else None


@cache
def _versions() -> dict[str, str]:
    return {name: version(name) for name in ("great_expectations", "duckdb", "sqlalchemy")}


def _references(
    contract: Contract, store: Store, expectations: Sequence[Expectation]
) -> dict[str, Accepted | None]:
    """What is accepted of each dataset that the expectations refer to: of the same month, where it has months."""
    names = sorted({name for each in expectations for name in _needs(each)})
    whole = {name: store.state(Accepted, name) for name in names}
    if contract.month is None:
        return whole
    return {name: store.state(Accepted, f"{name}/{contract.month}") or whole[name] for name in names}


def _drift(contract: Contract, store: Store, judged: Judged, work: Path) -> dict[str, Json] | None:
    from praya.pipeline.validate.drift import figures

    before = judged.before
    if before is None:
        return None
    moved = figures(contract, store.path(judged.staged.table), store.path(before.table), work)
    return {"before": {"key": before.key, "received_at": before.received_at}, "figures": moved}


def _needs(expectation: Expectation) -> list[str]:
    return list((expectation.get("meta") or {}).get("references", []))


def _waits(expectation: Expectation, references: Mapping[str, Accepted | None]) -> str | None:
    """Why the expectation cannot be put to the data yet, or None."""
    missing = ", ".join(name for name in _needs(expectation) if references[name] is None)
    if not missing:
        return None
    return f"it refers to {missing}, of which no table has been accepted yet: run that dataset first"
