"""A changed contract has the DAG files parsed at once: their time of change becomes that of now."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from praya_airflow.local import file_watch
from praya_airflow.local.file_watch import FileWatch


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """A folder with a contract, and a DAG file of long ago."""
    contracts, dags = tmp_path / "contracts", tmp_path / "dags"
    for folder in (contracts / "hk-dpo", dags):
        folder.mkdir(parents=True)
    (contracts / "hk-dpo" / "one.yaml").write_text("dataset: one")
    (dags / "datasets.py").write_text("")
    os.utime(dags / "datasets.py", (0, 0))
    monkeypatch.setattr(file_watch, "EVERY", 0.0)
    return contracts, dags


def is_touched(dags: Path) -> bool:
    path = dags / "datasets.py"
    touched = path.stat().st_mtime > 0
    os.utime(path, (0, 0))
    return touched


def test_dag_files_are_touched_when_a_file_is_added_changed_or_removed(folders: tuple[Path, Path]) -> None:
    contracts, dags = folders
    policy = contracts.parent / "policy.yaml"
    watch = FileWatch([str(contracts), str(policy)], str(dags))
    watch.look()
    assert not is_touched(dags), "the first look only remembers"
    for change in (
        lambda: (contracts / "hk-dpo" / "two.yaml").write_text("dataset: two"),
        lambda: (contracts / "hk-dpo" / "two.yaml").write_text("dataset: more"),
        lambda: policy.write_text("floors: {}"),
        lambda: (contracts / "hk-dpo" / "two.yaml").unlink(),
    ):
        change()
        watch.look()
        assert is_touched(dags)
        watch.look()
        assert not is_touched(dags)


def test_what_may_not_be_written_is_left_alone(
    folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    contracts, dags = folders
    watch = FileWatch([str(contracts)], str(dags))
    watch.look()

    def refused(_: Path) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(file_watch.os, "utime", refused)
    (contracts / "hk-dpo" / "one.yaml").unlink()
    watch.look()


def test_who_watches_nothing_looks_at_nothing(folders: tuple[Path, Path]) -> None:
    watch = FileWatch([], str(folders[1]))
    for _ in range(2):
        watch.look()
    assert not is_touched(folders[1])
