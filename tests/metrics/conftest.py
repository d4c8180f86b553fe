"""A small house with figures, taken the whole way on 5 February 2026."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from small_house import House

from praya.store import Store


@pytest.fixture
def house(store: Store, tmp_path: Path, clock: Callable[[str], None], monkeypatch: Any) -> House:
    found = House(store, tmp_path / "house", clock, monkeypatch)
    found.on("2026-02-05")
    return found
