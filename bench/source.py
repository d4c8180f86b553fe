"""The department's side: the months are generated and their pages made before any clock starts, then served."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import requests

from bench import child
from bench.child import Clock, Failed, Figures
from bench.places import ROOT, TABLES
from praya_airflow.local.addresses import find_free_port
from praya_airflow.local.processes import die_with_parent

STARTED_WITHIN = 60.0


def prepare(cache: str, months: Sequence[str]) -> Figures:
    """Generate the months (`generate`, to Parquet with their truth) and format their pages (`pages`)."""
    from praya_hk.sources.contact_centre import Archive

    archive, clock = Archive(Path(cache), months=months), Clock()
    rows = dict.fromkeys(TABLES, 0)
    contacts = 0
    for month in months:
        with clock("generate", "months"):
            state = archive.month(month)
        for table in TABLES:
            with clock("pages", "months"):
                rows[table] += archive.pages(state, table, "csv").rows
        truth = state.truth()
        contacts += truth["calls"]["received"] + truth["written"]["received"]
    return clock.figures() | {"rows": rows, "contacts": contacts}


@contextmanager
def served(cache: Path, months: Sequence[str], log: Path) -> Iterator[str]:
    """The records API in a process of its own; its address with the token, as a connection has it."""
    port, token = find_free_port("127.0.0.1"), secrets.token_urlsafe(24)
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "include"),
        "PRAYA_SOURCES_TOKEN": token,
        "PRAYA_SOURCES_CACHE": str(cache),
        "PRAYA_SOURCES_MONTHS": f"{months[0]}:{months[-1]}",
    }
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "praya.cli", "sources", "--port", str(port)],
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=die_with_parent,
        )
    try:
        _wait(server, f"http://127.0.0.1:{port}/1823/v1/months", token, log)
        yield f"http://:{token}@127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait(server: subprocess.Popen[bytes], url: str, token: str, log: Path) -> None:
    deadline = time.monotonic() + STARTED_WITHIN
    with requests.Session() as http:
        http.trust_env = False
        while time.monotonic() < deadline and server.poll() is None:
            try:
                http.get(url, headers={"Authorization": f"Bearer {token}"}, timeout=10).raise_for_status()
                return
            except requests.ConnectionError:
                time.sleep(0.2)
    raise Failed(f"the records API did not start:\n{log.read_text('utf-8', errors='replace')[-2000:]}")


if __name__ == "__main__":
    child.main(prepare, ("duckdb", "numpy", "pyarrow.parquet"))
