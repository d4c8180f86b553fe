"""A small Airflow of `make up` that is stopped in every way: a month of records, its marts, and two plain datasets."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import psutil
import requests

from e2e.conftest import ROOT, Bench, bench_in
from made import open_store
from made.centre import differences
from praya.assurance.verify import list_findings
from praya.ledger import Ledger
from praya_airflow.local.addresses import find_free_port
from praya_airflow.local.client import Client, Json, Unreachable
from praya_airflow.local.follow import ACTIVE, OVER
from praya_airflow.local.running import find_running
from praya_hk.sources.contact_centre import Archive
from waiting import wait_until

RECORDS, PLAIN = "synthetic-1823", ("head-135-provision", "public-holidays")
MONTHS = ("2023-01", "2023-02", "2023-03")
MARTS = ("1823-contact-volumes", "1823-service-levels")
GONE = (psutil.NoSuchProcess, ProcessLookupError)
ENDS = ("down", "SIGTERM", "SIGKILL of the scheduler", "SIGKILL of the guardian", "SIGKILL of everything")


def few(folder: Path, **extra: str) -> Bench:
    """A bench with a handful of datasets, and nothing that asks for others."""
    bench = bench_in(folder, **extra)
    for path in (folder / "contracts").glob("*/*.yaml"):
        table = path.parent.name == RECORDS and "partition:" in path.read_text("utf-8")
        if not table and path.stem not in (*PLAIN, *MARTS):
            path.unlink()
    left = {path.stem for path in (folder / "contracts").glob("*/*.yaml")}
    for path in (folder / "expectations").glob("*.json"):
        if path.stem not in left:
            path.unlink()
    for path in (folder / "metrics").glob("*.sql"):
        if not path.name.startswith("1823_") or "reconciliation" in path.name:
            path.unlink()
    return bench


class Machine:
    """The computer that Airflow runs on, as its operator sees it: started, stopped, asked what there is."""

    def __init__(self, folder: Path) -> None:
        # Below those that the system gives to who asks for any: it is held again and again, minutes apart.
        self.port = find_free_port("127.0.0.1", random.randrange(10_000, 30_000, 2))
        where = {
            "PRAYA_PORT": str(self.port),
            "PRAYA_MONTHS": ",".join(MONTHS),
            "PRAYA_SOURCES_SCALE": "0.01",
        }
        self.bench = few(folder, **where)
        self.home = self.bench.home / "var"
        self.store = open_store(self.home / "store")
        self.archive = Archive(self.home / "sources", scale=0.01, months=MONTHS)
        self.started: set[tuple[str, str]] = set()
        self.due: set[str] = (
            set()
        )  # the months of which a run was confirmed after the last change at the source
        self.lost: dict[str, Any] = {}
        self.behind: dict[str, str] = {}

    @property
    def client(self) -> Client:
        passwords = json.loads((self.home / "airflow" / "passwords.json").read_text())
        return Client(f"http://127.0.0.1:{self.port}", "admin", passwords["admin"])

    def command(self, name: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "praya_airflow.local", name],
            env=self.bench.environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def up(self) -> str:
        process = self.command("up")
        said, _ = process.communicate(timeout=300)
        assert process.returncode == 0, said
        return said

    def stop(self, how: str, order: random.Random) -> None:
        """End it in one of the ways of ENDS; returns when nothing of it runs any more."""
        if how == "down":
            self.command("down").communicate(timeout=120)
        guardian = find_running(self.home / "run")
        with suppress(*GONE):
            if how == "SIGTERM" and guardian:
                os.kill(guardian.pid, signal.SIGTERM)
            if how == "SIGKILL of the guardian" and guardian:
                os.kill(guardian.pid, signal.SIGKILL)
            if how == "SIGKILL of the scheduler":
                self._kill([one for one in self.processes() if "scheduler" in " ".join(one.cmdline())][:1])
        if how == "SIGKILL of everything":
            while found := self.processes():
                order.shuffle(found)
                self._kill(found)
        wait_until(lambda: not self.processes())

    def _kill(self, processes: list[psutil.Process]) -> None:
        for one in processes:
            with suppress(*GONE):
                one.kill()

    def processes(self) -> list[psutil.Process]:
        """All that run in this home, but for the commands of this test."""
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error, ProcessLookupError):
                ours = process.environ().get("PRAYA_HOME") == str(self.home)
                if ours and process.status() != psutil.STATUS_ZOMBIE and not self._is_command(process):
                    found.append(process)
        return found

    def _is_command(self, process: psutil.Process) -> bool:
        words = process.cmdline()
        return words[-1:] in (["up"], ["down"]) and "praya_airflow.local" in words

    def note_runs(self) -> None:
        """Remember every run that Airflow shows now."""
        with suppress(requests.RequestException, Unreachable):
            self.started |= {(run["dag_id"], run["dag_run_id"]) for run in self.client.list_runs()}

    def amend(self, month: str) -> None:
        """Change a record at the source."""
        self.archive.apply(month, "amended", 1)
        self.due.discard(month)

    def begin(self, dag_id: str, month: str | None = None) -> None:
        """Trigger a run; what Airflow has confirmed counts as started."""
        with suppress(requests.RequestException, Unreachable):
            run = self.client.trigger(dag_id, f"{month}-01T00:00:00" if month else None)
            self.started.add((dag_id, run["dag_run_id"]))
            self.due |= {month} if month else set()

    def work(self, since: datetime, tasks: int) -> None:
        """Let it work until so many tasks have ended since then, or nothing runs any more."""

        def enough() -> bool:
            ended = [task for task in self.client.list_tasks(since=since) if task["state"] in OVER]
            return len(ended) >= tasks or not self.client.list_runs(states=ACTIVE)

        wait_until(enough, 300)

    def run_of(self, dag_id: str, run_id: str) -> Json:
        return self.client._call("GET", f"/dags/{dag_id}/dagRuns/{run_id}")

    def settle(self, seconds: float = 900) -> list[Json]:
        """All runs, once none has been active for some seconds."""
        quiet, end = time.monotonic(), time.monotonic() + seconds
        while time.monotonic() - quiet < 6:
            active = self.client.list_runs(states=ACTIVE)
            assert time.monotonic() < end, f"still active: {active}"
            if active:
                quiet = time.monotonic()
            time.sleep(0.5)
        return self.client.list_runs()

    def behind_the_runs(self) -> dict[str, str]:
        """What is not current of what the runs so far were for; a plain dataset without a run is not."""
        begun = {dag_id for dag_id, _ in self.started}
        left = {*PLAIN} - begun | (set() if self.in_ledger("month") else {*MARTS})
        return {name: why for name, why in self.bench.pending().items() if name not in left}

    def unfinished(self) -> list[str]:
        """What `praya verify` says against the store."""
        return list(list_findings(self.store))

    def differing(self, months: Iterable[str]) -> dict[str, Any]:
        """What differs between the marts and the records of the source, by month."""
        with duckdb.connect(str(self.home / "store" / "warehouse.duckdb"), read_only=True) as con:
            found = {month: differences(con, self.archive.month(month).truth(), month) for month in months}
        return {month: what for month, what in found.items() if what}

    def in_ledger(self, kind: str) -> set[str]:
        return {line.subject for line in Ledger(self.store) if line.kind == kind}


def stop_at(machine: Machine, draw: random.Random, how: str) -> None:
    """`make up`, new work, and a stop at a moment drawn: one in five while it starts, else while it works."""
    if draw.random() < 0.2:
        _stop_while_starting(machine, draw, how)
        return
    machine.up()
    machine.note_runs()
    since, month = datetime.now(UTC), draw.choice(MONTHS)
    machine.amend(month)
    machine.begin(RECORDS, month)
    machine.begin(draw.choice(PLAIN))
    machine.work(since, tasks=draw.randrange(10))
    time.sleep(draw.uniform(0, 2))
    machine.note_runs()
    machine.stop(how, draw)


def _stop_while_starting(machine: Machine, draw: random.Random, how: str) -> None:
    starting = machine.command("up")
    time.sleep(draw.uniform(0, 15))
    machine.stop(how, draw)
    starting.send_signal(signal.SIGTERM)
    starting.communicate(timeout=120)
    machine.stop("SIGKILL of everything", draw)
