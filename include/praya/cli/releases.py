"""The commands of `praya` on what is released: what changed, taking back, the calendar, publishing, preservation."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from praya.cli.terminal import WRONG, By, contracts, open_store, person_of, say, stop
from praya.errors import PrayaError
from praya.store import Store

app = typer.Typer()

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
    """Tell what changed between two releases, by key: columns, codes, rows, cells. Only released files are read.

    Example: `praya diff public-holidays 1.0.0 1.0.1 --to /tmp/changes`
    """
    from praya.history import latest, versions
    from praya.pipeline.release.correct import known
    from praya.site.portal import changes

    store = open_store()
    try:
        now = latest(store, dataset)
        new = known(store, dataset, after or (now["version"] if now else "latest"))
        old = known(store, dataset, before) if before else None
        if old is None and not new.get("replaces"):
            there = ", ".join(
                str(entry.get("number", entry["version"])) for entry in versions(store, dataset)
            )
            stop(
                f"{dataset}: {new['version']} replaced nothing; name two versions, there are: {there}", WRONG
            )
        with store.scratch() as work:
            target = folder or work / "changes"
            target.mkdir(parents=True, exist_ok=True)
            found = changes(
                store, dataset, old["version"] if old else new["replaces"], new["version"], target, work
            )
    except PrayaError as error:
        stop(error.with_code, WRONG)
    say(f"{dataset}: {found['from']['number']} → {found['to']['number']}: {found['level']}")
    for one in found["structure"]:
        values = " → ".join(str(one[name]) for name in ("before", "after") if name in one)
        say(f"  {one['kind']}: {one['what']}{f' ({values})' if values else ''}")
    counts = found["counts"]
    if found["comparable"]:
        say(
            f"  rows: {counts['added']:,} added, {counts['removed']:,} removed, {counts['changed']:,} changed"
        )
        for column, number in found["columns"].items():
            say(f"  changed cells in {column}: {number:,}")
    else:
        say(f"  rows: {counts['before']:,} before, {counts['after']:,} after; not comparable by key")
    if folder:
        say(f"  written to {folder}")


@app.command()
def correct(dataset: Dataset, version: Version, reason: Reason, by: By = None) -> None:
    """Announce that a version is wrong: index and feeds tell it now, and the next release says that it corrects it.

    Example: `praya correct itf-figures 1.0.2 --reason "Two projects were counted twice."`
    """
    from praya.pipeline.release.correct import correct as step
    from praya.pipeline.release.correct import known

    store, by = open_store(), person_of(by)
    try:
        entry = known(store, dataset, version)
        line = step(store, dataset, entry["version"], reason, by)
    except PrayaError as error:
        stop(error.with_code, WRONG)
    say(f"announced, ledger line {line.number}: the next release of {dataset} corrects {entry['version']}")
    _views(store)


@app.command()
def withdraw(dataset: Dataset, version: Version, reason: Reason, by: By = None) -> None:
    """Remove a version's files for good; a tombstone keeps hashes and reason, and the latest moves back.

    Example: `praya withdraw itf-figures 1.0.2 --reason "Holds figures of another fund."`
    """
    from praya.pipeline.release.dependants import readers
    from praya.pipeline.release.withdraw import withdraw as step

    store, by = open_store(), person_of(by)
    try:
        stone = step(store, dataset, version, reason, by)
    except PrayaError as error:
        stop(error.with_code, WRONG)
    say(f"withdrawn: {dataset} {stone['version']}; the latest is {stone['latest'] or 'none any more'}")
    if read_by := str(readers(store, dataset)).strip():
        say(f"to be run again where it is read: {read_by}")
    _views(store)


@app.command()
def rollback(
    dataset: Dataset,
    reason: Reason,
    to: Annotated[
        str | None, typer.Option(help="version or number (default: the one before the latest)")
    ] = None,
    by: By = None,
) -> None:
    """Make an earlier version the latest again; the one that is left stays, and does not come back by itself.

    Example: `praya rollback itf-figures --reason "The new figures are being checked."`
    """
    from praya.pipeline.release.withdraw import rollback as step

    store, by = open_store(), person_of(by)
    try:
        pointer = step(store, dataset, to, reason, by)
    except PrayaError as error:
        stop(error.with_code, WRONG)
    say(f"{dataset}: the latest is {pointer['version']}")
    _views(store)


@app.command()
def publish(
    target: Annotated[str, typer.Argument(help="a folder, or s3://bucket/prefix")],
    endpoint: Annotated[str | None, typer.Option(help="address of an S3-compatible service")] = None,
) -> None:
    """Copy the released area to where it is served from; readers there never meet a half.

    Example: `praya publish s3://open-data/praya --endpoint http://127.0.0.1:9000`
    """
    from praya.site.portal.publish import publish as step

    try:
        done = step(open_store(), target, {"endpoint_url": endpoint} if endpoint else None)
    except PrayaError as error:
        stop(error.with_code, WRONG)
    say(f"{target}: {done.written:,} objects written, {done.removed:,} removed")


export = typer.Typer(
    help="What is released, in the forms in which others keep it.\n\nExample: `praya export ocfl /mnt/archive/praya`",
    no_args_is_help=True,
)
app.add_typer(export, name="export")


@export.callback()
def _export() -> None:
    """What is released, in the forms in which others keep it."""


@export.command()
def ocfl(
    folder: Annotated[Path, typer.Argument(help="an empty folder, or an OCFL storage root of before")],
) -> None:
    """Write all releases as an OCFL 1.1 storage root, for preservation.

    Example: `praya export ocfl /mnt/archive/praya`
    """
    from praya.site.export import ocfl as step

    try:
        written = step(open_store(), folder)
    except PrayaError as error:
        stop(error.with_code, WRONG)
    say(f"{folder}: {len(written)} objects written: {', '.join(written) or 'nothing is new'}")


@app.command()
def calendar() -> None:
    """Write the release calendar for twelve months from today.

    Example: `praya calendar`
    """
    from praya.contract.zone import HONG_KONG
    from praya.site.portal import calendar as step

    store = open_store()
    made = step(store, contracts(), dt.datetime.now(HONG_KONG).date())
    say(f"{len(made['releases'])} entries: {store.path('released/calendar-en.html')}")
    _views(store)


def _views(store: Store) -> None:
    """Let catalogue, changelogs and feeds say what has just been done; what was done stands also where they cannot."""
    from praya.site.views import present

    try:
        present(store)
    except PrayaError as error:
        stop(
            f"it is done and on record, but not everything that presents it could follow: {error.with_code}",
            WRONG,
        )
