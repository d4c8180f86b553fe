"""The pointer to the latest release, and the one order in which index and pointer change."""

from __future__ import annotations

from praya.errors import StoreBusy, codes
from praya.history.kept_index import write_index
from praya.history.versions_index import tombstone
from praya.store import Store, layout
from praya.store.documents import Pointer, PointerTarget, PointerToNothing
from praya.store.record import to_bytes

__all__ = ["latest", "point", "tombstone"]


def latest(store: Store, dataset: str) -> Pointer | None:
    """The pointer to the latest release of a dataset; None before the first, and when every one is withdrawn."""
    pointer: Pointer | None = store.get_json(layout.pointer(dataset))
    return pointer if pointer is not None and pointer.get("version") else None


def sequence(store: Store, dataset: str) -> int:
    """How many times the pointer has moved: the next move is the one after it."""
    pointer = store.get_json(layout.pointer(dataset)) or {}
    return int(pointer.get("sequence", 0))


def point(store: Store, dataset: str, target: PointerTarget) -> Pointer:
    """Make `target` the latest, moved once more; the index of versions is written first, so that whoever follows
    the pointer finds its version listed. Raises StoreBusy where somebody else moved it meanwhile."""
    before = store.get_bytes(layout.pointer(dataset))
    moved: Pointer = {"dataset": dataset, **target, "sequence": sequence(store, dataset) + 1}
    _move(store, before, moved)
    return moved


def point_nowhere(store: Store, dataset: str, withdrawn: str) -> None:
    """The same where no version counts any more: a pointer that leads nowhere, and names what was withdrawn last."""
    before = store.get_bytes(layout.pointer(dataset))
    moved: PointerToNothing = {
        "dataset": dataset,
        "version": None,
        "withdrawn": withdrawn,
        "sequence": sequence(store, dataset) + 1,
    }
    _move(store, before, moved)


def _move(store: Store, before: bytes | None, pointer: Pointer | PointerToNothing) -> None:
    dataset, key = pointer["dataset"], layout.pointer(pointer["dataset"])
    write_index(store, dataset, pointer["version"])
    if not store.replace(key, before, to_bytes(pointer)):
        raise StoreBusy(
            codes.store.POINTER_MOVED, f"{store.describe(key)}: was moved meanwhile: run {dataset} again"
        )
