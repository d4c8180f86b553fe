"""Fixtures that tests of several packages use; `tests/conftest.py` loads them."""

from __future__ import annotations

from pathlib import Path

import pytest

from made import provenance_way as way


@pytest.fixture(scope="session")
def _metrics(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the SQL of the marts lies."""
    return tmp_path_factory.mktemp("metrics") / "metrics"


@pytest.fixture(scope="session")
def _facts(tmp_path_factory: pytest.TempPathFactory) -> way.Made:
    return way.facts(tmp_path_factory.mktemp("facts"))


@pytest.fixture(scope="session")
def _counts(tmp_path_factory: pytest.TempPathFactory, _metrics: Path) -> way.Made:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PRAYA_METRICS", str(_metrics))
        return way.counts(tmp_path_factory.mktemp("counts"), _metrics)


@pytest.fixture
def facts(_facts: way.Made, tmp_path: Path) -> way.Made:
    """Public facts, released; to spoil."""
    return _facts.copy(tmp_path / "facts")


@pytest.fixture
def counts(_counts: way.Made, _metrics: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> way.Made:
    """Counts of personal records, released; to spoil."""
    monkeypatch.setenv("PRAYA_METRICS", str(_metrics))
    return _counts.copy(tmp_path / "counts")


@pytest.fixture
def witnesses(tmp_path: Path) -> Path:
    """A file of verifier keys with none in it yet."""
    path = tmp_path / "witnesses.txt"
    path.touch()
    return path
