"""A store of one's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from praya.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")
