"""Synthetic months for tests: one at full volume, made once, and small ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from praya_hk.sources.contact_centre import Archive, month
from praya_hk.sources.contact_centre.source_store import Month

SMALL = 0.02


@pytest.fixture(scope="session")
def full(tmp_path_factory: pytest.TempPathFactory) -> tuple[Archive, Month]:
    """March 2023 at full volume, in an archive."""
    archive = Archive(tmp_path_factory.mktemp("full"), months=["2023-03"])
    return archive, archive.month("2023-03")


@pytest.fixture(scope="session")
def small() -> dict[str, Any]:
    """The tables of March 2023, one contact in fifty."""
    return month("2023-03", scale=SMALL)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """January to March 2023 at one in fifty, nothing made yet."""
    return Archive(tmp_path / "archive", scale=SMALL, months=["2023-01", "2023-02", "2023-03"])
