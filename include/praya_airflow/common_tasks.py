"""The tasks that are for all datasets: marts, catalogue, retention, audit, and the scores of faults."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from airflow.sdk import get_current_context, task

from praya.contract import read_contracts
from praya.errors import IntegrityError, MeasureError, codes
from praya.observe import get_logger
from praya.store import layout
from praya_airflow.assets import MARTS, make_mart_asset
from praya_airflow.environment import read_project
from praya_airflow.run_context import find_run_signer
from praya_airflow.task_project import (
    open_store,
    read_usable_contracts,
)
from praya_airflow.task_results import STORED
from praya_airflow.task_wrapper import wrap_task

if TYPE_CHECKING:
    from praya.pipeline.measure import MartResult

log = get_logger(__name__)

# A run that Airflow makes up for later than this, as when it starts, comes when there is other work.
LATE = dt.timedelta(days=1)
PUNCTUAL = dt.timedelta(minutes=30)


@task(task_id="measure")
@wrap_task
def measure() -> dict[str, Any]:
    """Compute what is stale; events go out for the marts that changed or whose dataset is behind.

    What runs are on their way to is waited for, so that a round of them gives one table of each mart. While
    months of a provider are on their way, as in a backfill, what adds them up is left to the roll-up at their end. What
    reads releases that are still to come is left for them. The daily run leaves nothing, but where Airflow makes up for
    it when it starts, for then there is other work.
    """
    from praya.assurance.status import pending
    from praya.pipeline.measure import compute_marts, find_summing_marts
    from praya_airflow.settled import (
        find_moving_months,
        find_releases_to_come,
        is_rolled_up,
        wait_until_settled,
    )

    contracts, store = read_usable_contracts(), open_store()
    if not wait_until_settled(store, read_project().metrics, contracts):
        log.warning("marts are computed although runs of what they read are in progress")
    daily = _is_punctual(get_current_context()["dag_run"])
    months = set() if daily or is_rolled_up() else find_moving_months(contracts)
    left = find_summing_marts(store, read_project().metrics, contracts, months)
    coming = find_releases_to_come([] if daily else contracts, store, left=left)
    results = compute_marts(store, read_project().metrics, contracts, months, coming)
    behind = pending(contracts, store, read_project().suites, read_project().metrics)
    late = {
        contract.source.mart for contract in contracts if contract.source.mart and contract.dataset in behind
    }
    events = get_current_context()["outlet_events"]
    for name, result in results.items():
        # Nobody waits for the monthly ones; their months have had their events.
        if result.is_made and not result.monthly and (result.changed or name in late):
            # Without its key: who guesses a table could try the guess by that.
            extra: dict[str, Any] = {"rows": result.rows, "synthetic": result.synthetic}
            events[MARTS].add(make_mart_asset(name), extra=extra)
    return {name: _shorten(result) for name, result in results.items()}


def _shorten(result: MartResult) -> dict[str, Any]:
    """What the next task needs of a mart's result, in JSON; of a failure its code and text."""
    if result.failed:
        return {"failed": result.failed.with_code}
    return {"waiting": list(result.waiting)} if result.waiting else {"rows": result.rows}


def _is_punctual(run: Any) -> bool:
    """Whether the run is one of the schedule, and has begun when it was due."""
    return bool(run.run_type == "scheduled" and _measure_lateness(run) < PUNCTUAL)


def _measure_lateness(run: Any) -> dt.timedelta:
    """How long after its time a run is looked at, by Airflow's clock, which is that of the machine."""
    due: dt.datetime = run.run_after
    return dt.datetime.now(dt.UTC) - due


@task(task_id="report")
@wrap_task
def report_failures(results: dict[str, dict[str, Any]]) -> int:
    """How many marts there are; fail for those that could not be computed. The events of the others have gone out."""
    failed = [state["failed"] for state in results.values() if "failed" in state]
    if failed:
        raise MeasureError(codes.measure.MARTS_FAILED, "\n".join(failed))
    return len(results)


