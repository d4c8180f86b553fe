"""The commands of `praya` on reports: which there are, and making one as known on a day."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.table import Table

from praya.cli.command_group import CommandGroup
from praya.cli.terminal import WRONG, open_store, out, say, stop
from praya.contract.zone import show_moment
from praya.errors import PrayaError
from praya.reports import report_of

app = typer.Typer(
    help="Reports made from released data.\n\nExample: `praya reports make 1823-monthly --period 2023-01`",
    no_args_is_help=True,
)
REPORTS = CommandGroup("reports", app, prefix="reports", position=600)


@app.command(name="list")
def listed() -> None:
    """List the reports with their newest edition, and whether it is made from today's releases.

    Example: `praya reports list`
    """
    from praya.reports.edition_list import list_newest_editions

    table = Table("report", "period", "edition", "state", box=box.SIMPLE_HEAD)
    for entry in list_newest_editions(open_store()):
        table.add_row(entry.report, entry.period, entry.edition, entry.state)
    out.print(table)


@app.command()
def make(
    name: Annotated[str, typer.Argument(help="the report, as `praya reports list` names it")],
    as_of: Annotated[
        dt.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="as known at the end of this day in Hong Kong"),
    ] = None,
    period: Annotated[str | None, typer.Option(help="of a report by months, such as 2023-01")] = None,
    to: Annotated[Path | None, typer.Option(help="write the files there, and publish nothing")] = None,
) -> None:
    """Make a report from what was released by a day (default: now), and publish it as an edition, or write it to a
    folder. Where the edition of that day is out, it is that one, byte for byte.

    Example: `praya reports make controlling-officer-head-135 --as-of 2026-11-30 --to /tmp/report`
    """
    from praya.reports.edition import make as step
    from praya.reports.edition import publish
    from praya.site.views import present

    store, day = open_store(), as_of.date() if as_of else None
    try:
        report = report_of(name)
        if to is None:
            made = publish(report, store, day, period)
            if made.changed:
                present(store)
        else:
            made = step(report, store, day, period)
            to.mkdir(parents=True, exist_ok=True)
            for file, data in made.files.items():
                (to / file).write_bytes(data)
    except PrayaError as error:
        stop(error.with_code, WRONG)
    state = "new" if made.changed else "is out already" if made.key else "not published"
    say(f"{name}{f' {made.period}' if made.period else ''}: edition {made.name} ({state})")
    for release in made.manifest["releases"]:
        say(
            f"  {release['dataset']} {release['number'] or release['version']}, "
            f"published {show_moment(release['published_at'])}"
        )
    for why in made.manifest["missing"].values():
        say(f"  {why}")
    say(f"  {to or store.describe(made.key or '')}")
