"""How much of the ledger is read: a run of one dataset reads its own lines, whatever else the ledger has."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from made import make_contract, open_store, own_signer
from made.ledger_lines import write_lines
from praya.ledger import Ledger, index_tables, lookup
from praya.ledger.growth import Growth
from praya.pipeline.collect import collect_source
from praya.pipeline.order import publish_release
from praya.pipeline.protect import protect_table
from praya.pipeline.stage import stage_table
from praya.pipeline.validate import validate_table
from praya.provenance.checkpoints import publish_checkpoint
from praya.provenance.keys import announce
from praya.site.views import present
from praya.store import layout

OTHERS = 20_000


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Counts the lines that are read, by whatever way; a reading of all lines fails."""
    counted = [0]

    def refuse(self: Ledger) -> Any:
        raise AssertionError("the whole ledger was read")

    def counting(owner: Any, name: str, by: Any) -> None:
        real = getattr(owner, name)

        def counted_call(*args: Any, **more: Any) -> Any:
            result = real(*args, **more)
            counted[0] += by(args, result)
            return result

        monkeypatch.setattr(owner, name, counted_call)

    monkeypatch.setattr(Ledger, "raw", refuse)
    counting(lookup.Reader, "_read", lambda args, result: 1)
    counting(lookup.Reader, "_leaves", lambda args, result: len(result))
    counting(index_tables, "add_lines", lambda args, after: after.lines - args[1].lines)
    counting(Growth, "grown", lambda args, after: after.size - args[0].size)
    yield counted


def test_a_run_of_one_dataset_reads_no_lines_of_others(tmp_path: Path, read: list[int]) -> None:
    store = open_store(tmp_path / "store")
    write_lines(store.disk_path(layout.LEDGER), OTHERS)
    announce(store, own_signer())
    publish_checkpoint(store, own_signer())
    source, counts = tmp_path / "sample.csv", []
    contract = make_contract(source={"url": source.as_uri()})
    for day in range(3):
        read[0] = 0
        source.write_text(f"id,name\n1,{day}\n")
        collect_source(contract, store, {})
        stage_table(contract, store)
        validate_table(contract, store, tmp_path)
        publish_release(protect_table(contract, store), contract, store)
        present(store)
        counts.append(read[0])
    assert max(counts) < 300, counts