@task(task_id="catalogue")
@wrap_task
def catalogue() -> dict[str, Any]:
    """List all current releases, with calendar, pages of metrics, changelogs and feeds."""
    from praya.contract.zone import HONG_KONG
    from praya.site.portal import write_calendar
    from praya.site.views import present

    store = open_store()
    contracts, problems = read_contracts(read_project())
    if problems:  # a dataset whose contract is refused has not been taken out of the calendar
        log.warning(
            "the calendar stays as it is while contracts are refused",
            problems=len(problems),
            first=problems[0].with_code,
        )
    else:
        write_calendar(store, contracts, store.project.clock().astimezone(HONG_KONG).date())
    listed = present(store, by=find_run_signer())
    counts = {"datasets": len(listed["datasets"]), "changed": listed["changed"]}
    return counts | {STORED: [layout.CATALOGUE]}


@task(task_id="purge")
@wrap_task
def purge() -> int:
    """Remove the raw personal records whose time is over; returns how many snapshots went."""
    from praya.pipeline.retention import purge_snapshots

    return len(purge_snapshots(open_store(), read_usable_contracts(), read_project().clock()))


@task(task_id="verify")
@wrap_task
def verify() -> str:
    """Verify the ledger, all that changes, every latest release, and a twenty-eighth part of the rest, another one each
    day of the month; returns what was read and what was not."""
    from praya.assurance.verify import unwitnessed, verify_night

    if warning := unwitnessed(read_project().witnesses):
        log.warning(warning)
    night = verify_night(open_store(), read_project().witnesses, read_project().clock())
    for sentence in (*night.verified.warnings, *night.verified.extent(), night.latest, night.rest):
        log.info(sentence)
    for finding in night.verified.findings:
        log.warning(finding)
    if problems := night.verified.problems:
        raise IntegrityError(
            codes.verify.PUBLISHED_DIFFERS,
            f"{len(problems)} things are not as they were published: {problems[0]}",
        )
    if unfinished := night.verified.unfinished:
        raise IntegrityError(
            codes.verify.WRITES_INTERRUPTED, f"{len(unfinished)} writes were interrupted: {unfinished[0]}"
        )
    return f"nothing that was read differs from what was recorded of it; {night.latest}"


@task(task_id="links")
@wrap_task
def check_links() -> str:
    """Hold the addresses that were ever given against what is there, of versions those of tonight's part; returns how
    many were followed and lead somewhere."""
    from praya.assurance.links import follow_links
    from praya.assurance.verify import part_of

    part = part_of(read_project().clock().date())
    contracts, store = read_usable_contracts(), open_store()
    report = follow_links(store, contracts, part=part)
    # What was being published just then is whole at a second look.
    again = follow_links(store, contracts, part=part).problems if report.problems else []
    problems = [problem for problem in report.problems if problem in again]
    for problem in problems:
        log.warning(problem)
    if problems:
        raise IntegrityError(
            codes.verify.ADDRESSES_BROKEN, f"{len(problems)} addresses are broken: {problems[0]}"
        )
    return (
        f"part {part[0] + 1} of {part[1]} of the versions, and all beside them: {report.files:,} addresses lead to a "
        f"file, {report.tombstones:,} to a tombstone; the addresses of the other parts were not followed"
    )


@task(task_id="scores")
@wrap_task
def score_faults() -> dict[str, float]:
    """Measure the fault scores that are not current; returns those of all datasets that have one."""
    from praya.assurance.audit.scores import measure_scores

    run = get_current_context()["dag_run"]
    if run.run_type == "scheduled" and _measure_lateness(run) > LATE:
        log.info("the time of this run is long past, and the next run measures")
        return {}
    scores = []
    for score in measure_scores(read_usable_contracts(), open_store(), read_project().suites):
        (log.warning if score.problem else log.info)(score.sentence)
        scores.append(score)
    if failed := [score.sentence for score in scores if score.problem]:
        raise MeasureError(codes.measure.FAULT_SCORES_FAILED, "\n".join(failed))
    return {score.dataset: score.score for score in scores if score.score is not None}
