"""The summary of all datasets as a table for the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table

from praya.cli.terminal import out

if TYPE_CHECKING:
    from praya.assurance.status import Row


def print_summary(rows: Sequence[Row], console: Console = out) -> None:
    """The summary as a table that fits the terminal."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("dataset", overflow="fold")
    for heading in ("rows\nin", "quaran-\ntined"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("verdict")
    table.add_column("release", overflow="fold")
    table.add_column("files", justify="right", no_wrap=True)
    table.add_column("bytes", justify="right", no_wrap=True)
    for row in rows:
        numbers = [f"{number:,}" if number is not None else "–" for number in (row.rows_in, row.quarantined)]
        sizes = [f"{number:,}" if number is not None else "–" for number in (row.files, row.bytes)]
        style = "red" if row.reason else None
        table.add_row(row.dataset, *numbers, row.verdict, row.release, *sizes, style=style)
    console.print(table)
