"""What is seen while a command works: a line an event, and on a terminal a spinner with what goes on now."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.status import Status

from praya.text.outside import clean


class Display:
    """Output with the seconds since the command began."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False, emoji=False, markup=False)
        self.began = time.monotonic()
        self._spinner: Status | None = None

    def print_event(self, text: str) -> None:
        """One plain line with the seconds so far."""
        self.print_line(f"[{time.monotonic() - self.began:3.0f} s] {text}")

    def print_line(self, text: str, style: str = "") -> None:
        """One plain line, as it is, which a terminal may wrap."""
        self.console.print(clean(text), style=style, markup=False, soft_wrap=True)

    @contextmanager
    def show_waiting(self, text: str) -> Iterator[None]:
        """While inside, shows what is waited for: by a spinner, or by a line where there is no terminal."""
        if not self.console.is_terminal:
            self.print_event(text)
            yield
            return
        with self.console.status(text) as self._spinner:
            yield
        self._spinner = None

    def update(self, text: str) -> None:
        """Puts another text beside the spinner, if there is one."""
        if self._spinner:
            self._spinner.update(text)


def shorten_path(path: Path) -> str:
    """`path` as short as it can be written from the current folder."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
