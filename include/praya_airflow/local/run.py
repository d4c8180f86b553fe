"""`make run`: everything from the sources to the catalogue, once; then it stops what it started."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import UTC, datetime
from importlib.metadata import version

import requests

from praya_airflow.local.addresses import Addresses, find_free_port
from praya_airflow.local.client import Client
from praya_airflow.local.credentials import read_credentials
from praya_airflow.local.display import Display, shorten_path
from praya_airflow.local.goal import Goal, read_released
from praya_airflow.local.instance import Problem, start_airflow
from praya_airflow.local.job import Job, Outcome
from praya_airflow.local.places import Places
from praya_airflow.local.running import Running, find_running, hold_lock
from praya_airflow.settings import LOOPBACK, Settings

EVER = datetime.fromtimestamp(0, UTC)


def run_once(place: Places, settings: Settings) -> int:
    """Exit code 0 if everything that should be released is; raises Problem when it cannot even be tried."""
    display = Display()
    place.make()
    with hold_lock(place.state / "run.lock") as held:
        if held is None:
            raise Problem(
                f"Another make run is at work in {place.home}. Wait for it, or end it with Ctrl-C there.", 2
            )
        before = read_released(place.store)
        goal = Goal(place.store, settings.months)
        running = find_running(place.state)
        outcome = (
            _borrow(place, running, goal, display) if running else _run_own(place, settings, goal, display)
        )
    return _report(display, place, goal, outcome, before)


def _run_own(place: Places, settings: Settings, goal: Goal, display: Display) -> Outcome:
    """Do the job with an Airflow of our own on free ports, which is stopped afterwards."""
    since = datetime.now(UTC)
    addresses = Addresses(LOOPBACK, find_free_port(LOOPBACK), find_free_port(LOOPBACK))
    with ExitStack() as stack:
        with display.show_waiting(
            f"Airflow {version('apache-airflow')} starts; its logs: {shorten_path(place.logs)}"
        ):
            airflow = stack.enter_context(start_airflow(place, "run", addresses, settings))
        job = Job(airflow.client, goal, display, airflow.check)
        outcome = _try(job, since, place)
        display.print_event("everything has ended; stopping Airflow")
    return outcome


def _borrow(place: Places, running: Running, goal: Goal, display: Display) -> Outcome:
    """Do the job with the Airflow of `make up`."""
    if running.mode != "up":
        raise Problem(
            f"An earlier make run is still being stopped (process {running.pid}). Try again in a few seconds.",
            2,
        )

    def check() -> None:
        if not find_running(place.state):
            raise Problem("The Airflow that make up started has stopped. Run make run again.")

    display.print_event(f"working with the Airflow that make up started, {running.addresses.url}")
    client = Client.as_admin(running.addresses, read_credentials(place.airflow))
    return _try(Job(client, goal, display, check, is_fresh=False), EVER, place)


def _try(job: Job, since: datetime, place: Places) -> Outcome:
    try:
        return job.run(since)
    except requests.RequestException as error:
        job.check()  # says more, when it is that a component died
        raise Problem(f"Airflow's API failed: {error}. The logs are in {place.logs}.") from error


def _report(display: Display, place: Places, goal: Goal, outcome: Outcome, before: dict[str, str]) -> int:
    """Prints what there is now, what went wrong and what to open; returns the exit code."""
    display.print_line("")
    goal.print_summary(display.console)
    display.print_line("")
    for name, reason in sorted((outcome.pending | outcome.failed).items()):
        # Praya's own sentences begin with the dataset; once is enough.
        display.print_line(f"{name}: {reason.replace(f'{name}: ', '', 1)}", style="red")
    is_bad = bool(outcome.pending or outcome.failed)
    if not is_bad and read_released(place.store) == before:
        display.print_line("Nothing new: every source is as it was, and every release is current.")
    for label, path in (
        ("Catalogue", place.store / "released" / "index.html"),
        ("Validation reports", place.store / "verdicts"),
        ("Logs", place.logs),
    ):
        if path.exists():
            display.print_line(f"{label}: {shorten_path(path)}")
    return 1 if is_bad else 0
