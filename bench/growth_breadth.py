"""Growth with the number of datasets, to 5,000: a write, a release, the catalogue, verification and links."""

from __future__ import annotations

import itertools
from pathlib import Path

from bench import child
from bench.child import Failed
from bench.growth import TWICE, Growth, Point, Step, Target, measure_step
from bench.growth_steps import STEPS, as_growths, load_modules, measure_day, release_day, settle
from bench.simulated import SimulatedStore
from bench.template_release import House, name_of
from bench.templates import Templates
from praya.assurance.links import follow_links
from praya.assurance.verify import verify_store
from praya.contract import load_contract, load_contracts
from praya.pipeline.measure import compute_marts
from praya.store import Store, table_name

SIZES = (1, 10, 100, 1_000, 5_000)
SMALL = (1, 10, 50)
VERIFIED = (
    1_000  # the most datasets that are verified, whose links are followed and whose tables are measured
)
WRITES = 100
MART = f'select sum("value") as total from "{table_name(name_of(0))}"\n'
NEW = 90_000  # numbers of datasets that are added by real steps
SIMULATED = (
    "one release of each dataset, derived from a real one with hashes, signature, ledger and journal; what is measured "
    "is the real step on them"
)


def breadth(work: str, small: bool = False) -> child.Figures:
    """Each step at each of SIZES, or of SMALL ones, in datasets that have a release."""
    root = Path(work)
    load_modules(root)
    simulated = SimulatedStore(root / "house", Templates(root / "template"))
    house, numbers, days = simulated.house, itertools.count(NEW), itertools.count(1)
    steps: dict[str, list[Point]] = {step: [] for step in STEPS}
    write, marts, verify, links = list[Point](), list[Point](), list[Point](), list[Point]()
    (house.project.metrics / "summed.sql").write_text(MART, "utf-8")
    there = 0
    for size in SMALL if small else SIZES:
        simulated.extend(range(there, size), range(1))
        there = size
        settle(house)
        write.append(measure_step(size, lambda: _write(house.open_store()), calls=WRITES))
        new = house.write_contract(name_of(next(numbers)))
        first = measure_day(house, new, 1, size, STEPS[:-1])
        settle(house)
        release_day(house, load_contract(house.contracts / f"{name_of(0)}.yaml", house.project), next(days))
        first |= measure_day(house, new, house.day, size, ["catalogue"])
        for step in STEPS:
            steps[step].append(first[step])
        if 1 < size <= VERIFIED:
            marts.append(measure_step(size, lambda: _compute_marts(house)))
            verify.append(measure_step(size, lambda: lambda: _verify(house)))
            links.append(measure_step(size, lambda: lambda: _links(house)))
    return {"growths": [one.as_json() for one in _growths(steps, write, marts, verify, links)]}


def _write(store: Store) -> Step:
    numbers = itertools.count()
    return lambda: store.put_json("state/measured/write.json", {"number": next(numbers)})


def _compute_marts(house: House) -> Step:
    contracts, store = load_contracts(house.project), house.open_store()
    return lambda: compute_marts(store, house.project.metrics, contracts)


def _verify(house: House) -> None:
    found = verify_store(house.open_store()).findings
    if found:
        raise Failed(f"the simulated store is not sound: {found[0]}")


def _links(house: House) -> None:
    found = follow_links(house.open_store()).problems
    if found:
        raise Failed(f"the simulated store has a broken address: {found[0]}")


def _growths(
    steps: dict[str, list[Point]],
    write: list[Point],
    marts: list[Point],
    verify: list[Point],
    links: list[Point],
) -> list[Growth]:
    sizes = "datasets"
    found = {
        growth.step: growth for growth in as_growths(steps, sizes, SIMULATED, ends=" of another dataset")
    }
    catalogue = found.pop("catalogue after one release of another dataset")
    catalogue_targets = [*TWICE, Target("cpu_seconds", 1.0, unit=" s")]
    verify_targets = [Target("cpu_seconds", 8.0, last=VERIFIED, unit=" s")]
    return [
        Growth(
            "a small write", sizes, write, [Target("cpu_seconds", 1.0, scale=1000, unit=" ms")], SIMULATED
        ),
        *found.values(),
        Growth("catalogue after one changed dataset", sizes, catalogue.points, catalogue_targets, SIMULATED),
        Growth("marts and warehouse after one changed dataset", sizes, marts, TWICE, SIMULATED),
        Growth("verify everything", sizes, verify, verify_targets, SIMULATED, per_size=True),
        Growth("follow all links", sizes, links, [], SIMULATED, per_size=True),
    ]


if __name__ == "__main__":
    child.main(breadth)
