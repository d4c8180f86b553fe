"""A year of 1823 records: the pipeline, its limit and what a team would write, in one run in which they alternate."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from bench import child, hardware, source
from bench.airflow_share import through_airflow
from bench.child import Figures
from bench.parts import YEAR
from bench.places import Work
from bench.progress import say
from praya_hk.sources.contact_centre.api_settings import between
from praya_hk.sources.contact_centre.days import YEARS

ROUNDS, SHORT_SECONDS = 3, 60.0  # of processor time, so that a busy machine measures as often as an idle one
TIMES = 5  # so many times the months must take no more memory


def measure_year(
    work: Work, months: list[str], parts: Sequence[str], rounds: int | None
) -> Iterator[tuple[str, Figures]]:
    """Name and figures of each part that was asked for, once it is measured. Raises Failed when a part fails or a
    result is wrong."""
    compared = [part for part in parts if part in YEAR]
    if compared or {"faults", "airflow"} & set(parts):
        say("the source generates its months and makes their pages")
        made = child.run("source", cache=str(work.cache), months=months)
        with source.served(work.cache, months, work.root / "api.log") as url:
            if compared:
                yield (
                    "year",
                    {"months": months, "source": made} | _compare(work, months, compared, url, rounds),
                )
            if "faults" in parts:
                say("planted faults")
                yield (
                    "faults",
                    child.run(
                        "faults",
                        store=str(work.root / "faulty"),
                        cache=str(work.cache),
                        source=url,
                        month=months[0],
                    ),
                )
            if "airflow" in parts:
                say(f"{months[0]} through Airflow, and by the library alone")
                yield (
                    "airflow",
                    through_airflow(work, months[0])
                    | {
                        "month": months[0],
                        "library": child.run(
                            "way", **_way(work, url, "month"), months=months[:1], release=True
                        ),
                    },
                )
    if "gate" in parts:
        say("disclosure control over millions of records")
        yield "gate", child.run("gate", store=str(work.root / "gate"))
    if "release" in parts:
        say("releases of millions of rows, and bare copies of the same")
        yield "release", child.run("releasing", work=str(work.root / "releasing"))
    if "years" in parts:
        yield "years", _measure_years(work, months)


def _compare(work: Work, months: list[str], parts: Sequence[str], url: str, rounds: int | None) -> Figures:
    """The pipeline and what it is compared with, round after round, and whether their results agree."""
    results: Figures = {"load": []}
    runs = _runs(work, months, parts, url)
    for number in range(1, (rounds or ROUNDS) + 1):
        for name, run in runs.items():
            if rounds is None and number > 1 and _is_long(results[name][0]):
                continue
            results["load"].append(hardware.load())
            say(f"round {number}: {name}")
            results.setdefault(name, []).append(run())
        if number == 1:
            say("comparing marts and truth, verdict and verdict")
            theirs = results["pandas"][0].pop("verdicts") if "pandas" in parts else None
            results["truth"] = child.run(
                "truth", store=str(work.store), cache=str(work.cache), months=months, theirs=theirs
            )
    for again in results.get("pandas", [])[1:]:
        again.pop("verdicts")
    return results


def _runs(work: Work, months: list[str], parts: Sequence[str], url: str) -> dict[str, Callable[[], Figures]]:
    """What alternates, in its order: the way is first, for the others need the bytes that it has collected."""
    store = str(work.store)
    limit = {"store": store, "metrics": str(work.metrics), "work": str(work.root / "limit"), "months": months}
    runs: dict[str, Callable[[], Figures]] = {
        "way": lambda: child.run("way", **_way(work, url, "store"), months=months)
    }
    if "limit" in parts:
        runs["limit"] = lambda: child.run("limit", **limit)
        runs["limit_kept"] = lambda: child.run("limit", **limit, kept_only=True)
        runs["download"] = lambda: child.run(
            "download", source=url, work=str(work.root / "page"), months=months
        )
    if "pandas" in parts:
        runs["pandas"] = lambda: child.run(
            "pandas_gx", store=store, work=str(work.root / "frame.parquet"), months=months
        )
    if "frictionless" in parts:
        runs["schema"] = lambda: child.run("schema_check", store=store, work=str(work.root), months=months)
    return runs


def _way(work: Work, url: str, store: str) -> dict[str, str]:
    return {"store": str(work.root / store), "metrics": str(work.metrics), "source": url}


def _measure_years(work: Work, months: list[str]) -> Figures:
    """The way of five times as many months, for its memory."""
    every = between(f"{YEARS[0]}-01", f"{YEARS[-1]}-12")[: TIMES * len(months)]
    say(f"the way of {len(every)} months, {every[0]} to {every[-1]}, for its memory")
    child.run("source", cache=str(work.cache), months=every)
    with source.served(work.cache, every, work.root / "api.log") as url:
        run = child.run("way", **_way(work, url, "years"), months=every)
    child.run("truth", store=str(work.root / "years"), cache=str(work.cache), months=every)
    return {"months": len(every), "way": run}


def _is_long(run: Figures) -> bool:
    """Whether one run of it is enough."""
    return float(run.get("cpu_seconds", 0.0)) >= SHORT_SECONDS
