"""Where every dataset stands on its way: what is current, what is pending and why, and the summary table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from praya.contract import Contract
from praya.errors import PrayaError, codes
from praya.history import latest as latest_of
from praya.history.manifests import read_manifest
from praya.observe import get_logger
from praya.pipeline.current import has_no_rows_yet, pending_reason
from praya.pipeline.measure import find_stale_marts, read_marts
from praya.pipeline.month_switch import waiting
from praya.reports.edition import pending_reports
from praya.store import Store, layout
from praya.store.disk import disk_error
from praya.store.documents import ManifestFile
from praya.store.states import Collected, MartState, Problem, Protected, Staged, Validated
from praya.store.verdict_documents import read_verdict
from praya.text.outside import clean, describe_crash

log = get_logger(__name__)

WORST_LAST = ("passed", "warned", "none", "stopped", "error", "failed")


class Row(NamedTuple):
    """One dataset in the summary: counts of rows, the last verdict, and the current release."""

    dataset: str
    rows_in: int | None
    quarantined: int | None
    verdict: str
    release: str
    files: int | None
    bytes: int | None
    reason: str


@contextmanager
def record_problem(store: Store, dataset: str, step: str) -> Iterator[None]:
    """Keep the reason for which a step stopped, until the same step ends well; `summary` shows it.

    Raises StoreUnusable in place of an error that the disk gave.
    """
    try:
        yield
    except Exception as error:
        refused, at = disk_error(error), f"{store.project.clock():%Y-%m-%dT%H:%M:%SZ}"
        # A store that cannot be written keeps no reason, and the error is worth more.
        try:
            store.set_state(dataset, _reason(refused or error, step, at))
        except Exception:
            log.exception("the reason for which the step stopped could not be kept")
        if refused is not None:
            raise refused from error
        raise
    problem = store.state(Problem, dataset)
    if problem and problem.step == step:
        forget_problem(store, dataset)


def _reason(error: Exception, step: str, at: str) -> Problem:
    if isinstance(error, PrayaError):
        return Problem(step=step, at=at, code=error.code.name, message=clean(str(error)))
    message = clean(f"An error of Praya itself stopped it; please report it. {describe_crash(error)}")
    return Problem(step=step, at=at, code=codes.internal.CRASH.name, message=message)


def problem_of(store: Store, subject: str) -> str | None:
    """What the last step stopped for: its code and message; of states from before there were codes the message."""
    problem = store.state(Problem, subject) or Problem()
    return ": ".join(text for text in (problem.code, problem.message) if text) or None


def forget_problem(store: Store, dataset: str) -> None:
    """What a step stopped for is no longer so: the release is current again."""
    if store.state(Problem, dataset) not in (None, Problem()):
        store.set_state(dataset, Problem())


def parts_of(contract: Contract, store: Store) -> list[Contract]:
    """The contract itself, or one for each month that has been collected where it is partitioned."""
    if contract.partition is None:
        return [contract]
    return [contract.at(month) for month in store.months(Collected, contract.dataset)]


def pending(contracts: Sequence[Contract], store: Store, suites: Path, metrics: Path) -> dict[str, str]:
    """Every dataset whose release is not current, every month not switched in, every stale mart, every report that is
    not made from today's releases, with the reason."""
    reasons = {
        part.subject: reason
        for contract in contracts
        for part in parts_of(contract, store)
        if (reason := _mart_reason(part, store) or pending_reason(part, store, suites)) is not None
    }
    reasons |= waiting(contracts, store) | pending_reports(store)
    marts, problems = read_marts(metrics, contracts)
    reasons |= {f"mart {name}": problem for name, problem in problems.items()}
    return reasons | {
        f"mart {name}": "has not been computed from today's tables"
        for name in find_stale_marts(store, contracts, marts)
    }


def _mart_reason(contract: Contract, store: Store) -> str | None:
    """A mart's dataset is also behind when the mart has moved on since it was collected."""
    if contract.source.mart is None:
        return None
    mart = store.get_record(MartState, layout.mart_state(contract.source.mart))
    if has_no_rows_yet(contract, store):
        return None
    if mart is None:
        return f"the mart {contract.source.mart} has not been computed yet"
    collected = store.state(Collected, contract.dataset)
    if collected is not None and collected.parts["data"].sha256 != mart.sha256:
        return f"the mart {contract.source.mart} has moved on"
    return None


def summary(contracts: Sequence[Contract], store: Store, suites: Path) -> list[Row]:
    """One row a dataset, in the order of `contracts`; the months of a partitioned one are added up."""
    return [_row(contract, store, suites) for contract in contracts]


def decided(store: Store, dataset: str) -> list[str]:
    """What disclosure control decided last on a dataset, a line each; empty before its first decision."""
    state = store.state(Protected, dataset)
    if state is None:
        return []
    decision = state.decision
    lines = [
        f"disclosure: {decision['class']}; method: {decision['method']}; "
        f"cells withheld: {decision['suppressed_cells']}; policy {decision['policy'][:12]}"
    ]
    for each in decision["personal_data"]["found"]:
        why = "a public contact" if each["public_contact"] else "below the allowed rate"
        lines.append(
            f"personal data: {each['column']}: {each['hits']} of {each['cells']} cells hold a {each['kind']} ({why})"
        )
    return lines if len(lines) > 1 else [*lines, "personal data: none found"]


def waivers(contract: Contract, store: Store) -> list[str]:
    """The waivers of a contract as its last verdicts had them, a line each."""
    lines = []
    for part in parts_of(contract, store):
        validated = store.state(Validated, part.subject)
        verdict = read_verdict(store, validated.path) if validated else None
        for each in verdict.get("waivers", []) if verdict else []:
            state = "expired" if not each["in_force"] else "needed" if each["used"] else "not needed"
            lines.append(
                f"waiver: {part.subject}: {each['expectation']} until {each['until']} ({state}), "
                f"by {each['by']}: {each['reason']}"
            )
    return lines


def _row(contract: Contract, store: Store, suites: Path) -> Row:
    parts = parts_of(contract, store)
    staged = [state for part in parts if (state := store.state(Staged, part.subject))]
    files = _files(contract, store)
    reasons = [
        problem_of(store, part.subject) or _mart_reason(part, store) or pending_reason(part, store, suites)
        for part in parts
    ]
    return Row(
        dataset=contract.dataset,
        rows_in=_sum(state.rows_in for state in staged),
        quarantined=_sum(state.rows_quarantined for state in staged),
        verdict=max((_verdict(part, store) for part in parts), key=WORST_LAST.index, default="none"),
        release=_release(contract, store, len(parts)),
        files=len(files) if files is not None else None,
        bytes=_sum(file["bytes"] for file in files) if files is not None else None,
        reason="; ".join(reason for reason in reasons if reason),
    )


def _verdict(contract: Contract, store: Store) -> str:
    staged, validated = store.state(Staged, contract.subject), store.state(Validated, contract.subject)
    if staged and staged.stopped:
        return "stopped"
    return validated.verdict if validated else "none"


def _release(contract: Contract, store: Store, months: int) -> str:
    if not contract.released:
        return f"– ({months} month{'' if months == 1 else 's'})"
    latest = latest_of(store, contract.dataset)
    return latest["version"] if latest else "none"


def _files(contract: Contract, store: Store) -> list[ManifestFile] | None:
    latest = latest_of(store, contract.dataset)
    if latest is None:
        return None
    return read_manifest(store, contract.dataset, latest["version"])["files"]


def _sum(numbers: Iterable[int | None]) -> int | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None
