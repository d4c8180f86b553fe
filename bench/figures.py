"""From what was measured to what it says: medians, ratios, and whether the targets are reached."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from bench.child import Figures
from bench.places import RECORDS, TABLES

GB = 1e9
WALL, CPU = 0, 1
PEAK_GB, FLAT = 1.2, 1.15  # flat: at most 15% more for five times the months


class Ratio(NamedTuple):
    """One line of the table of results, in wall time; `cpu` is the same in processor time, where that makes sense.
    `value` is to be at most `target`, or with `least` at least that, and `cpu` at most `cpu_target`."""

    what: str
    value: float
    cpu: float | None = None
    target: float | None = None
    least: bool = False
    unit: str = "×"
    cpu_target: float | None = None

    @property
    def reached(self) -> bool | None:
        if self.target is None:
            return None
        if self.cpu is not None and self.cpu_target is not None and self.cpu > self.cpu_target:
            return False
        return self.value >= self.target if self.least else self.value <= self.target

    @property
    def bound(self) -> str:
        """The target in words."""
        if self.target is None:
            return "–"
        words = f"{'at least' if self.least else 'at most'} {self.target:g}{self.unit}"
        return (
            words if self.cpu_target is None else f"{words}, {self.cpu_target:g}{self.unit} of processor time"
        )


def ratios(results: Figures) -> list[Ratio]:
    """Every ratio that the results hold, in the order of the page."""
    of_the_year = (_to_the_limit, _to_others, _gate, _memory) if "way" in results else ()
    return [ratio for group in (*of_the_year, _release, _run) for ratio in group(results)]


def _run(results: Figures) -> Iterator[Ratio]:
    """Seconds of `make run` in an empty home."""
    if run := results.get("run"):
        first = [run["install"][kind] + run["first"][kind] for kind in (WALL, CPU)]
        yield Ratio("`make run` in an empty home, with installing", *first, target=180.0, unit=" s")
        yield Ratio("`make run` for the second time", *run["second"], target=20.0, unit=" s")


def _to_the_limit(results: Figures) -> Iterator[Ratio]:
    way = results["way"]
    for name, words, target, cpu_target in (
        (
            "limit",
            "pipeline ÷ limit: from the API to protected marts, compared with bare DuckDB and SHA-256",
            2.0,
            2.2,
        ),
        ("limit_kept", "pipeline ÷ lower limit, which leaves out the fields that Praya drops", None, None),
    ):
        if bare := results.get(name):
            wall, cpu = (total(way, kind) / total(bare, kind) for kind in (WALL, CPU))
            yield Ratio(words, wall, cpu, target, cpu_target=cpu_target)


def _to_others(results: Figures) -> Iterator[Ratio]:
    way = results["way"]
    alone = [checking(way, kind, "validate") for kind in (WALL, CPU)]
    both = [checking(way, kind, "stage", "validate") for kind in (WALL, CPU)]
    from_csv = "Praya stage and validate: from the CSV to the verdict"
    if pandas := results.get("pandas"):
        theirs = [checking(pandas, kind, "validate") for kind in (WALL, CPU)]
        yield _faster("GX on pandas ÷ Praya, validation alone", theirs, alone, 3.0)
        theirs = [checking(pandas, kind, "read", "validate") for kind in (WALL, CPU)]
        yield _faster(f"pandas read and GX ÷ {from_csv}", theirs, both, 3.0)
        theirs = [checking(pandas, kind, "read", "keep", "validate") for kind in (WALL, CPU)]
        yield _faster("the same where pandas hashes and writes Parquet too, as stage does", theirs, both)
    if schema := results.get("schema"):
        theirs = [scaled(schema, results["source"]["rows"], kind) for kind in (WALL, CPU)]
        yield _faster("frictionless validate ÷ Praya, validation alone", theirs, alone, 10.0)
        yield _faster(f"frictionless validate ÷ {from_csv}", theirs, both, 10.0)


def _faster(what: str, theirs: Sequence[float], ours: Sequence[float], target: float | None = None) -> Ratio:
    wall, processor = (their / our for their, our in zip(theirs, ours, strict=True))
    return Ratio(what, wall, processor, target, least=True)


def _gate(results: Figures) -> Iterator[Ratio]:
    protecting = (step(results["way"], "protect", "marts", kind) for kind in (WALL, CPU))
    yield Ratio("protecting the year's marts, added up", *protecting, target=60.0, unit=" s")
    if gate := results.get("gate"):
        reading, searching, copying, all_ = (
            [step([gate], name, "gate", kind) for kind in (WALL, CPU)]
            for name in ("reading", "searching", "copying", "protect")
        )
        records = f"{gate['records'] / 1e6:.1f} million records"
        ratio = (one / other for one, other in zip(searching, reading, strict=True))
        yield Ratio(f"searching {records} for personal data ÷ reading them", *ratio, target=5.0)
        bare = [one + other for one, other in zip(reading, copying, strict=True)]
        ratio = (one / other for one, other in zip(all_, bare, strict=True))
        yield Ratio("the whole of protect on them ÷ reading, sorting and copying them", *ratio)


def _release(results: Figures) -> Iterator[Ratio]:
    if release := results.get("release"):
        ratio = (
            _median(
                pair["release"][kind] / (pair["bare COPY"][kind] + pair["SHA-256"][kind])
                for pair in release["pairs"]
            )
            for kind in (WALL, CPU)
        )
        rows = f"{release['rows'] / 1e6:g} million public rows"
        yield Ratio(
            f"release of {rows} as CSV, JSON lines and Parquet ÷ bare COPY and SHA-256", *ratio, target=1.5
        )


def _memory(results: Figures) -> Iterator[Ratio]:
    ours = peak(results["way"])
    yield Ratio("peak memory of the pipeline", ours / GB, target=PEAK_GB, unit=" GB")
    if pandas := results.get("pandas"):
        yield Ratio("peak memory of pandas and GX ÷ that of the pipeline", peak(pandas) / ours)
    if years := results.get("years"):
        way, many, few = [years["way"]], years["months"], len(results["months"])
        yield Ratio(
            f"peak memory of the pipeline for {many} months", peak(way) / GB, target=PEAK_GB, unit=" GB"
        )
        yield Ratio(f"the same ÷ that of {few}", peak(way) / ours, target=FLAT)
        a_month = [total(way, kind) / many / (total(results["way"], kind) / few) for kind in (WALL, CPU)]
        yield Ratio(f"time a month of {many} months ÷ time a month of {few}", *a_month)


def total(runs: Sequence[Figures], kind: int = WALL) -> float:
    """Median of the seconds of the runs: wall time, or processor time, which a busy machine changes less."""
    return _median(run[("seconds", "cpu_seconds")[kind]] for run in runs)


def peak(runs: Sequence[Figures]) -> float:
    """The highest peak of memory of the runs, in bytes."""
    return float(max(run["peak_bytes"] for run in runs))


def step(runs: Sequence[Figures], name: str, dataset: str, kind: int = WALL) -> float:
    """Median of the seconds that a step took on a dataset."""
    return _median(run["steps"].get(name, {}).get(dataset, (0.0, 0.0))[kind] for run in runs)


def checking(runs: Sequence[Figures], kind: int, *steps: str) -> float:
    """Median of the seconds that the steps took on the tables of records, all months."""
    return _median(
        sum(run["steps"][name][dataset][kind] for name in steps for dataset in RECORDS) for run in runs
    )


def scaled(runs: Sequence[Figures], rows: dict[str, int], kind: int = WALL) -> float:
    """Seconds that frictionless would take for all rows: those from the small sample to the large one, per row.
    What it takes to begin is left out, in its favour."""
    return sum(per_row(runs, table, kind) * rows[table] for table in TABLES)


def per_row(runs: Sequence[Figures], table: str, kind: int = WALL) -> float:
    """Median of frictionless's seconds a row between the two samples."""
    name = ("seconds", "cpu_seconds")[kind]
    return _median(
        (one["large"][name] - one["small"][name]) / (one["large"]["rows"] - one["small"]["rows"])
        for one in _samples(runs, table)
    )


def linearity(runs: Sequence[Figures], table: str) -> float:
    """Seconds a row of the large sample over those of the small one: 1 where time grows as rows do."""
    return _median(
        (one["large"]["seconds"] / one["large"]["rows"]) / (one["small"]["seconds"] / one["small"]["rows"])
        for one in _samples(runs, table)
    )


def _median(values: Iterable[float]) -> float:
    return float(statistics.median(values))


def _samples(runs: Sequence[Figures], table: str) -> list[dict[str, Any]]:
    return [run["samples"][f"1823-{table}"] for run in runs]


def airflow(results: Figures) -> dict[str, float]:
    """Airflow's share of a month: against the library on the same month, release and catalogue included."""
    run, library = results["airflow"], results["airflow"]["library"]["seconds"]
    return {
        "library": library,
        "window": run["window_seconds"],
        "around": run["wall_seconds"] - run["window_seconds"],
        "share": (run["window_seconds"] - library) / run["window_seconds"],
        "a_task": (run["task_seconds"] - library) / run["tasks"],
    }
