"""Growth over five years: daily releases of 100 datasets, 182,500 in all, and a ledger of ten million lines."""

from __future__ import annotations

from pathlib import Path

from bench import child
from bench.growth import Growth, Point, run_apart
from bench.growth_steps import STEPS, as_growths, load_modules, measure_day, release_day, settle
from bench.simulated import SimulatedStore
from bench.simulated_chain import LedgerChain, fill_ledger
from bench.template_release import name_of
from bench.templates import Templates
from praya.contract import Contract, load_contract
from praya.store import layout

DATASETS = 100
DAYS = (1, 10, 100, 1_000, 1_825)
SMALL = (1, 5, 20)
LINES, RELEASES = 10_000_000, 182_500  # at the end, and in proportion before
WHOLE = 2  # of each dataset so many last releases have all their files
SIMULATED = (
    "the releases, derived from a real one with hashes, ledger and journal, of all but the last two of a dataset the "
    "manifest and what changed alone, which is what other steps read of them; and lines of 4,900 other datasets, so "
    "that the ledger has ten million at the end; what is measured is the real step on them"
)


def years(work: str, small: bool = False) -> child.Figures:
    """Each step at each of DAYS, or of SMALL ones, in days of releases; the points count releases."""
    root = Path(work)
    load_modules(root)
    simulated = SimulatedStore(root / "house", Templates(root / "template"))
    house = simulated.house
    found: dict[str, list[Point]] = {step: [] for step in STEPS}
    there = 0
    for place, days in enumerate(SMALL if small else DAYS):
        # A dataset that real steps have gone on with is left behind by the simulation.
        simulated.extend(range(2 * place, DATASETS), range(there, days), whole=WHOLE)
        there, size = days, days * DATASETS
        run_apart(lambda size=size: _fill(house.project.store_folder / layout.LEDGER, size))
        settle(house)
        first, second = (_contract(simulated, 2 * place + number) for number in range(2))
        points = measure_day(house, first, days, size, STEPS[:-1])
        settle(house)
        release_day(house, second, days)
        points |= measure_day(house, second, days, size, ["catalogue"])
        for step in STEPS:
            found[step].append(points[step])
    growths: list[Growth] = as_growths(found, "releases", SIMULATED)
    return {"growths": [growth.as_json() for growth in growths]}


def _contract(simulated: SimulatedStore, number: int) -> Contract:
    house = simulated.house
    return load_contract(house.contracts / f"{name_of(number)}.yaml", house.project)


def _fill(path: Path, releases: int) -> None:
    with LedgerChain(path) as ledger:
        fill_ledger(ledger, releases * LINES // RELEASES)


if __name__ == "__main__":
    child.main(years)
