"""Two datasets, released once for all tests of provenance; each test spoils a copy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import provenance_way as way
import pytest


@pytest.fixture(scope="session")
def _metrics(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where the SQL of the marts lies, also for the code under test."""
    folder = tmp_path_factory.mktemp("metrics") / "metrics"
    patch = pytest.MonkeyPatch()
    patch.setenv("PRAYA_METRICS", str(folder))
    yield folder
    patch.undo()


@pytest.fixture(scope="session")
def _facts(tmp_path_factory: pytest.TempPathFactory) -> way.Made:
    return way.facts(tmp_path_factory.mktemp("facts"))


@pytest.fixture(scope="session")
def _counts(tmp_path_factory: pytest.TempPathFactory, _metrics: Path) -> way.Made:
    return way.counts(tmp_path_factory.mktemp("counts"), _metrics)


@pytest.fixture
def facts(_facts: way.Made, tmp_path: Path) -> way.Made:
    """Public facts, released; to spoil."""
    return _facts.copy(tmp_path / "facts")


@pytest.fixture
def counts(_counts: way.Made, tmp_path: Path) -> way.Made:
    """Counts of personal records, released; to spoil."""
    return _counts.copy(tmp_path / "counts")


@pytest.fixture
def witnesses(tmp_path: Path) -> Path:
    """A file of verifier keys with none in it yet."""
    path = tmp_path / "witnesses.txt"
    path.touch()
    return path
