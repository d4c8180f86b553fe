"""The index of versions that grows by what is new is the one that is made from everything."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from full import examples
from made import open_store
from praya.history import index, latest, versions
from praya.history.kept_index import write_index
from praya.history.manifests import read_manifest
from praya.ledger import Ledger
from praya.store import Store, layout
from praya.store.record import to_bytes
from praya.store.states import IndexedVersions

DATASET = "sample"


def released(store: Store, number: int, **more: Any) -> str:
    """Put a version there, and its line into the ledger, as a release does before it points to it."""
    version = f"202601{number + 1:02}T020000Z"
    manifest = {
        "dataset": DATASET,
        "version": version,
        "number": f"1.0.{number}",
        "received_at": f"2026-01-{number + 1:02}T02:00:00Z",
        "rows": number,
        "synthetic": False,
        **more,
    }
    if not store.exists(layout.manifest(DATASET, version)):
        store.put_json(layout.manifest(DATASET, version), manifest)
    body = {"version": version, "manifest_sha256": store.sha256(layout.manifest(DATASET, version))}
    Ledger(store).record("release", DATASET, body | {"sequence": sum(1 for _ in Ledger(store))})
    return version


def write(store: Store, to: str | None) -> None:
    write_index(store, DATASET, to)

    assert store.read_bytes(layout.versions(DATASET)) == to_bytes(index(store, DATASET, to))


def tombstone(store: Store, version: str) -> None:
    stone = {
        "dataset": DATASET,
        "version": version,
        "number": "1.0.0",
        "received_at": "2026-01-01T02:00:00Z",
        "reason": "Wrong",
        "at": "2026-02-01T00:00:00Z",
    }
    store.put_json(layout.tombstone(DATASET, version), stone)


EVENTS = st.sampled_from(
    ("release", "correcting release", "release again", "rollback", "correction", "withdrawal", "half")
)


@settings(max_examples=examples(120), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(EVENTS, st.integers(0, 9), st.booleans()), max_size=14))
def test_after_any_history_the_index_is_the_one_that_is_made_from_everything(
    tmp_path_factory: pytest.TempPathFactory, history: list[tuple[str, int, bool]]
) -> None:
    """`half` is a withdrawal that a kill ends after its line; the flag tells whether a kill leaves the index as it
    was."""
    store = open_store(tmp_path_factory.mktemp("store"))
    out: list[str] = []
    to: str | None = None
    for event, choice, killed in history:
        chosen = out[choice % len(out)] if out else None
        said = {"reason": "Wrong", "by": "Mary Chan", "nth": sum(1 for _ in Ledger(store))}
        if event in ("release", "correcting release"):
            corrects = {"version": chosen, "number": "1.0.0", "reason": "Wrong"}
            more = {"corrects": corrects} if chosen and event != "release" else {}
            out.append(to := released(store, len(out), **more))
        elif chosen is None:
            continue
        elif event == "release again" and store.exists(layout.manifest(DATASET, chosen)):
            released(store, out.index(chosen))
            to = chosen
        elif event == "rollback":
            Ledger(store).record("rollback", DATASET, {"from": to, "to": chosen, **said})
            to = chosen
        elif event == "correction":
            Ledger(store).record("correction", DATASET, {"version": chosen, **said})
        elif event in ("withdrawal", "half"):
            Ledger(store).record("withdrawal", DATASET, {"version": chosen, **said})
            if event == "withdrawal":
                tombstone(store, chosen)
                if choice > 4:
                    store.discard(layout.manifest(DATASET, chosen))
        if not killed:
            write(store, to)
    if out:
        write(store, to)


def test_a_release_reads_no_manifest_of_the_versions_before(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        write(store, released(store, number))
    last = released(store, 5)
    read: list[str] = []

    def reading(store: Store, dataset: str, version: str) -> Any:
        read.append(version)
        return read_manifest(store, dataset, version)

    monkeypatch.setattr("praya.history.versions_index.read_manifest", reading)

    write_index(store, DATASET, last)

    assert read == [last]


@pytest.mark.parametrize("damage", ["changed", "gone", "no record", "forged record"])
def test_an_index_that_something_else_wrote_is_made_anew(store: Store, damage: str) -> None:
    for number in range(3):
        write(store, released(store, number))
    key = layout.versions(DATASET)
    if damage == "changed":
        there = store.read_json(key)
        there["versions"][0]["rows"] = 1_000
        store.put_json(key, there)
    elif damage == "gone":
        store.discard(key)
    elif damage == "no record":
        store.discard(layout.state(DATASET, IndexedVersions.STEP))
    else:
        store.set_state(DATASET, IndexedVersions(line=3, sha256="0" * 64))

    write(store, released(store, 3))

    assert [entry["rows"] for entry in versions(store, DATASET)] == [0, 1, 2, 3]


def test_a_kill_between_index_and_record_leaves_an_index_that_grows_right(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(store, released(store, 0))
    last = released(store, 1)
    put_all = store.put_all
    monkeypatch.setattr(store, "put_all", lambda files: put_all(dict(list(files.items())[:1])))
    write(store, last)
    monkeypatch.undo()

    write(store, released(store, 2))

    kept = store.read_state(IndexedVersions, DATASET)
    assert kept.line == 3
    assert len(json.loads(store.read_bytes(layout.versions(DATASET)))["versions"]) == 3
    assert latest(store, DATASET) is None
