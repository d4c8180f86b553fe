"""A store with two releases of one dataset, on two days."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sample_report import FIELDS, FIRST, SECOND

from made import make_contract, publish
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
