"""Contracts, snapshots, tables and releases made for tests, small and in the shape of real ones."""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from praya.contract import Contract
from praya.project import Project
from praya.provenance import Signer, load_signer
from praya.store import PackedFolderStore, Store, content_key
from praya.store.pack import ENDING
from praya.store.states import Accepted, Collected, CollectedPart, Staged

RECEIVED = "2026-01-05T02:00:00Z"


def text(en: str) -> dict[str, str]:
    return {"en": en, "zh-Hant": "標題"}


def field(name: str, kind: str = "string", **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, "title": text(name), **more}


def contract_dict(*fields: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A contract of public facts with these fields (default: id and name), keyed by the first of them.

    The sections in `changes` are laid over the defaults, key by key.
    """
    columns = list(fields) or [field("id", "integer"), field("name")]
    base: dict[str, Any] = {
        "dataset": "sample",
        "provider": "hk-dpo",
        "title": text("A sample"),
        "description": text("Rows to try things on"),
        "category": "miscellaneous",
        "frequency": "daily",
        "licence": "data-gov-hk",
        "contact": {"name": text("Digital Policy Office"), "email": "opendata@example.gov.hk"},
        "owner": "open-data",
        "source": {"url": "https://example.gov.hk/sample.csv", "format": "csv"},
        "schema": {"primaryKey": [columns[0]["name"]], "fields": columns},
        "quality": {"max_quarantined_rows": 1_000_000, "min_rows": 0},
        "disclosure": {"class": "public facts", "reason": "Facts that anyone may know."},
    }
    for key, value in changes.items():
        if (
            isinstance(value, dict)
            and isinstance(base.get(key), dict)
            and key not in ("title", "description")
        ):
            value = base[key] | value
        base[key] = value
    return base


def make_contract(*fields: dict[str, Any], **changes: Any) -> Contract:
    return Contract.model_validate(contract_dict(*fields, **changes))


def put_snapshot(
    store: Store, contract: Contract, data: bytes | dict[str, bytes], received_at: str = RECEIVED, **more: Any
) -> None:
    """Leave on the store what collect leaves there."""
    parts = {}
    for name, body in (data if isinstance(data, dict) else {"data": data}).items():
        sha256 = hashlib.sha256(body).hexdigest()
        store.put_bytes(f"raw/{sha256}", body, 0o600)
        parts[name] = CollectedPart(
            url=f"https://example.gov.hk/{name}",
            sha256=sha256,
            bytes=len(body),
            received_at=received_at,
            synthetic=contract.synthetic,
        )
    key = content_key({name: part.sha256 for name, part in parts.items()})
    state = Collected(
        dataset=contract.dataset,
        key=key,
        parts=parts,
        received_at=received_at,
        synthetic=contract.synthetic,
    )
    store.set_state(contract.subject, msgspec.structs.replace(state, **more))


def accept(
    store: Store, contract: Contract, data: bytes | dict[str, bytes], received_at: str = RECEIVED, **more: Any
) -> None:
    """Stage `data` and accept it as validate would, without paying for Great Expectations."""
    from praya.pipeline.stage import stage_table

    put_snapshot(store, contract, data, received_at, **more)
    accept_staged(store, contract, stage_table(contract, store))


def accept_staged(store: Store, contract: Contract, staged: Staged) -> None:
    """Leave on the store what validate leaves there when everything passes."""
    from praya.pipeline.validate import rules_key

    state = Accepted(
        key=staged.key,
        table=staged.table,
        rows=staged.rows_out,
        received_at=staged.received_at,
        synthetic=staged.synthetic,
        verdict="passed",
        verdict_key=f"verdict-of-{staged.key}",
        rules=rules_key(contract, project().suites),
    )
    store.set_state(contract.subject, state)


def not_of_a_mart(contract: Contract) -> Contract:
    """A mart's contract as if its table came from a department, for tests that put their own rows through the gate."""
    from praya.contract.source import Source

    if contract.source.mart is None:
        return contract
    source = Source(url="https://example.gov.hk/counts.csv", format="csv")
    return contract.model_copy(update={"source": source})


def agree(contract: Contract, store: Store, marts: Any = None) -> None:
    """Have a second person approve what waits for it, if anything does."""
    from praya.disclosure.protect.approval import approve, waiting

    if (change := waiting(contract, store, marts=marts)) is not None:
        people = {"proposed_by": "maker", "approved_by": "officer"}
        approve(change, store, reason="Agreed for a test, in a sentence.", **people)


def copy_of(store: Store, root: Path) -> Store:
    """A store with the same in it, to change."""
    shutil.copytree(store.root, root)
    return open_store(root)


def scratch_left(store: Store) -> list[str]:
    """The names of what is in the scratch of a store: of those that run, and what a kill left."""
    kept = ("locks", "ledger.index")  # and what SQLite keeps next to a database
    return sorted(path.name for path in store.disk_path("work").iterdir() if not path.name.startswith(kept))


def unpack_all(store: Store) -> None:
    """Let everything lie as files, for tests that look at folders."""
    for path in sorted(store.root.rglob(f"*{ENDING}")):
        store.unpack(store.key(path).removesuffix(ENDING))


def data_file(folder: Path, name: str) -> Path:
    """A data file of a release by its name without the mark of generated data, which it may have."""
    stem, _, ending = name.partition(".")
    marked = folder / f"{stem}-synthetic.{ending}"
    return marked if marked.exists() else folder / name


def rows_of(path: Path) -> list[tuple[Any, ...]]:
    """The rows of a Parquet file in their order."""
    import pyarrow.parquet as pq

    return [tuple(row.values()) for row in pq.ParquetFile(path).read().to_pylist()]


class SourceServer(NamedTuple):
    """A running source: its address, the folder it serves, and what is to go wrong at which path."""

    url: str
    folder: Path
    faults: dict[str, str]
    asked: list[tuple[str, dict[str, str]]]


def publish(
    store: Store, contract: Contract, data: bytes | dict[str, bytes], received_at: str = RECEIVED, **more: Any
) -> Path:
    """Take `data` the whole way without Great Expectations; gives the folder of the latest release."""
    from praya.pipeline.order import publish_release
    from praya.pipeline.protect import protect_table

    accept(store, contract, data, received_at, **more)
    released = publish_release(protect_table(not_of_a_mart(contract), store), contract, store)
    return store.path(f"released/{contract.dataset}/{released.version}")


def project(**changes: Any) -> Project:
    """The project of this repository as the environment of the test has it now, with `changes`."""
    return replace(Project.from_environment(), **changes)


def now() -> dt.datetime:
    """The clock of the stores of tests, UTC; the fixture `clock` puts another in its place."""
    return dt.datetime.now(dt.UTC)


class TestStore(PackedFolderStore):
    """A store whose project follows the environment, which tests change after they have opened it."""

    __test__ = False

    @property
    def project(self) -> Project:  # type: ignore[override]
        return replace(Project.from_environment(store_folder=self.root), clock=lambda: now())

    @project.setter
    def project(self, project: Project) -> None:
        pass


def open_store(folder: Path) -> PackedFolderStore:
    """A store in a folder."""
    return TestStore(Project.from_environment(store_folder=Path(folder)))


def own_signer() -> Signer:
    """The key that the tests sign with."""
    return load_signer(project().signing_key)
