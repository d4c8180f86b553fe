"""All releases, published once under one base address."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from made import open_store
from made.releases import BASE, publish_all
from praya.contract import Contract
from praya.site.portal import write_catalogue
from praya.store import Store


class Published(NamedTuple):
    store: Store
    releases: dict[str, tuple[Contract, Path]]


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PRAYA_BASE_URL", f"{BASE}/")
        store = open_store(tmp_path_factory.mktemp("describe") / "store")
        releases = publish_all(store)
        write_catalogue(store)
    return Published(store, releases)
