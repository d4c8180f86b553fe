"""A running Airflow seen from the runner, which starts it, waits for it and stops it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib.metadata import version

import msgspec

from praya.project import Project
from praya_airflow.environment import read_project
from praya_airflow.local import airflow_environment as variables
from praya_airflow.local import guardian, processes, scheduler
from praya_airflow.local.addresses import Addresses
from praya_airflow.local.client import Client, Unreachable
from praya_airflow.local.credentials import read_credentials
from praya_airflow.local.guardian import Component, Plan
from praya_airflow.local.places import Places
from praya_airflow.local.running import LOCK, RUNNING, hold_lock, read_failure
from praya_airflow.settings import Settings, make_process_environment

HEALTHY_WITHIN = 180.0
GRACE = {"run": 4.0, "up": 10.0}  # seconds to end in order; steps may be killed anywhere, people wait
LEAVES_WITHIN = 20.0
PROBED_WITHIN = 1.0  # seconds: whoever asks whether an Airflow runs holds its lock for a moment
ONCE = 24 * 3600  # seconds between two parses of a DAG file: longer than make run takes
ALWAYS = ("metadatabase", "scheduler", "dag_processor")


class Problem(Exception):
    """What stops the command, as a sentence for the person at the terminal; `code` is the exit code."""

    def __init__(self, sentence: str, code: int = 1) -> None:
        super().__init__(sentence)
        self.code = code


class Instance:
    """Airflow under a guardian. `close` (or the end of this process) stops it, unless it was detached."""

    def __init__(self, place: Places, process: subprocess.Popen[bytes], client: Client, mode: str) -> None:
        self.place = place
        self.client = client
        self._process = process
        self._is_detached = False
        self._needs = (*ALWAYS, "triggerer") if mode == "up" else ALWAYS

    def check(self) -> None:
        """Raises Problem if the guardian has given up."""
        if self._process.poll() is not None:
            raise Problem(
                read_failure(self.place.state) or f"The guardian ended. See {self.place.logs}/guardian.log."
            )

    def wait_healthy(self) -> None:
        """Until the API answers and every component has given a sign of life."""
        deadline = time.monotonic() + HEALTHY_WITHIN
        while True:
            self.check()
            with suppress(Unreachable):
                health = self.client.read_health()
                if all(health.get(name) == "healthy" for name in self._needs):
                    return
            if time.monotonic() > deadline:
                raise Problem(
                    f"Airflow is not healthy after {HEALTHY_WITHIN:.0f} s. The logs are in {self.place.logs}."
                )
            time.sleep(0.2)

    def detach(self) -> None:
        """Lets it live on after this process."""
        self._send(guardian.DETACH)
        time.sleep(5 * guardian.TICK)  # the word must have been read before the pipe closes
        self._is_detached = True

    def close(self, *, is_idle: bool = False) -> None:
        """Stops everything, at once if nothing is at work (`is_idle`); returns when nothing is left.

        Does nothing to what was detached.
        """
        if self._is_detached:
            return
        if is_idle:
            self._send(guardian.DONE)
        if self._process.stdin:
            with suppress(BrokenPipeError):
                self._process.stdin.close()
        try:
            self._process.wait(timeout=LEAVES_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        processes.stop_all(grace=0)  # nothing, unless the guardian itself was killed

    def _send(self, word: bytes) -> None:
        """Writes to the guardian, if it still lives."""
        if self._process.stdin:
            with suppress(BrokenPipeError):
                self._process.stdin.write(word)
                self._process.stdin.flush()


@contextmanager
def start_airflow(place: Places, mode: str, addresses: Addresses, settings: Settings) -> Iterator[Instance]:
    """Starts Airflow and the source server; stops both at the end unless detached."""
    variables.check_drivers(settings.database)
    here = read_project()
    secret = read_credentials(place.airflow)
    environment = variables.make_environment(
        place,
        secret,
        addresses,
        database=settings.database,
        retry_delay=variables.QUICK_RETRY_DELAY if mode == "run" else variables.RETRY_DELAY,
        is_paused=mode == "run",  # which triggers before it unpauses
        json_logs=settings.json_logs,
        parse_interval=ONCE if mode == "run" else _compute_parse_interval(here),
    )
    components = list_components(mode, place, addresses, settings.database)
    is_migrated = not settings.database and _is_migrated(place)  # a database that was named is always asked
    prepare = {} if is_migrated else {"migrate": _run_module("airflow", "db", "migrate")}
    plan = Plan(
        mode,
        addresses,
        str(place.state),
        str(place.logs),
        components,
        prepare,
        GRACE[mode],
        dag_files=str(place.root / "dags"),
        watched=[str(path) for path in (here.contracts, here.code_lists, here.policy_file, here.metrics)],
    )
    process = _start_guardian(place, plan, make_process_environment(environment))
    instance = Instance(place, process, Client.as_admin(addresses, secret), mode)
    try:
        instance.wait_healthy()
        if not settings.database:
            place.migrated.write_text(version("apache-airflow"))
        yield instance
        instance.close(is_idle=True)
    finally:
        instance.close()


def list_components(mode: str, place: Places, addresses: Addresses, database: str) -> dict[str, Component]:
    """The commands that make up Airflow, and the project's source server. `run` needs no triggerer."""
    url = variables.make_database_url(place, database, variables.API_WAITS)
    api_waits = {variables.CONNECTION: url} if url.startswith("sqlite") else {}
    components = {
        "api-server": _run_module("airflow", "api-server", **api_waits),
        # without --skip-serve-logs its log server would listen on every address
        "scheduler": _run_module("praya_airflow.local.scheduler", scheduler.ALONE, "--skip-serve-logs"),
        "dag-processor": _run_module("praya_airflow.local.dag_processor"),
        "sources": _run_module("praya.cli", "sources", "--port", str(addresses.sources_port)),
    }
    if mode == "up":
        components["triggerer"] = _run_module("airflow", "triggerer", "--skip-serve-logs")
    return components


def _start_guardian(place: Places, plan: Plan, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    with hold_lock(place.state / LOCK, PROBED_WITHIN) as held:
        if held is None:
            raise Problem("Another Airflow starts or stops here just now. Try again in a moment.", 2)
        (place.state / RUNNING).unlink(missing_ok=True)  # of the guardian before
        processes.become_subreaper()
        with (place.logs / "guardian.log").open("ab") as log:
            return subprocess.Popen(
                [*_run_module("praya_airflow.local.guardian").command, msgspec.json.encode(plan)],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env=environment,
                pass_fds=(held,),  # the lock lives as long as the guardian, not as this process
                start_new_session=True,
            )


def _compute_parse_interval(here: Project) -> int:
    return variables.compute_parse_interval(len(list(here.contracts.glob("*/*.yaml"))))


def _is_migrated(place: Places) -> bool:
    """Whether Airflow's SQLite file is one that this very version of Airflow has migrated."""
    mark, file = place.migrated, place.database
    has_tables = file.exists() and file.stat().st_size > 0
    return has_tables and mark.exists() and mark.read_text() == version("apache-airflow")


def _run_module(name: str, *arguments: str, **environment: str) -> Component:
    return Component([sys.executable, "-m", name, *arguments], environment)
