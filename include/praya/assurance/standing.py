"""Where a dataset stands, for the pages that people look at: the last attempt first, then what is out, then what was
taken back. A verdict alone does not say that: it is of a table, and much may have happened since."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from praya.contract import Contract
from praya.contract.telling import disclose_number
from praya.errors import PrayaError
from praya.history import latest as latest_of
from praya.history import versions
from praya.pipeline.current import has_no_rows_yet, is_held, pending_reason
from praya.pipeline.validate.confidential_results import redact_row
from praya.pipeline.validate.standing_record import Attempt, Back, Out, Outcome, Standing
from praya.pipeline.validate.verdict import read_quarantine
from praya.store import Store
from praya.store.states import Collected, Problem, Staged, Validated
from praya.store.verdict_documents import QuarantinedRow, Title
from praya.text.outside import clean, quote

BACK = 5  # how many of the versions that were taken back are told of
RAW = 300  # characters of a quarantined record
WORST_LAST = ("well", "empty", "none", "held", "waits", "stopped")


def standing_of(contract: Contract, store: Store, suites: Path) -> Standing:
    """Where the dataset, or the month that `contract` is at, stands today."""
    attempt = _attempt(contract, store, suites)
    staged = store.state(Staged, contract.subject)
    stopped = attempt.outcome == "stopped" and attempt.step == "stage" and bool(staged and staged.stopped)
    by_rule = staged.quarantined_by_rule if staged and stopped else {}
    return Standing(
        subject=contract.subject,
        title={"en": contract.title.en, "zh-Hant": contract.title.zh_hant},
        synthetic=contract.synthetic,
        released=contract.released,
        attempt=attempt,
        out=_out(store, contract.dataset),
        back=tuple(_taken_back(store, contract.dataset))[-BACK:],
        by_rule={rule: disclose_number(contract.disclosure, number) for rule, number in by_rule.items()},
        faults=tuple(_faults(contract, store, staged)) if staged and stopped else (),
    )


def unreadable(subject: str, title: Title, store: Store, error: PrayaError) -> Standing:
    """The standing of a dataset whose contract is refused: that is why nothing of it goes on."""
    dataset = subject.partition("/")[0]
    attempt = Attempt("stopped", "contract", clean(str(error)), code=error.code.name)
    return Standing(subject, title, False, True, attempt, _out(store, dataset))


def worst(attempts: Sequence[Attempt]) -> Attempt:
    """Of the months of a dataset the attempt that needs attention most."""
    return max(attempts, key=lambda attempt: WORST_LAST.index(attempt.outcome), default=Attempt("none"))


def _attempt(contract: Contract, store: Store, suites: Path) -> Attempt:
    try:
        pending = pending_reason(contract, store, suites)
    except PrayaError as error:
        # A suite that is refused, or a state that is damaged: the next run would stop for it.
        return Attempt("stopped", None, clean(str(error)), code=error.code.name)
    problem = store.state(Problem, contract.subject)
    if problem and problem.message:
        held = problem.step == "release" and pending is not None and is_held(pending)
        outcome: Outcome = "held" if held else "stopped"
        return Attempt(outcome, problem.step, clean(problem.message), problem.at, problem.code)
    if pending is None:
        return Attempt("empty" if has_no_rows_yet(contract, store) else "well")
    if store.state(Collected, contract.subject) is None:
        return Attempt("none")
    if is_held(pending):
        return Attempt("held", "release", pending)
    step = _step_of(contract, store, pending)
    return Attempt("stopped" if step else "waits", step, clean(pending))


def _step_of(contract: Contract, store: Store, pending: str) -> str | None:
    """The step that refused what is there, where `pending` is its reason; None where it has only not run yet."""
    staged, validated = store.state(Staged, contract.subject), store.state(Validated, contract.subject)
    if staged and pending == staged.stopped:
        return "stage"
    return "validate" if validated and pending == validated.headline else None


def _out(store: Store, dataset: str) -> Out | None:
    pointer = latest_of(store, dataset)
    for entry in versions(store, dataset) if pointer else []:
        if pointer and entry["version"] == pointer["version"]:
            return Out(entry["version"], str(entry.get("number", entry["version"])), entry["received_at"])
    return None


def _taken_back(store: Store, dataset: str) -> Iterator[Back]:
    for entry in versions(store, dataset):
        number = str(entry.get("number", entry["version"]))
        if entry["state"] == "withdrawn":
            yield Back("withdrawn", number, entry["withdrawn"]["at"], clean(entry["withdrawn"]["reason"]))
        elif entry["state"] == "rolled back":
            rollback = entry["rollbacks"][-1]
            yield Back("rolled_back", number, rollback["at"], clean(rollback["reason"]))
        elif entry.get("corrections") and not entry.get("corrected_by"):
            last = entry["corrections"][-1]
            yield Back("corrected", number, last["at"], clean(last["reason"]))


def _faults(contract: Contract, store: Store, staged: Staged) -> Iterator[QuarantinedRow]:
    with store.scratch() as work:
        faults = read_quarantine(store, staged, work)
    for fault in faults:
        shown = redact_row(fault, contract)
        yield {
            **shown,
            "column_name": _shorten(shown["column_name"], 60),
            "value": _shorten(shown["value"], 60),
            "reason": quote(shown["reason"], 300),
            "raw": _shorten(shown["raw"], RAW),
        }


def _shorten(text: str | None, length: int) -> str | None:
    return text and quote(text, length)
