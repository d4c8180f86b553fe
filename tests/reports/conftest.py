"""A store with two releases of one dataset, on two days; and a small house with figures, taken the whole way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from made import make_contract, publish
from made.sample_report import FIELDS, FIRST, SECOND
from made.small_house import House
from praya.contract import Contract
from praya.store import Store


@pytest.fixture
def contract() -> Contract:
    return make_contract(*FIELDS, release={"formats": ["csv", "parquet"]})


@pytest.fixture
def two_days(store: Store, contract: Contract, clock: Callable[[str], None]) -> list[Path]:
    """A release on 5 January 2026 at 23:59 in Hong Kong, and another half a minute after midnight."""
    clock("2026-01-05T15:59:00Z")
    first = publish(store, contract, FIRST)
    clock("2026-01-05T16:00:30Z")
    return [first, publish(store, contract, SECOND, "2026-01-05T15:00:00Z")]


@pytest.fixture
def house(store: Store, tmp_path: Path, clock: Callable[[str], None], monkeypatch: Any) -> House:
    found = House(store, tmp_path / "house", clock, monkeypatch)
    found.on("2026-02-05")
    return found
