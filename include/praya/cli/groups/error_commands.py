"""The command of `praya` on error codes: what each means and what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from praya.cli.command_group import CommandGroup
from praya.cli.terminal import USAGE, say, stop
from praya.errors import all_areas, find_code
from praya.errors.page import errors_page
from praya.text.outside import quote

app = typer.Typer()
ERRORS = CommandGroup("errors", app, position=900)


@app.command()
def errors(
    code: Annotated[
        str | None, typer.Argument(metavar="CODE", help="one code; without it, all are listed")
    ] = None,
    page: Annotated[
        Path | None, typer.Option(help="write the list there as a page of the documentation")
    ] = None,
) -> None:
    """Show what an error code means and what to do about it; or list all codes.

    Example: `praya errors PRAYA-STAGE-002`
    """
    if page is not None:
        page.write_text(errors_page(), "utf-8")
    elif code is not None:
        _show_code(code)
    else:
        _all()


def _show_code(name: str) -> None:
    error = find_code(name)
    if error is None:
        stop(f"there is no code '{quote(name)}'; `praya errors` lists all", USAGE)
    constant = next(area.constants[error.name] for area in all_areas() if error.name in area.constants)
    say(f"{error.name}\n  what it means: {error.means}\n  what to do: {error.do}\n  in the code: {constant}")


def _all() -> None:
    for area in all_areas():
        say(f"{area.name}: {area.about.removeprefix('Codes for ')}")
        for code in area.codes:
            say(f"  {code.name}  {code.means}")
