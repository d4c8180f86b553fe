"""The commands on the releases of a dataset: what changed between two, corrections, withdrawals, rollbacks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from praya.cli.command_group import CommandGroup
from praya.cli.presented import present_or_stop
from praya.cli.terminal import WRONG, By, open_store, person_of, say, stop
from praya.errors import PrayaError

app = typer.Typer()
RELEASE = CommandGroup("release", app, position=400)

Dataset = Annotated[str, typer.Argument(help="the dataset's id")]
Version = Annotated[str, typer.Argument(help="the version, by name (20261122T061500Z) or number (2.1.0)")]
Reason = Annotated[str, typer.Option(help="why, in a sentence for the readers")]


@app.command()
def diff(
    dataset: Dataset,
    before: Annotated[
        str | None, typer.Argument(metavar="FROM", help="version or number (default: the one before)")
    ] = None,
    after: Annotated[
        str | None, typer.Argument(metavar="TO", help="version or number (default: the latest)")
    ] = None,
    folder: Annotated[Path | None, typer.Option("--to", help="write JSON, CSV and pages there")] = None,
) -> None:
    """Show what changed between two releases, by key: columns, codes, rows, cells. Only released files are read.

    Example: `praya diff public-holidays 1.0.0 1.0.1 --to /tmp/changes`
    """
    from praya.assurance.release_diff import find_release_pair, write_release_diff
    from praya.history import versions

    store = open_store()
    try:
        pair = find_release_pair(store, dataset, before, after)
        if pair.before is None:
            there = ", ".join(
                str(entry.get("number", entry["version"])) for entry in versions(store, dataset)
            )
            stop(f"{dataset}: {pair.after} replaced nothing; name two versions, there are: {there}", WRONG)
        comparison = write_release_diff(store, dataset, pair.before, pair.after, folder)
    except PrayaError as error:
        stop(error.with_code, WRONG)
    say(f"{dataset}: {comparison['from']['number']} → {comparison['to']['number']}: {comparison['level']}")
    for change in comparison["structure"]:
        values = " → ".join(str(change[name]) for name in ("before", "after") if name in change)
        say(f"  {change['kind']}: {change['what']}{f' ({values})' if values else ''}")
    counts = comparison["counts"]
    if comparison["comparable"]:
        say(
            f"  rows: {counts['added']:,} added, {counts['removed']:,} removed, {counts['changed']:,} changed"
        )
        for column, number in comparison["columns"].items():
            say(f"  changed cells in {column}: {number:,}")
    else:
        say(f"  rows: {counts['before']:,} before, {counts['after']:,} after; not comparable by key")
    if folder:
        say(f"  written to {folder}")


@app.command()
def correct(dataset: Dataset, version: Version, reason: Reason, by: By = None) -> None:
    """Announce that a version is wrong: index and feeds say so now, and the next release says that it corrects it.

    Example: `praya correct itf-figures 1.0.2 --reason "Two projects were counted twice."`
    """
    from praya.pipeline.release.corrections import correct as step
    from praya.pipeline.release.corrections import known

    store, by = open_store(), person_of(by)
    try:
        entry = known(store, dataset, version)
        line = step(store, dataset, entry["version"], reason, by)
    except PrayaError as error:
        stop(error.with_code, WRONG)
    say(f"announced, ledger line {line.number}: the next release of {dataset} corrects {entry['version']}")
    present_or_stop(store)


@app.command()
def withdraw(dataset: Dataset, version: Version, reason: Reason, by: By = None) -> None:
    """Remove a version's files for good; a tombstone keeps hashes and reason, and the latest moves back.

    Example: `praya withdraw itf-figures 1.0.2 --reason "Holds figures of another fund."`
    """
    from praya.pipeline.release.dependants import readers
    from praya.pipeline.release.withdrawal import withdraw as step

    store, by = open_store(), person_of(by)
    try:
        stone = step(store, dataset, version, reason, by)
    except PrayaError as error:
        stop(error.with_code, WRONG)
    say(f"withdrawn: {dataset} {stone['version']}; the latest is {stone['latest'] or 'none any more'}")
    if read_by := str(readers(store, dataset)).strip():
        say(f"to be run again where it is read: {read_by}")
    present_or_stop(store)


@app.command()
def rollback(
    dataset: Dataset,
    reason: Reason,
    to: Annotated[
        str | None, typer.Option(help="version or number (default: the one before the latest)")
    ] = None,
    by: By = None,
) -> None:
    """Make an earlier version the latest again. The later version stays, and does not become the latest by itself.

    Example: `praya rollback itf-figures --reason "The new figures are being checked."`
    """
    from praya.pipeline.release.withdrawal import rollback as step

    store, by = open_store(), person_of(by)
    try:
        pointer = step(store, dataset, to, reason, by)
    except PrayaError as error:
        stop(error.with_code, WRONG)
    say(f"{dataset}: the latest is {pointer['version']}")
    present_or_stop(store)
