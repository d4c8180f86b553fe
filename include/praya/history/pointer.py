"""The pointer to the latest release, and the one order in which index and pointer change."""

from __future__ import annotations

from praya.history.versions_index import index, tombstone
from praya.store import Store
from praya.store.documents import Pointer, PointerTarget, PointerToNothing

__all__ = ["latest", "point", "tombstone"]


def latest(store: Store, dataset: str) -> Pointer | None:
    """The pointer to the latest release of a dataset; None before the first, and when every one is withdrawn."""
    pointer: Pointer | None = store.get_json(f"released/{dataset}/latest.json")
    return pointer if pointer is not None and pointer.get("version") else None


def sequence(store: Store, dataset: str) -> int:
    """How many times the pointer has moved: the next move is the one after it."""
    pointer = store.get_json(f"released/{dataset}/latest.json") or {}
    return int(pointer.get("sequence", 0))


def point(store: Store, dataset: str, target: PointerTarget) -> Pointer:
    """Make `target` the latest, moved once more; the index of versions is written first, so that whoever follows
    the pointer finds its version listed. Each file changes by one rename."""
    moved: Pointer = {"dataset": dataset, **target, "sequence": sequence(store, dataset) + 1}
    _move(store, dataset, moved["version"], moved)
    return moved


def point_nowhere(store: Store, dataset: str, withdrawn: str) -> None:
    """The same where no version counts any more: a pointer that leads nowhere, and names what was withdrawn last."""
    moved: PointerToNothing = {
        "dataset": dataset,
        "version": None,
        "withdrawn": withdrawn,
        "sequence": sequence(store, dataset) + 1,
    }
    _move(store, dataset, None, moved)


def _move(store: Store, dataset: str, version: str | None, pointer: Pointer | PointerToNothing) -> None:
    store.put_jsons(
        {
            f"released/{dataset}/versions.json": index(store, dataset, version),
            f"released/{dataset}/latest.json": pointer,
        }
    )
