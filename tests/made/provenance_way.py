"""Datasets taken the whole way for the tests of provenance: public facts, and counts made from personal records."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from made import open_store
from made.basics import agree, field, make_contract
from praya.assurance.evidence import write_evidence
from praya.contract import Contract
from praya.lineage import Marts
from praya.pipeline.collect import collect_source
from praya.pipeline.measure import compute_marts, compute_month
from praya.pipeline.month_switch import switch_in
from praya.pipeline.order import publish_release
from praya.pipeline.protect import protect_table
from praya.pipeline.stage import stage_table
from praya.pipeline.validate import validate_table
from praya.provenance import Signer
from praya.site.portal import write_calendar, write_catalogue
from praya.store import Store

MONTH = "2023-01"
MONTHLY = "select getvariable('month') as month, name as kind, count(*) as calls from the_calls group by all"
TOTAL = "select kind, sum(calls)::bigint as calls from monthly_calls group by all"


class Made(NamedTuple):
    """A store in which a dataset was released, and what it was made by."""

    root: Path
    contract: Contract
    version: str
    records: tuple[Contract, ...] = ()

    @property
    def folder(self) -> Path:
        return self.root / "released" / self.contract.dataset / self.version

    def copy(self, target: Path) -> Made:
        shutil.copytree(self.root, target)
        return self._replace(root=target)


def facts(work: Path) -> Made:
    """Public facts from a file, released, in the calendar and in the catalogue."""
    source = work / "fares.csv"
    source.write_bytes(b"id,name\n1,a\n2,b\n")
    contract = make_contract(dataset="fares", source={"url": source.as_uri()})
    store = open_store(work / "store")
    version = take(store, contract, work)
    write_calendar(store, [contract], dt.date(2026, 1, 9))
    write_catalogue(store)
    return Made(store.root, contract, version)


def take(
    store: Store,
    contract: Contract,
    suites: Path,
    context: dict[str, str] | None = None,
    marts: Marts | None = None,
) -> str:
    """Collect to catalogue; gives the version."""
    accepted(store, contract, suites)
    released = publish_release(protect_table(contract, store, marts), contract, store, context=context)
    write_catalogue(store)
    return released.version


def accepted(store: Store, contract: Contract, suites: Path) -> None:
    """Collect, stage and validate."""
    collect_source(contract, store, {})
    stage_table(contract, store)
    validate_table(contract, store, suites)


def counts(work: Path, metrics: Path) -> Made:
    """Counts of calls, from a month of personal records by way of two marts, released; `metrics` is where their SQL
    goes."""
    store, contract, calls = counted(work, metrics, ["ab"[n % 2] for n in range(60)])
    marts = Marts(metrics, [calls, contract])
    return Made(store.root, contract, take(store, contract, work, marts=marts), (calls,))


def counted(
    work: Path, metrics: Path, kinds: Sequence[str], method: str = "10-5 rule"
) -> tuple[Store, Contract, Contract]:
    """The store with the marts of calls of these kinds, one record each, and the contracts of counts and of calls."""
    (metrics / "monthly").mkdir(parents=True)
    (metrics / "monthly" / "monthly_calls.sql").write_text(MONTHLY)
    (metrics / "calls_by_kind.sql").write_text(TOTAL)
    source = work / "calls.csv"
    source.write_text("id,name\n" + "".join(f"{n},{kind}\n" for n, kind in enumerate(kinds)))
    values = {"enum": sorted({*kinds})}
    calls = make_contract(
        field("id", "integer"),
        field("name", constraints=values),
        dataset="the-calls",
        source={"url": source.as_uri()},
        provider="hk-demo",
        partition="month",
        retention={"raw_days": 30, "ground": "kept no longer than the purpose needs"},
        disclosure={"class": "personal records", "reason": "a row is a person's call"},
    )
    contract = make_contract(
        field("kind", constraints=values),
        field("calls", "integer"),
        dataset="calls-by-kind",
        source={"url": None, "mart": "calls_by_kind", "format": "parquet"},
        disclosure={
            "class": "aggregated counts",
            "reason": "counts of calls",
            "counts": ["calls"],
            "method": method,
        },
    )
    store = open_store(work / "store")
    january = calls.at(MONTH)
    collect_source(january, store, {})
    stage_table(january, store)
    validate_table(january, store, work)
    switch_in([calls], store, work, "hk-demo", MONTH)
    compute_month(store, metrics, [calls, contract], "hk-demo", MONTH)
    compute_marts(store, metrics, [calls, contract])
    agree(contract, store, Marts(metrics, [calls, contract]))
    return store, contract, calls


def flip(path: Path, at: int = -3) -> Path:
    """Change one byte of a file."""
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)
    return path


def unpacked(made: Made, target: Path, witnesses: Path) -> Path:
    """The evidence of a release, unpacked in the folder `target`."""
    file = target.with_suffix(".zip")
    write_evidence(open_store(made.root), made.contract.dataset, made.version, file, witnesses)
    with zipfile.ZipFile(file) as archive:
        archive.extractall(target)
    return target


def check(folder: Path, *keys: str) -> tuple[int, str]:
    """Exit status and words of the evidence's own verifier, run without Praya."""
    command = [sys.executable, "-I", str(folder / "verify.py"), *keys]
    done = subprocess.run(command, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"}, check=False)
    return done.returncode, done.stdout + done.stderr


def publish_anew(store: Store, contract: Contract, source: Path, by: Signer | None = None) -> str:
    """Release what lies in `source` now, without the catalogue."""
    contract = contract.model_copy(
        update={"source": contract.source.model_copy(update={"url": source.as_uri()})}
    )
    collect_source(contract, store, {})
    stage_table(contract, store)
    validate_table(contract, store, source.parent)
    return publish_release(protect_table(contract, store), contract, store, by=by).version
