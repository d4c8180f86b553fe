"""`make run`: everything from the sources to the catalogue, once; then it stops what it started."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import requests

from praya_airflow.local import instance, settings, state
from praya_airflow.local.client import Client
from praya_airflow.local.display import Display
from praya_airflow.local.instance import Problem
from praya_airflow.local.job import Job, Outcome
from praya_airflow.local.places import Places
from praya_airflow.local.project import Project, praya, released

EVER = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True)
class Airflow:
    """A healthy Airflow to work with; DAG files it read before `since` may have changed since."""

    client: Client
    check: Callable[[], None]
    ours: bool
    since: datetime


def run(place: Places, opened: Callable[[Path], Project] = praya) -> int:
    """Exit code 0 if everything that should be released is; raises Problem when it cannot even be tried."""
    display = Display()
    place.make()
    with instance.lock(place.state / "run.lock") as held:
        if held is None:
            raise Problem(
                f"Another make run is at work in {place.home}. Wait for it, or end it with Ctrl-C there.", 2
            )
        before = released(place.store)
        project = opened(place.store)
        with _airflow(place, display) as airflow:
            job = Job(airflow.client, project, display, airflow.check, fresh=airflow.ours)
            outcome = job.run(airflow.since)
            if airflow.ours:
                display.say("everything has ended; stopping Airflow")
    return report(display, place, project, outcome, before)


def report(
    display: Display, place: Places, project: Project, outcome: Outcome, before: dict[str, str]
) -> int:
    """Prints what there is now, what went wrong and what to open; returns the exit code."""
    display.line("")
    project.show(display.console)
    display.line("")
    for name, reason in sorted((outcome.pending | outcome.failed).items()):
        # Praya's own sentences begin with the dataset; said once is enough.
        display.line(f"{name}: {reason.replace(f'{name}: ', '', 1)}", style="red")
    bad = bool(outcome.pending or outcome.failed)
    if not bad and released(place.store) == before:
        display.line("Nothing new: every source is as it was, and every release is current.")
    for label, path in (
        ("Catalogue", place.store / "released" / "index.html"),
        ("Validation reports", place.store / "verdicts"),
        ("Logs", place.logs),
    ):
        if path.exists():
            display.line(f"{label}: {shown(path)}")
    return 1 if bad else 0


@contextmanager
def _airflow(place: Places, display: Display) -> Iterator[Airflow]:
    """The Airflow of `make up` if it runs, else one of our own on free ports, which ends with the block."""
    with ExitStack() as stack:
        if running := state.running(place.state):
            airflow = _borrowed(place, running)
            display.say(f"working with the Airflow that make up started, {airflow.client.url}")
        else:
            since = datetime.now(UTC)
            ports = {name: settings.free_port(settings.LOOPBACK) for name in ("port", "sources_port")}
            text = f"Airflow {version('apache-airflow')} starts; its logs: {shown(place.logs)}"
            with display.waiting(text):
                own = stack.enter_context(instance.started(place, "run", host=settings.LOOPBACK, **ports))
            airflow = Airflow(own.client, own.check, True, since)
        try:
            yield airflow
        except requests.RequestException as error:
            airflow.check()  # says more, when it is that a component died
            raise Problem(f"Airflow's API failed: {error}. The logs are in {place.logs}.") from error


def _borrowed(place: Places, running: state.Running) -> Airflow:
    if running.mode != "up":
        number = running.process.pid
        raise Problem(
            f"An earlier make run is still being stopped (process {number}). Try again in a few seconds.", 2
        )

    def check() -> None:
        if not state.running(place.state):
            raise Problem("The Airflow that make up started has stopped. Run make run again.")

    return Airflow(instance.client_of(place, running), check, False, EVER)


def shown(path: Path) -> str:
    """`path` as short as it can be said from the current folder."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
