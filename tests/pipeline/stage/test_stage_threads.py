"""How many threads DuckDB has changes nothing of what stage writes."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from made import field, make_contract, open_store, put_snapshot
from praya.pipeline.stage import stage_table
from praya.store import duck

ROWS = 300_000  # several row groups


@pytest.mark.parametrize("damage", ["", "1,x,never\n"])
def test_a_table_has_the_same_bytes(damage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duck, "threads", "")
    contract = make_contract(
        field("id", "integer"),
        field("name"),
        field("at", "datetime"),
        quality={"max_quarantined_rows": 5, "min_rows": 1},
    )
    rows = "".join(f"{i},name {i * 7919 % 1000},2023-01-01T{i % 24:02}:00:00+08:00\n" for i in range(ROWS))
    data = f"id,name,at\n{rows}{damage}".encode()
    found = set()
    for threads in ("1", "2", "4"):
        duck.limit_threads(threads)
        duck.close_idle()
        store = open_store(tmp_path / threads)
        put_snapshot(store, contract, data)
        state = stage_table(contract, store)
        assert state.rows_quarantined == bool(damage)
        found.add(
            tuple(sha256(store.path(key).read_bytes()).hexdigest() for key in (state.table, state.quarantine))
        )
    duck.close_idle()
    assert len(found) == 1
