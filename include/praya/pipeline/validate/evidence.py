"""What the store and the ledger hold of a verdict today: earlier runs, decisions, approvals, the fault score.

None of it is in the verdict, for the same inputs must give the same verdict; it is put together when a page is looked
at. It names what the readers of verdicts may know already: no figure of a table is in it, and of ledger lines only the
number, for the hash of a line rests on that of a true table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from praya.history import latest as latest_of
from praya.ledger import Ledger, LedgerLine
from praya.pipeline.validate.report_page import FILES, render, render_unjudged
from praya.pipeline.validate.standing_record import Standing
from praya.store import Store, layout
from praya.store.states import FaultScore, Protected, Validated
from praya.store.verdict_documents import FaultScoreRecord, Verdict, read_fault_score, read_verdict

RUNS = 12


def view(
    store: Store,
    subject: str,
    language: str = "en",
    links: Mapping[str, str] = FILES,
    standing: Standing | None = None,
) -> str | None:
    """The page of the last verdict on `subject` with its evidence of today, after where the dataset stands; None before
    the first verdict, where nothing is said of its standing either."""
    state = store.state(Validated, subject)
    if state is None:
        return render_unjudged(standing, language, links) if standing else None
    verdict = read_verdict(store, state.path)
    return render(verdict, language, gather_evidence(store, subject, verdict), links, standing)


def gather_evidence(store: Store, subject: str, verdict: Verdict) -> dict[str, Any]:
    """For the page of `verdict` on `subject` (a dataset, or `<dataset>/<month>`): `runs` (the last twelve, oldest
    first), `disclosure` (the last decision), `approvals`, `lines` of the ledger that it rests on, the latest
    `release`, and `faults` (see faults)."""
    dataset = subject.partition("/")[0]
    lines = sorted(line for name in {subject, dataset} for line in Ledger(store).of(name))
    protected = store.state(Protected, dataset)
    return {
        "runs": _runs(store, subject, lines, verdict["key"]),
        "disclosure": protected
        and {**protected.decision, "of_this": protected.verdict_key == verdict["key"]},
        "approvals": [
            {**line.approval, "number": line.number, "at": line.at}
            for line in lines
            if line.kind == "approval"
        ],
        "lines": [
            {"number": line.number, "kind": line.kind, "at": line.at}
            for line in _evidence(lines, subject, verdict["key"])
        ],
        "release": _release(store, dataset),
        "faults": faults(store, dataset),
    }


def faults(store: Store, dataset: str) -> FaultScoreRecord | None:
    """The fault score that was measured last, as `faults.json` has it; None before the first."""
    state = store.state(FaultScore, dataset)
    return read_fault_score(store, state.path) if state else None


def _runs(store: Store, subject: str, lines: list[LedgerLine], key: str) -> list[dict[str, Any]]:
    runs = []
    for line in [line for line in lines if (line.kind, line.subject) == ("verdict", subject)][-RUNS:]:
        record: Verdict | None = store.get_json(
            f"{layout.verdict(subject, line.verdict['key'])}/{layout.VERDICT}"
        )
        if record is None:
            continue
        runs.append(
            {
                "number": line.number,
                "at": line.at,
                "this": line.verdict["key"] == key,
                "verdict": record["verdict"],
                "received_at": record["received_at"],
                "rows_out": record["rows_out"],
                "rows_quarantined": record["rows_quarantined"],
                "expectations": record["counts"]["expectations"],
                "passed": record["counts"]["passed"],
            }
        )
    return runs


def _evidence(lines: list[LedgerLine], subject: str, key: str) -> list[LedgerLine]:
    """The last snapshot of each part, this verdict, and the last of every other kind, in the ledger's order."""
    last: dict[tuple[str, Any], LedgerLine] = {}
    for line in lines:
        if line.kind == "verdict":
            if line.subject == subject and line.verdict["key"] == key:
                last["verdict", None] = line
        elif line.kind != "snapshot" or line.subject == subject:
            last[line.kind, line.body.get("part")] = line
    return sorted(last.values())


def _release(store: Store, dataset: str) -> dict[str, str] | None:
    latest = latest_of(store, dataset)
    if latest is None:
        return None
    version = latest["version"]
    return {
        "version": version,
        "manifest": layout.manifest(dataset, version),
        "sha256": latest["manifest_sha256"],
    }
