"""A running Airflow seen from the runner, which starts it, waits for it and stops it."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path

from praya_airflow.local import guardian, processes, settings, state
from praya_airflow.local.client import Client, Unreachable
from praya_airflow.local.credentials import credentials
from praya_airflow.local.drivers import database_url
from praya_airflow.local.places import Places

HEALTHY_WITHIN = 180.0
GRACE = {"run": 4.0, "up": 10.0}  # seconds to end in order; steps may be killed anywhere, people wait
LEAVES_WITHIN = 20.0
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
        self._detached = False
        self._needs = (*ALWAYS, "triggerer") if mode == "up" else ALWAYS

    def check(self) -> None:
        """Raises Problem if the guardian has given up."""
        if self._process.poll() is None:
            return
        found = state.failure(self.place.state)
        raise Problem(
            found.sentence() if found else f"The guardian ended. See {self.place.logs}/guardian.log."
        )

    def wait_healthy(self) -> None:
        """Until the API answers and every component has given a sign of life."""
        deadline = time.monotonic() + HEALTHY_WITHIN
        warmed = False
        while True:
            self.check()
            try:
                health = self.client.health()
                if not warmed:
                    self.client.warm()
                    warmed = True
                if all(health.get(name) == "healthy" for name in self._needs):
                    return
            except Unreachable:
                pass
            if time.monotonic() > deadline:
                raise Problem(
                    f"Airflow is not healthy after {HEALTHY_WITHIN:.0f} s. The logs are in {self.place.logs}."
                )
            time.sleep(0.2)

    def detach(self) -> None:
        """Lets it live on after this process."""
        self.tell(guardian.DETACH)
        time.sleep(5 * guardian.TICK)  # the word must have been read before the pipe closes
        self._detached = True

    def close(self, *, done: bool = False) -> None:
        """Stops everything, at once if nothing is at work (`done`); returns when nothing is left.

        Does nothing to what was detached.
        """
        if self._detached:
            return
        if done:
            self.tell(guardian.DONE)
        if self._process.stdin:
            with suppress(BrokenPipeError):
                self._process.stdin.close()
        try:
            self._process.wait(timeout=LEAVES_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        processes.stop_all(grace=0)  # nothing, unless the guardian itself was killed

    def tell(self, word: bytes) -> None:
        """Writes to the guardian, if it still lives."""
        if self._process.stdin:
            with suppress(BrokenPipeError):
                self._process.stdin.write(word)
                self._process.stdin.flush()


@contextmanager
def started(place: Places, mode: str, *, port: int, host: str, sources_port: int) -> Iterator[Instance]:
    """Starts Airflow and the source server; stops both at the end unless detached."""
    database = database_url()
    secret = credentials(place.airflow)
    delay = settings.QUICK_RETRY_DELAY if mode == "run" else settings.RETRY_DELAY
    known = settings.environment(
        place,
        secret,
        port=port,
        sources_port=sources_port,
        host=host,
        database=database,
        retry_delay=delay,
        paused=mode == "run",  # which triggers before it unpauses
    )
    plan = guardian.Plan(
        mode=mode,
        state=str(place.state),
        logs=str(place.logs),
        prepare={} if _migrated(place, database) else {"migrate": _module("airflow", "db", "migrate")},
        components=components(mode, sources_port),
        grace=GRACE[mode],
        facts={"port": port, "host": host, "sources_port": sources_port},
    )
    with lock(place.state / "guardian.lock") as held:
        if held is None:
            raise Problem("Another Airflow starts or stops here just now. Try again in a moment.", 2)
        processes.become_subreaper()
        with (place.logs / "guardian.log").open("ab") as log:
            process = subprocess.Popen(
                _module("praya_airflow.local.guardian"),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env=settings.process_environment(known | {settings.ALONE: "1"}),
                pass_fds=(held,),  # the lock lives as long as the guardian, not as this process
                start_new_session=True,
            )
    client = Client(f"http://{settings.reachable(host)}:{port}", "admin", secret.passwords["admin"])
    instance = Instance(place, process, client, mode)
    try:
        instance.tell(plan.line())
        instance.wait_healthy()
        _remember_migrated(place, database)
        yield instance
        instance.close(done=True)
    finally:
        instance.close()


def client_of(place: Places, running: state.Running) -> Client:
    """A client for the Airflow that a living guardian runs."""
    url = f"http://{settings.reachable(str(running.facts['host']))}:{running.facts['port']}"
    return Client(url, "admin", credentials(place.airflow).passwords["admin"])


def components(mode: str, sources_port: int) -> dict[str, list[str]]:
    """The commands that make up Airflow, and the project's source server. `run` needs no triggerer."""
    commands = {
        "api-server": _module("praya_airflow.local.component", "api-server"),
        # without --skip-serve-logs its log server would listen on every address
        "scheduler": _module("praya_airflow.local.component", "scheduler", "--skip-serve-logs"),
        "dag-processor": _module("airflow", "dag-processor"),
        "sources": _module("praya.cli", "sources", "--port", str(sources_port)),
    }
    if mode == "up":
        commands["triggerer"] = _module("airflow", "triggerer", "--skip-serve-logs")
    return commands


@contextmanager
def lock(path: Path) -> Iterator[int | None]:
    """Holds `path` locked: the file descriptor, or None at once if another process holds it."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
        else:
            yield handle
    finally:
        os.close(handle)


def _module(name: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", name, *arguments]


def _migrated(place: Places, database: str) -> bool:
    """Whether the SQLite file is one that this very Airflow has migrated. PostgreSQL is always asked."""
    mark = place.migrated
    if not settings.is_sqlite(database) or not mark.exists():
        return False
    path = Path(database.partition(":///")[2]) if database else place.database
    return path.exists() and path.stat().st_size > 0 and mark.read_text() == fingerprint(database)


def _remember_migrated(place: Places, database: str) -> None:
    place.migrated.write_text(fingerprint(database))


def fingerprint(database: str) -> str:
    """Names this Airflow and `database` (which may hold a password: only its hash)."""
    return json.dumps(
        {"airflow": version("apache-airflow"), "database": hashlib.sha256(database.encode()).hexdigest()}
    )
