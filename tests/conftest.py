"""What every test may use: a store of its own, small contracts, and a source server on loopback."""

from __future__ import annotations

import datetime as dt
import os
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from full import EVERY, FULL
from made import SourceServer, open_store
from praya.store import FolderStore

pytest_plugins = ["made.fixtures"]

LOOPBACK = ("127.", "::1", "localhost")

# No test may hang on how fast the machine is; and what CI tries is the same each time.
settings.register_profile("praya", deadline=None, derandomize=os.environ.get("CI") == "true")
settings.load_profile("praya")


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


@pytest.fixture(autouse=True, scope="session")
def _no_wait_for_the_disk() -> Iterator[None]:
    """Half of the time of the tests was waiting for the disk. What a power cut leaves no test can see; processes that
    tests start, and FULL=every, wait as always."""
    patch = pytest.MonkeyPatch()
    if not EVERY:
        patch.setattr(os, "fsync", lambda _: None)
    yield
    patch.undo()


@pytest.fixture(autouse=True, scope="session")
def _own_signing_key(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Tests sign with a key of their own, and not with that of whoever runs them."""
    patch = pytest.MonkeyPatch()
    patch.setenv("PRAYA_SIGNING_KEY_FILE", str(tmp_path_factory.mktemp("secrets") / "signing.key"))
    yield
    patch.undo()


@pytest.fixture(autouse=True, scope="session")
def _served_nowhere() -> Iterator[None]:
    """Tests name the address at which releases are served where they want one, whatever that of whoever runs them."""
    patch = pytest.MonkeyPatch()
    patch.delenv("PRAYA_BASE_URL", raising=False)
    patch.delenv("PRAYA_STABLE_ADDRESSES", raising=False)
    yield
    patch.undo()


@pytest.fixture(autouse=True, scope="session")
def _sources_below_temporary_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Sources that are files lie in the temporary folders of tests; all else is refused, as for an operator."""
    patch = pytest.MonkeyPatch()
    patch.setenv("PRAYA_SOURCE_FOLDERS", str(tmp_path_factory.getbasetemp()))
    yield
    patch.undo()


@pytest.fixture(autouse=True, scope="session")
def _a_person() -> Iterator[None]:
    """Commands that go on record are those of a person; tests of who it is say otherwise."""
    patch = pytest.MonkeyPatch()
    patch.setenv("PRAYA_PERSON", "Mary Chan")
    yield
    patch.undo()


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return open_store(tmp_path / "store")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Let the clock of the stores stand at a moment in UTC, such as `2026-02-01T15:59:59Z`."""

    def stand(moment: str) -> None:
        monkeypatch.setattr("made.basics.now", lambda: dt.datetime.fromisoformat(moment))

    return stand


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
    """praya_hk.sources' own application, serving an empty folder."""
    from praya_hk.sources import application

    folder, faults, asked = tmp_path / "served", dict[str, str](), list[tuple[str, dict[str, str]]]()
    folder.mkdir()
    inner = application(folder, faults)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        asked.append((scope["path"], {name.decode(): value.decode() for name, value in scope["headers"]}))
        await inner(scope, receive, send)

    return SourceServer(serve(app), folder, faults, asked)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Slow modules first, so that all processes have work to the end; what kills processes or starts Airflow comes
    last, and may take its time on a busy machine. What is marked `full` needs FULL=1."""
    left_out = [item for item in items if not FULL and item.get_closest_marker("full")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = sorted((item for item in items if item not in left_out), key=_place)
    for item in items:
        if _is_alone(item) and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(1500))


def _place(item: pytest.Item) -> tuple[bool, bool]:
    return _is_alone(item), item.get_closest_marker("slow") is None


def _is_alone(item: pytest.Item) -> bool:
    return any(item.get_closest_marker(name) for name in ("chaos", "e2e"))
