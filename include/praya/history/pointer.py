"""The pointer to the latest release, and the one order in which index and pointer change."""

from __future__ import annotations

from typing import Any

from praya.errors import StoreBusy, codes
from praya.history.versions_index import index, tombstone
from praya.store import Store, layout
from praya.store.record import to_bytes

__all__ = ["latest", "point", "tombstone"]


def latest(store: Store, dataset: str) -> dict[str, Any] | None:
    """The pointer to the latest release of a dataset; None before the first, and when every one is withdrawn."""
    pointer = store.get_json(layout.pointer(dataset))
    return dict(pointer) if pointer is not None and pointer.get("version") else None


def sequence(store: Store, dataset: str) -> int:
    """How many times the pointer has moved: the next move is the one after it."""
    pointer = store.get_json(layout.pointer(dataset)) or {}
    return int(pointer.get("sequence", 0))


def point(store: Store, dataset: str, pointer: dict[str, Any]) -> dict[str, Any]:
    """Make `pointer` the latest, moved once more; the index of versions is written first, so that whoever follows
    the pointer finds its version listed. Raises StoreBusy where somebody else moved it meanwhile."""
    key = layout.pointer(dataset)
    before = store.get_bytes(key)
    moved = {"dataset": dataset, **pointer, "sequence": sequence(store, dataset) + 1}
    store.put_json(layout.versions(dataset), index(store, dataset, moved["version"]))
    if not store.replace(key, before, to_bytes(moved)):
        raise StoreBusy(
            codes.store.POINTER_MOVED, f"{store.describe(key)}: was moved meanwhile: run {dataset} again"
        )
    return moved
