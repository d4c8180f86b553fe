"""`make up` and `make down`: an Airflow that stays, its UI on a fixed address, until it is stopped."""

from __future__ import annotations

import os
import signal
import time
from datetime import UTC, datetime

from praya_airflow.local.addresses import Addresses, find_free_port
from praya_airflow.local.client import Client
from praya_airflow.local.credentials import read_credentials
from praya_airflow.local.display import Display, shorten_path
from praya_airflow.local.instance import Instance, Problem, start_airflow
from praya_airflow.local.job import end_homeless, list_dag_ids, list_expected_dags, wait_parsed
from praya_airflow.local.places import Places
from praya_airflow.local.running import find_running, read_failure
from praya_airflow.settings import LOOPBACK, Settings

STOPPED_WITHIN = 30.0


def start(place: Places, settings: Settings) -> int:
    """Starts Airflow, waits until it is healthy and has read every DAG, and leaves it running."""
    display = Display()
    place.make()
    if running := find_running(place.state):
        if running.mode != "up":
            raise Problem("A make run is at work here. Wait for it to end, then make up.", 2)
        display.print_line("Airflow is running already.")
        _print_addresses(display, place, running.addresses)
        return 0
    addresses = _choose_addresses(settings)
    since = datetime.now(UTC)
    with (
        display.show_waiting(f"Airflow starts; its logs: {shorten_path(place.logs)}"),
        start_airflow(place, "up", addresses, settings) as airflow,
    ):
        expected = [dag_id for dag_id, _ in list_expected_dags()]
        problem = _find_unread(airflow, expected, since)
        homeless = end_homeless(airflow.client, list_dag_ids())
        paused = unpause_new(airflow.client)
        airflow.detach()
    if problem:
        display.print_line(problem, style="red")
    if homeless:
        display.print_line(
            f"Ended, for their contracts are not there any more: runs of {', '.join(homeless)}."
        )
    if paused:
        display.print_line(
            f"Paused, and left so: {', '.join(paused)}. Their runs wait until they are unpaused in the UI."
        )
    _print_addresses(display, place, addresses)
    return 0


def stop(place: Places) -> int:
    """Stops what `start` started, and returns when every process of it is gone."""
    display = Display()
    running = find_running(place.state)
    if not running:
        display.print_line("Nothing is running.")
        if why := read_failure(place.state):
            display.print_line(f"The last Airflow stopped by itself: {why}")
        return 0
    if running.mode != "up":
        raise Problem("A make run is at work here; it stops by itself, or with Ctrl-C where it runs.", 2)
    with display.show_waiting("Airflow stops"):
        os.kill(running.pid, signal.SIGTERM)  # its lock is held, so that the process id is still its own
        deadline = time.monotonic() + STOPPED_WITHIN
        while find_running(place.state):
            if time.monotonic() > deadline:
                raise Problem(
                    f"Process {running.pid} has not stopped within {STOPPED_WITHIN:.0f} s. "
                    f"kill -9 {running.pid} ends it and what it started; {place.logs}/guardian.log may say why."
                )
            time.sleep(0.1)
    display.print_line("Airflow has stopped.")
    return 0


def unpause_new(client: Client) -> list[str]:
    """Unpause the DAGs that came paused and have never run; returns those that somebody has paused since."""
    paused = sorted(dag["dag_id"] for dag in client.list_dags() if dag["is_paused"])
    begun = [dag_id for dag_id in paused if client.has_begun(dag_id)]
    for dag_id in paused:
        if dag_id not in begun:
            client.unpause(dag_id)
    return begun


def _find_unread(airflow: Instance, expected: list[str], since: datetime) -> str:
    """What is wrong with DAG files or contracts. It is also in the UI, which is where it gets mended."""
    try:
        wait_parsed(airflow.client, expected, since, airflow.check)
    except Problem as problem:
        airflow.check()
        return str(problem)
    return ""


def _choose_addresses(settings: Settings) -> Addresses:
    host, text = settings.host, settings.port
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise Problem(f"PRAYA_PORT is {text!r}; it must be a number from 1 to 65535.", 2)
    if find_free_port(host, int(text)) != int(text):
        raise Problem(
            f"Something else listens on port {text} of {host}. Stop it, or choose another port: "
            "make up PRAYA_PORT=8090",
            2,
        )
    return Addresses(host, int(text), find_free_port(LOOPBACK, int(text) + 1))


def _print_addresses(display: Display, place: Places, addresses: Addresses) -> None:
    display.print_line(f"Airflow: {addresses.url}")
    for name, password in read_credentials(place.airflow).passwords.items():
        display.print_line(f"  login: {name}, password: {password}")
    display.print_line(f"Sources: {addresses.sources_url}")
    display.print_line(f"Catalogue: {shorten_path(place.store / 'released' / 'index.html')}")
    display.print_line(f"Logs: {shorten_path(place.logs)}")
    display.print_line("It stays until make down.")
