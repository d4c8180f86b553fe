"""What make run is to reach: looked for again where something was written to the store."""

from __future__ import annotations

from pathlib import Path

import pytest

from made import open_store
from praya.assurance import status
from praya.ledger import Ledger
from praya_airflow.local.goal import Goal


def test_what_is_pending_is_looked_for_again_after_each_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []

    def pending(*_: object) -> dict[str, str]:
        looks.append(1)
        return {f"dataset-{len(looks)}": "is not there yet"}

    monkeypatch.setattr(status, "pending", pending)
    store = open_store(tmp_path / "store")
    goal = Goal(tmp_path / "store")
    assert [*goal.find_pending()] == [*goal.find_pending()] == ["dataset-1"]
    for write in (
        lambda: store.put_bytes("state/a/b.json", b"{}"),
        lambda: Ledger(store).record("downloads", "x", {"n": 1}),
        lambda: store.discard("state/a/b.json"),
    ):
        write()
        seen = [*goal.find_pending()]
        assert seen == [*goal.find_pending()] == [f"dataset-{len(looks)}"]
    assert len(looks) == 4
