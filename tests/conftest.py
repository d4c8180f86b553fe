"""What every test may use: a store of its own, small contracts, and a source server on loopback."""

from __future__ import annotations

import hashlib
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from praya.contract import Contract
from praya.store import Store, content_key

LOOPBACK = ("127.", "::1", "localhost")
RECEIVED = "2026-01-05T02:00:00Z"


@pytest.fixture(autouse=True, scope="session")
def _loopback_only() -> Iterator[None]:
    """A test that tries to call out fails, and says where to."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not str(address[0]).startswith(LOOPBACK):
            raise AssertionError(f"a test tried to reach {address}")
        connect(self, address)

    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", guarded)
    yield
    patch.undo()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


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
        parts[name] = {"url": f"https://example.gov.hk/{name}", "sha256": sha256, "received_at": received_at}
    key = content_key({name: part["sha256"] for name, part in parts.items()})
    state = {"key": key, "parts": parts, "received_at": received_at, "synthetic": contract.synthetic} | more
    store.set_state(contract.dataset, "collected", state)


def accept(
    store: Store, contract: Contract, data: bytes | dict[str, bytes], received_at: str = RECEIVED, **more: Any
) -> None:
    """Stage `data` and accept it as validate would, without paying for Great Expectations."""
    from praya.stage import stage

    put_snapshot(store, contract, data, received_at, **more)
    staged = stage(contract, store)
    kept = {name: staged[name] for name in ("key", "table", "received_at", "synthetic")}
    verdict = {"verdict": "passed", "verdict_key": f"verdict-of-{staged['key']}", "report": ""}
    store.set_state(contract.dataset, "accepted", kept | verdict | {"rows": staged["rows_out"]})


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


@pytest.fixture(scope="session")
def _server() -> Iterator[tuple[str, dict[str, Any]]]:
    """One HTTP server for the whole run: its address, and where the app of the moment is put."""
    import uvicorn

    current: dict[str, Any] = {}

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await current["app"](scope, receive, send)

    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}", current
    server.should_exit = server.force_exit = True
    thread.join(10)
    listening.close()


@pytest.fixture
def serve(_server: tuple[str, dict[str, Any]]) -> Callable[[Any], str]:
    """Serve an ASGI app, one at a time; gives its base address."""
    url, current = _server

    def start(app: Any) -> str:
        current["app"] = app
        return url

    return start


@pytest.fixture
def source_server(tmp_path: Path, serve: Callable[[Any], str]) -> SourceServer:
    """praya.sources' own application, serving an empty folder."""
    from praya.sources import application

    folder, faults, asked = tmp_path / "served", dict[str, str](), list[tuple[str, dict[str, str]]]()
    folder.mkdir()
    inner = application(folder, faults)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        asked.append((scope["path"], {name.decode(): value.decode() for name, value in scope["headers"]}))
        await inner(scope, receive, send)

    return SourceServer(serve(app), folder, faults, asked)


def publish(
    store: Store, contract: Contract, data: bytes | dict[str, bytes], received_at: str = RECEIVED, **more: Any
) -> Path:
    """Take `data` the whole way without Great Expectations; gives the folder of the latest release."""
    from praya.protect import protect
    from praya.release import release

    accept(store, contract, data, received_at, **more)
    pointer = release(protect(contract, store), contract, store)
    return store.path(f"released/{contract.dataset}/{pointer['version']}")
