"""`make up` and `make down`: an Airflow that stays, its UI on a fixed address, until it is told to go."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime

from praya_airflow.local import instance, settings, state
from praya_airflow.local.client import Client
from praya_airflow.local.credentials import credentials
from praya_airflow.local.display import Display
from praya_airflow.local.instance import Problem
from praya_airflow.local.job import end_homeless, wait_parsed
from praya_airflow.local.places import Places
from praya_airflow.local.project import expected_dags, known_dags
from praya_airflow.local.run import shown

STOPPED_WITHIN = 30.0


def up(place: Places) -> int:
    """Starts Airflow, waits until it is healthy and has read every DAG, and leaves it running."""
    display = Display()
    place.make()
    if running := state.running(place.state):
        if running.mode != "up":
            raise Problem("A make run is at work here. Wait for it to end, then make up.", 2)
        display.line("Airflow is running already.")
        _addresses(display, place, running.facts)
        return 0
    host = os.environ.get("PRAYA_HOST") or settings.LOOPBACK
    port = _port(host)
    since = datetime.now(UTC)
    sources_port = settings.free_port(settings.LOOPBACK, port + 1)
    with (
        display.waiting(f"Airflow starts; its logs: {shown(place.logs)}"),
        instance.started(place, "up", port=port, host=host, sources_port=sources_port) as airflow,
    ):
        expected = [dag_id for dag_id, _ in expected_dags()]
        problem = _unread(airflow, expected, since)
        homeless = end_homeless(airflow.client, known_dags())
        paused = unpause_new(airflow.client)
        airflow.detach()
    if problem:
        display.line(problem, style="red")
    if homeless:
        display.line(f"Ended, for their contracts are not there any more: runs of {', '.join(homeless)}.")
    if paused:
        display.line(
            f"Paused, and left so: {', '.join(paused)}. Their runs wait until they are unpaused in the UI."
        )
    _addresses(display, place, {"port": port, "host": host, "sources_port": sources_port})
    return 0


def down(place: Places) -> int:
    """Stops what `up` started, and returns when every process of it is gone."""
    display = Display()
    running = state.running(place.state)
    if not running:
        display.line("Nothing is running.")
        if found := state.failure(place.state):
            display.line(f"The last Airflow stopped by itself: {found.sentence()}")
        return 0
    if running.mode != "up":
        raise Problem("A make run is at work here; it stops by itself, or with Ctrl-C where it runs.", 2)
    number = running.process.pid
    with display.waiting("Airflow stops"):
        running.process.terminate()
        deadline = time.monotonic() + STOPPED_WITHIN
        while state.running(place.state):
            if time.monotonic() > deadline:
                raise Problem(
                    f"Process {number} has not stopped within {STOPPED_WITHIN:.0f} s. "
                    f"kill -9 {number} ends it and what it started; {place.logs}/guardian.log may say why."
                )
            time.sleep(0.1)
    display.line("Airflow has stopped.")
    return 0


def unpause_new(client: Client) -> list[str]:
    """Unpause the DAGs that came paused and have never run; returns those that somebody has paused since."""
    paused = sorted(dag["dag_id"] for dag in client.dags() if dag["is_paused"])
    begun = [dag_id for dag_id in paused if client.has_begun(dag_id)]
    for dag_id in paused:
        if dag_id not in begun:
            client.unpause(dag_id)
    return begun


def _unread(airflow: instance.Instance, expected: list[str], since: datetime) -> str:
    """What is wrong with DAG files or contracts. It is also in the UI, which is where it gets mended."""
    try:
        wait_parsed(airflow.client, expected, since, airflow.check)
    except Problem as problem:
        airflow.check()
        return str(problem)
    return ""


def _port(host: str) -> int:
    text = os.environ.get("PRAYA_PORT") or str(settings.UI_PORT)
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise Problem(f"PRAYA_PORT is {text!r}; it must be a number from 1 to 65535.", 2)
    if settings.free_port(host, int(text)) != int(text):
        raise Problem(
            f"Something else listens on port {text} of {host}. Stop it, or choose another port: "
            "make up PRAYA_PORT=8090",
            2,
        )
    return int(text)


def _addresses(display: Display, place: Places, facts: dict[str, str | int]) -> None:
    secret = credentials(place.airflow)
    host = settings.reachable(str(facts["host"]))
    display.line(f"Airflow: http://{host}:{facts['port']}")
    for name, password in secret.passwords.items():
        display.line(f"  login: {name}, password: {password}")
    display.line(f"Sources: http://{host}:{facts['sources_port']}")
    display.line(f"Catalogue: {shown(place.store / 'released' / 'index.html')}")
    display.line(f"Logs: {shown(place.logs)}")
    display.line("It stays until make down.")
