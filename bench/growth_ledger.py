"""Growth with the lines of the ledger, to ten million: recording, finding, signing and proving, each by itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from bench import child
from bench.growth import TWICE, Growth, Point, Step, measure_step, run_apart
from bench.growth_steps import load_modules
from bench.simulated_chain import LedgerChain, fill_ledger
from bench.template_release import House
from praya.ledger import Ledger
from praya.ledger.note import Note
from praya.provenance import load_signer
from praya.provenance.checkpoints import publish_checkpoint, request_cosignature
from praya.store import Store, layout

SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
SMALL = (1_000, 10_000, 100_000)
TIMES = 3
RARE, LINES_OF_RARE = "rare-dataset", 6
SIMULATED = (
    "lines on snapshots and verdicts of 4,900 datasets, written with their chain by the simulation; what is measured "
    "is the real step on them"
)


def lines(work: str, small: bool = False) -> child.Figures:
    """Each step at each of SIZES, or of SMALL ones, in lines of the ledger."""
    root = Path(work)
    load_modules(root)
    house = House(root / "house")
    store = house.open_store()
    Ledger(store).record_all("verdict", RARE, [{"n": number} for number in range(LINES_OF_RARE)])
    found: dict[str, list[Point]] = {name: [] for name in STEPS}
    for size in SMALL if small else SIZES:
        run_apart(lambda size=size: _fill(house, size))
        run_apart(lambda: _settle(house))
        for name, prepare in STEPS.items():
            found[name].append(measure_step(size, lambda prepare=prepare: prepare(house.open_store()), TIMES))
    growths = [
        Growth(name, "lines of the ledger", points, TWICE, SIMULATED) for name, points in found.items()
    ]
    return {"growths": [growth.as_json() for growth in growths]}


def _fill(house: House, size: int) -> None:
    with LedgerChain(house.project.store_folder / layout.LEDGER) as ledger:
        fill_ledger(ledger, size)


def _settle(house: House) -> None:
    """Have the store take in what was simulated: whatever it keeps of the ledger is made or caught up here."""
    store = house.open_store()
    _record_new(store)
    publish_checkpoint(store, load_signer(store.project.signing_key))


def _record(store: Store) -> Step:
    return lambda: _record_new(store)


def _lines_of(store: Store) -> Step:
    return lambda: len(list(Ledger(store).of(RARE)))


def _find(store: Store) -> Step:
    return lambda: Ledger(store).find("verdict", RARE, n=0)


def _sign(store: Store) -> Step:
    signer = load_signer(store.project.signing_key)
    run_apart(lambda: _record_new(store))  # in another process, so that this one has read nothing yet
    return lambda: publish_checkpoint(store, signer)


def _prove(store: Store) -> Step:
    note = Note.parse(store.read_bytes(layout.CHECKPOINT))
    return lambda: request_cosignature(store, note, since=1_000)


def _record_new(store: Store) -> None:
    Ledger(store).record("verdict", "recorded", {"n": time.time_ns(), "sha256": "0" * 64})


STEPS: dict[str, Callable[[Store], Step]] = {
    "record one line": _record,
    "read the six lines of a dataset": _lines_of,
    "find a line of a dataset": _find,
    "sign the ledger after one new line": _sign,
    "prove that the ledger only grew since line 1,000": _prove,
}


if __name__ == "__main__":
    child.main(lines)
