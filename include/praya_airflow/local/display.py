"""What is seen while the job runs: a live table on a terminal, plain lines where there is none."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.live import Live
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from praya.text.outside import clean
from praya_airflow.local.follow import Run, Watch

COLOURS = {"success": "green", "failed": "red", "running": "yellow", "queued": "dim"}
ORDER = ("running", "queued", "failed", "success")


class Display:
    """Output with the seconds since the command began."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False, emoji=False)
        self.began = time.monotonic()
        self._live: Live | None = None

    def say(self, text: str) -> None:
        """One plain line; above the live table when there is one."""
        self.console.print(
            f"[{time.monotonic() - self.began:3.0f} s] {clean(text)}", markup=False, soft_wrap=True
        )

    @contextmanager
    def waiting(self, text: str) -> Iterator[None]:
        """Says what is being waited for: a spinner that goes away, or a line where there is no terminal."""
        if not self.console.is_terminal:
            self.say(text)
            yield
            return
        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        with Progress(*columns, console=self.console, transient=True) as progress:
            progress.add_task(text)
            yield

    @contextmanager
    def following(self) -> Iterator[None]:
        """While inside, `show` redraws a table on a terminal."""
        if not self.console.is_terminal:
            yield
            return
        with Live(console=self.console, transient=True, refresh_per_second=4) as self._live:
            yield
        self._live = None

    def show(self, watch: Watch, events: Sequence[str]) -> None:
        """The state of every run; without a terminal, only what is new."""
        if self._live:
            self._live.update(_progress(watch, self.console.height - 3))
        else:
            for event in events:
                self.say(event)

    def line(self, text: str, style: str = "") -> None:
        """One plain line, as it is, which a terminal may wrap."""
        self.console.print(clean(text), style=style, markup=False, soft_wrap=True)


def _progress(watch: Watch, height: int) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("DAG", "run", "tasks", "now"):
        table.add_column(heading, no_wrap=True)
    runs = sorted(watch.last().values(), key=lambda run: (_rank(run), run.dag_id))
    for run in runs[: max(height, 3)]:
        table.add_row(
            run.dag_id, run.state, f"{run.over} of {len(run.tasks)}", run.now, style=COLOURS.get(run.state)
        )
    if len(runs) > height:
        table.add_row(f"and {len(runs) - height} more")
    return table


def _rank(run: Run) -> int:
    return ORDER.index(run.state) if run.state in ORDER else len(ORDER)
