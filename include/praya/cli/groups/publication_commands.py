"""The commands on the released area as a whole: publish it, export it, write its calendar."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from praya.cli.command_group import CommandGroup
from praya.cli.presented import present_or_stop
from praya.cli.terminal import WRONG, contracts, open_store, say, stop
from praya.errors import PrayaError
from praya.store import layout

app = typer.Typer()
PUBLICATION = CommandGroup("publication", app, position=510)


@app.command()
def publish(
    target: Annotated[str, typer.Argument(help="a folder, or s3://bucket/prefix")],
    endpoint: Annotated[str | None, typer.Option(help="address of an S3-compatible service")] = None,
    read_back: Annotated[
        bool, typer.Option("--read-back", help="compare all that changes, whatever was compared before")
    ] = False,
) -> None:
    """Copy the released area to where it is served from; readers never see a part of a release.

    Example: `praya publish s3://open-data/praya --endpoint http://127.0.0.1:9000`
    """
    from praya.site.portal.publish import publish_released

    try:
        options = {"endpoint_url": endpoint} if endpoint else None
        done = publish_released(open_store(), target, options, read_back=read_back)
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
    from praya.site.export import write_ocfl

    try:
        written = write_ocfl(open_store(), folder)
    except PrayaError as error:
        stop(error.with_code, WRONG)
    say(f"{folder}: {len(written)} objects written: {', '.join(written) or 'nothing is new'}")


@app.command()
def catalogue(
    anew: Annotated[bool, typer.Option("--anew", help="make everything, also what has not changed")] = False,
) -> None:
    """Write the catalogue with what has changed since the last one.

    Example: `praya catalogue --anew`
    """
    from praya.site.views import present

    store = open_store()
    try:
        listed = present(store, anew=anew)
    except PrayaError as error:
        stop(error.with_code, WRONG)
    said = "written" if listed["changed"] else "as it was"
    say(f"{len(listed['datasets']):,} datasets, {said}: {store.describe(layout.CATALOGUE)}")


@app.command()
def calendar() -> None:
    """Write the release calendar for twelve months from today.

    Example: `praya calendar`
    """
    from praya.contract.zone import HONG_KONG
    from praya.site.portal import write_calendar

    store = open_store()
    made = write_calendar(store, contracts(), dt.datetime.now(HONG_KONG).date())
    say(f"{len(made['releases'])} entries: {store.describe('released/calendar-en.html')}")
    present_or_stop(store)
