"""The command on contracts: whether all of them, and what belongs to them, are in order."""

from __future__ import annotations

import typer

from praya.cli.command_group import CommandGroup
from praya.cli.terminal import CONTRACTS, err, out, project

app = typer.Typer()
CONTRACT = CommandGroup("contract", app, position=100)


@app.command()
def check() -> None:
    """Check every contract, suite, mart, the register of metrics and the revisions, and list every problem.

    Example: `praya check`
    """
    from praya.assurance.check import check_project

    result = check_project(project())
    for problem in result.problems:
        err.print(problem.with_code, soft_wrap=True)
    if result.problems:
        raise typer.Exit(CONTRACTS)
    out.print(f"{result.contracts} contracts and {result.marts} marts are in order")
