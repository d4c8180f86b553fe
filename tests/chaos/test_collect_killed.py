"""Killed at any point while pages are taken: the month is collected whole, or is as it was until the next run."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chaos.crash import DIED, Points, in_child
from full import part_of
from made import RECEIVED, open_store, own_signer, scratch_left
from made.records_api import Api, paged
from praya.assurance.verify import list_findings
from praya.contract import Contract
from praya.ledger import Ledger
from praya.pipeline.collect import collect_source
from praya.pipeline.stage import stage_table
from praya.provenance.checkpoints import sign_end
from praya.store import Store
from praya.store.states import Collected

pytestmark = pytest.mark.chaos


def taken(store: Store, january: Contract) -> list[str] | None:
    """The snapshots that the state points to, all of which must be there."""
    state = store.state(Collected, january.subject)
    if state is None:
        return None
    sha256 = [part.sha256 for part in state.parts.values()]
    assert all(store.exists(f"raw/{each}") for each in sha256)
    return sha256


@pytest.mark.timeout(600)
def test_pages_are_taken_all_or_none_at_every_point(
    serve: Callable[[Any], str], tmp_path: Path, clock: Callable[[str], None]
) -> None:
    clock(RECEIVED)
    api = Api()
    base = {"api": serve(api.app()).replace("://", "://:s3cret@")}
    january = paged().at("2023-01")
    before, root, notes = tmp_path / "before", tmp_path / "store", tmp_path / "notes.json"
    old_state = collect_source(january, open_store(before), base).state
    old = [part.sha256 for part in old_state.parts.values()]
    api.pages["2023-01"] = [b"id,caller,name,score\n%d,,,1\n" % number for number in range(3)]

    def go(die_at: int | None = None, torn: bool = False) -> Callable[[], None]:
        def work() -> None:
            points = Points(root, die_at=die_at, torn=torn)
            points.install()
            collect_source(january, open_store(root), base)
            notes.write_text(json.dumps([points.count, points.syncs, points.unsynced_renames]))

        return work

    shutil.copytree(before, root)
    assert in_child(go()) == 0
    new = taken(open_store(root), january)
    count, syncs, unsynced = json.loads(notes.read_text())
    assert unsynced == [] and count > 20 and len(syncs) > 8
    lines = len([*Ledger(open_store(root))])
    seen = set()
    plans = [(point, False) for point in range(1, count + 1)] + [(point, True) for point in syncs]
    for point, torn in part_of(plans, 1):
        shutil.rmtree(root)
        shutil.copytree(before, root)
        assert in_child(go(point, torn)) == DIED, f"point {point} was not reached"
        now = taken(open_store(root), january)
        assert now in (old, new)
        seen.add(now == new)
        left = [each for each in list_findings(open_store(root)) if "raw/" in each]
        assert [each for each in left if "is part of an unfinished write" not in each] == []
        collect_source(january, open_store(root), base)
        assert taken(open_store(root), january) == new
        assert len([*Ledger(open_store(root))]) == lines, "what was said before the kill is not said twice"
        sign_end(open_store(root), own_signer)
        assert list(list_findings(open_store(root))) == []
        assert scratch_left(open_store(root)) == []
        assert stage_table(january, open_store(root)).rows_out == 3
    assert seen == {True, False}
