"""A store of one's own, and the synthetic year of 1823."""

from __future__ import annotations

from pathlib import Path

import pytest

from contact_centre.conftest import months, year
from praya.store import Store

__all__ = ["months", "store", "year"]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")
