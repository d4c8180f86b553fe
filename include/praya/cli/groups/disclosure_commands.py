"""The commands on disclosure control: a second person's approval, and the methods side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.table import Table

from praya.cli.command_group import CommandGroup
from praya.cli.terminal import USAGE, WRONG, open_store, out, stop
from praya.cli.terminal import contract as the_contract
from praya.errors import PrayaError

if TYPE_CHECKING:
    from praya.assurance.method_comparison import MethodComparison

app = typer.Typer()
DISCLOSURE = CommandGroup("disclosure", app, position=200)


@app.command()
def approve(
    dataset: Annotated[str, typer.Argument(help="the dataset whose disclosure control became weaker")],
    proposed_by: Annotated[str, typer.Option(help="who wants the change")],
    approved_by: Annotated[str, typer.Option(help="who agrees: another person, whom the policy lets")],
    reason: Annotated[str, typer.Option(help="why less protection is right, in a sentence")],
) -> None:
    """Record that a second person agrees with weaker disclosure control, or with the first release of a dataset made
    from records; the dataset may then be released.

    For machines without Airflow: this command believes the names in its options. Where Airflow runs, it knows who is
    logged in; trigger the DAG `disclosure_approval` there instead.

    Example: `praya approve ferry-fares --proposed-by mary --approved-by officer --reason "Fares of offices only."`
    """
    from praya.assurance.approvals import approve_waiting_change

    try:
        approval = approve_waiting_change(
            the_contract(dataset),
            open_store(),
            proposed_by=proposed_by,
            approved_by=approved_by,
            reason=reason,
            by="command line",
        )
    except PrayaError as error:
        stop(error.with_code, WRONG)
    if approval is None:
        stop(f"{dataset}: nothing became weaker that waits for an approval", USAGE)
    out.print(f"approved, ledger line {approval.line.number}: {approval.change.summary}", soft_wrap=True)


@app.command()
def methods(
    dataset: Annotated[str, typer.Argument(help="a dataset of aggregated counts, with an accepted table")],
) -> None:
    """Compare the disclosure methods: what each would withhold and change. Nothing is published.

    Example: `praya methods 1823-cases-by-department`
    """
    from praya.assurance.method_comparison import compare_methods

    try:
        comparison = compare_methods(the_contract(dataset), open_store())
    except PrayaError as error:
        stop(error.with_code, WRONG)
    out.print(_make_table(comparison))
    out.print(f"page: {comparison.page}", soft_wrap=True)


def _make_table(comparison: MethodComparison) -> Table:
    from praya.disclosure.protect.utility import in_percent

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    for heading in ("method", "count"):
        table.add_column(heading, overflow="fold")
    for heading in ("cells", "with-\nheld", "changed", "share\nwithheld", "share\nmisplaced", "mean\nerror"):
        table.add_column(heading, justify="right", no_wrap=True)
    for method in comparison.methods:
        for effect in method.effects:
            numbers = (f"{number:,}" for number in (effect.cells, effect.withheld, effect.changed))
            shares = (in_percent(share) for share in (effect.share_withheld, effect.share_misplaced))
            off = "–" if effect.mean_error is None else f"{effect.mean_error:g}"
            table.add_row(method.name, effect.count, *numbers, *shares, off)
        if method.not_possible:
            table.add_row(method.name, f"not possible: {method.not_possible}")
    return table
