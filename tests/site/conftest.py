"""A store with three releases, and where to publish them to: a folder, or an S3 server on loopback."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from made import make_contract, publish
from made.served import DATA, Target
from praya.site.portal import write_catalogue
from praya.store import Store

BUCKET = "open-data"


@pytest.fixture
def two(store: Store) -> Store:
    publish(store, make_contract(), DATA)
    publish(store, make_contract(), DATA + b"3,secret\n", "2026-01-06T02:00:00Z")
    publish(store, make_contract(dataset="other", aliases=["older"]), DATA)
    write_catalogue(store)
    return store


@pytest.fixture(scope="session")
def s3() -> Iterator[dict[str, Any]]:
    """An S3 server on loopback; gives the options with which fsspec reaches it."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    patch = pytest.MonkeyPatch()
    for name, value in {
        "ACCESS_KEY_ID": "x",
        "SECRET_ACCESS_KEY": "x",
        "DEFAULT_REGION": "us-east-1",
    }.items():
        patch.setenv(f"AWS_{name}", value)
    yield {"endpoint_url": f"http://{host}:{port}"}
    patch.undo()
    server.stop()


@pytest.fixture(params=["folder", "s3"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Target:
    """Where to publish to, and fsspec's options: a folder, or a bucket that nobody has used yet."""
    if request.param == "folder":
        return str(tmp_path / "served"), {}
    import s3fs

    options = request.getfixturevalue("s3")
    name = f"{BUCKET}-{hashlib.sha256(str(tmp_path).encode()).hexdigest()[:12]}"
    s3fs.S3FileSystem(**options, skip_instance_cache=True).mkdir(name)
    return f"s3://{name}/praya", options
