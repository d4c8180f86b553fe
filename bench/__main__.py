"""`make bench`: a year of 1823 records against the limit and against what a team would write, and how the cost of each
step grows with history and breadth. Parts can be measured one by one; docs/reference/performance.json keeps them.
"""

from __future__ import annotations

import argparse
import datetime as dt
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench import child, hardware, report
from bench.child import Failed, Figures
from bench.kept import Part, Results, merge_parts, program_version, read_results, write_results
from bench.parts import GROWTH, PARTS, RUN, expand_parts
from bench.places import ROOT, Work
from bench.progress import say
from bench.year import measure_year
from praya_airflow.local.running import hold_lock
from praya_hk.sources.contact_centre.api_settings import between

YEAR = "2023-01:2023-12"
HOME = ROOT / "var" / "bench"
PAGE = ROOT / "docs" / "reference" / "performance.md"
PICTURES = ROOT / "docs" / "images"


def main() -> int:
    arguments = _arguments()
    if arguments.page:
        write_page(read_results())
        return 0
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
        say(f"measuring in {HOME.relative_to(ROOT)}; the machine should have nothing else to do")
        try:
            _measure(work, arguments)
        except Failed as failed:
            print(failed, file=sys.stderr)
            return 1
        finally:
            if not arguments.keep:
                shutil.rmtree(work.root, ignore_errors=True)
    return 0


def _measure(work: Work, arguments: argparse.Namespace) -> None:
    """Measure the parts; each is kept as soon as it is measured. A quick try is kept in HOME alone."""
    first, _, last = arguments.months.partition(":")
    months = between(first, last or first)
    is_whole = arguments.months == YEAR and not arguments.small
    results: Results = read_results() if is_whole else {"version": program_version(), "parts": {}}
    machine, began, load = hardware.described(work.root), time.monotonic(), hardware.load()
    for name, figures in _parts(work, months, arguments):
        part: Part = {
            "commit": machine["commit"],
            "date": dt.datetime.now(dt.UTC).date().isoformat(),
            "seconds": time.monotonic() - began,
            "hardware": machine,
            "load": [load, *figures.pop("load", []), hardware.load()],
            "figures": figures,
        }
        results = merge_parts(results, {name: part})
        if is_whole:
            write_results(results)
            write_page(read_results())
        else:
            write_results(results, HOME / "try.json")
        began, load = time.monotonic(), hardware.load()
    page = PAGE if is_whole else HOME / "try.md"
    if not is_whole:
        page.write_text(report.page(read_results(HOME / "try.json")), "utf-8")
    print("\n".join(["", *report.summary(results), "", f"the page: {page.relative_to(ROOT)}"]))


def write_page(results: Results, page: Path = PAGE, pictures: Path = PICTURES) -> None:
    """Write the page and its pictures from the results that are kept."""
    page.write_text(report.page(results), "utf-8")
    for name, svg in report.pictures(results).items():
        (pictures / name).write_text(svg, "utf-8")


def _parts(work: Work, months: list[str], arguments: argparse.Namespace) -> Iterator[tuple[str, Figures]]:
    yield from measure_year(work, months, arguments.parts, arguments.rounds)
    for part, (module, title) in GROWTH.items():
        if part in arguments.parts:
            say(f"growth: {title[0].lower()}{title[1:]}")
            yield (
                part,
                _in_folder(
                    work, lambda folder, module=module: child.run(module, work=folder, small=arguments.small)
                ),
            )
    if RUN in arguments.parts:
        say("make run in an empty home, twice")
        yield RUN, _in_folder(work, lambda folder: child.run("run_times", work=folder))


def _in_folder(work: Work, measure: Callable[[str], Figures]) -> Figures:
    """What `measure` gives with a new scratch folder, which is removed at once: a history takes gigabytes."""
    folder = work.root / "growth"
    folder.mkdir()
    try:
        return measure(str(folder))
    finally:
        shutil.rmtree(folder)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument(
        "--months", default=YEAR, help=f"first and last month (default {YEAR}); with others nothing is kept"
    )
    parser.add_argument(
        "--parts",
        default=",".join(PARTS),
        help=f"which parts, with commas: year, growth, or some of {', '.join(PARTS)}",
    )
    parser.add_argument(
        "--rounds", type=int, help="how often, also what takes long (default: 3, once what takes a minute)"
    )
    parser.add_argument("--small", action="store_true", help="growth to small sizes only; nothing is kept")
    parser.add_argument("--page", action="store_true", help="write the page again from what is kept")
    parser.add_argument("--keep", action="store_true", help="leave the scratch folder as it is")
    arguments = parser.parse_args()
    try:
        arguments.parts = expand_parts([name for name in arguments.parts.split(",") if name])
    except ValueError as error:
        parser.error(f"--parts: {error}")
    return arguments


if __name__ == "__main__":
    sys.exit(main())
