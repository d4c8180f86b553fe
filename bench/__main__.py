"""`make bench`: the way of a year of 1823 records, measured against the limit and against what a team would write.

Everything is measured in one run, each part in a process of its own; the parts take turns.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import shutil
import signal
import sys
from collections.abc import Callable

from bench import child, hardware, report, source
from bench.airflow_share import through_airflow
from bench.child import Failed, Figures
from bench.places import ROOT, Work
from praya_airflow.local.running import hold_lock
from praya_hk.sources.contact_centre.api_settings import between
from praya_hk.sources.contact_centre.days import YEARS

YEAR = "2023-01:2023-12"
HOME = ROOT / "var" / "bench"
PAGE = ROOT / "docs" / "reference" / "performance.md"
ROUNDS, SHORT_SECONDS = 3, 60.0  # of processor time, so that a busy machine measures as often as an idle one
TIMES = 5  # so many times the months must take no more memory
PARTS = ("limit", "pandas", "frictionless", "faults", "gate", "release", "airflow", "years")


def main() -> int:
    arguments = _arguments()
    first, _, last = arguments.months.partition(":")
    months = between(first, last or first)
    HOME.mkdir(parents=True, exist_ok=True)
    # So that what was started is stopped on the way out.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with hold_lock(HOME / "lock") as held:
        if held is None:
            print(
                f"Another make bench is at work in {HOME}: two at once would measure each other",
                file=sys.stderr,
            )
            return 2
        work = Work(HOME / "work")
        work.make()
        say(
            f"measuring {len(months)} months in {HOME.relative_to(ROOT)}; the machine should have nothing else to do"
        )
        try:
            results = measure(work, months, arguments.parts, arguments.rounds)
        except Failed as failed:
            print(failed, file=sys.stderr)
            return 1
        finally:
            if not arguments.keep:
                shutil.rmtree(work.root, ignore_errors=True)
    keep(results, arguments.parts, arguments.months == YEAR)
    return 0


def keep(results: Figures, parts: list[str], year: bool) -> None:
    """Write the results as JSON and as a page: docs/reference/performance.md when the whole year was measured."""
    whole = year and set(parts) == set(PARTS)
    name = "_".join(
        [results["months"][0], results["months"][-1], *(parts if len(parts) < len(PARTS) else [])]
    )
    (HOME / f"{name}.json").write_text(json.dumps(results, indent=1) + "\n", "utf-8")
    page = PAGE if whole else HOME / f"{name}.md"
    if "limit" in results:
        page.write_text(report.page(results, whole), "utf-8")
    print("\n".join(["", *report.summary(results), "", f"the page: {page.relative_to(ROOT)}"]))


def measure(work: Work, months: list[str], parts: list[str], rounds: int | None) -> Figures:
    """All that was asked for, as one set of results. Raises Failed when a part fails or a result is wrong."""
    began = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    results: Figures = {"months": months, "began": began, "hardware": hardware.described(work.root)}
    results["load"] = [hardware.load()]
    say("the source generates its months and makes their pages")
    results["source"] = child.run("source", cache=str(work.cache), months=months)
    with source.served(work.cache, months, work.root / "api.log") as url:
        runs = _runs(work, months, parts, url)
        for number in range(1, (rounds or ROUNDS) + 1):
            for name, run in runs.items():
                if rounds is None and number > 1 and _long(results[name][0]):
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
        if "faults" in parts:
            say("planted faults")
            results["faults"] = child.run(
                "faults", store=str(work.root / "faulty"), cache=str(work.cache), source=url, month=months[0]
            )
        if "gate" in parts:
            say("disclosure control over millions of records")
            results["gate"] = child.run("gate", store=str(work.root / "gate"))
        if "release" in parts:
            say("releases of millions of rows, and bare copies of the same")
            results["release"] = child.run("releasing", work=str(work.root / "releasing"))
        if "airflow" in parts:
            say(f"{months[0]} through Airflow, and by the library alone")
            results["airflow"] = through_airflow(work, months[0]) | {
                "month": months[0],
                "library": child.run("way", **_way(work, url, "month"), months=months[:1], release=True),
            }
    if "years" in parts:
        results["years"] = _years(work, months)
    return results


def _runs(work: Work, months: list[str], parts: list[str], url: str) -> dict[str, Callable[[], Figures]]:
    """What takes turns, in its order: the way goes first, for the others need the bytes that it has collected."""
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


def _years(work: Work, months: list[str]) -> Figures:
    """The way of five times as many months, for its memory."""
    every = between(f"{YEARS[0]}-01", f"{YEARS[-1]}-12")[: TIMES * len(months)]
    say(f"the way of {len(every)} months, {every[0]} to {every[-1]}, for its memory")
    child.run("source", cache=str(work.cache), months=every)
    with source.served(work.cache, every, work.root / "api.log") as url:
        run = child.run("way", **_way(work, url, "years"), months=every)
    child.run("truth", store=str(work.root / "years"), cache=str(work.cache), months=every)
    return {"months": len(every), "way": run}


def _long(run: Figures) -> bool:
    """Whether one run of it is enough."""
    return float(run.get("cpu_seconds", 0.0)) >= SHORT_SECONDS


def say(words: str) -> None:
    print(f"[{dt.datetime.now():%H:%M:%S}] {words}", flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--months", default=YEAR, help=f"first and last month (default {YEAR})")
    parser.add_argument(
        "--parts", default=",".join(PARTS), help="which comparisons, of the default ones, comma between"
    )
    parser.add_argument(
        "--rounds", type=int, help="how often, also what takes long (default: 3, once what takes a minute)"
    )
    parser.add_argument("--keep", action="store_true", help="leave the scratch folder as it is")
    arguments = parser.parse_args()
    arguments.parts = [name for name in arguments.parts.split(",") if name]
    if wrong := set(arguments.parts) - set(PARTS):
        parser.error(f"--parts: {', '.join(sorted(wrong))} is not one of {', '.join(PARTS)}")
    return arguments


if __name__ == "__main__":
    sys.exit(main())
