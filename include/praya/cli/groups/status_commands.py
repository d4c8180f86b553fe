"""The command that shows where every dataset is on its way."""

from __future__ import annotations

from typing import Annotated

import typer

from praya.cli.command_group import CommandGroup
from praya.cli.summary_table import print_summary
from praya.cli.terminal import USAGE, WRONG, open_store, out, project, stop
from praya.cli.terminal import contracts as all_contracts
from praya.text.outside import quote

app = typer.Typer()
STATUS = CommandGroup("status", app, position=120)


@app.command()
def show(
    dataset: Annotated[str | None, typer.Argument(help="one dataset only, with its reason in full")] = None,
) -> None:
    """Show what is released, quarantined and failed, and why.

    Example: `praya show` or `praya show public-holidays`
    """
    from praya.assurance.overview import read_overview

    contracts = [contract for contract in all_contracts() if dataset in (None, contract.dataset)]
    if not contracts:
        stop(f"there is no dataset '{quote(str(dataset))}'", USAGE)
    overview = read_overview(contracts, open_store(), project().suites, in_detail=dataset is not None)
    print_summary(overview.rows)
    for reason in overview.reasons:
        out.print(reason)
    for line in overview.lines:
        out.print(line, soft_wrap=True)
    if not overview.is_current:
        raise typer.Exit(WRONG)
