"""What the commands share: two consoles, how a command ends, and where its store is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import typer
from rich.console import Console

from praya import paths

if TYPE_CHECKING:
    from praya.store import Store

# `:date:` in an expectation is a name, not a picture.
out, err = Console(emoji=False), Console(stderr=True, emoji=False)

WRONG, USAGE, CONTRACTS = 1, 2, 3


def say(sentence: str) -> None:
    """Say something as it is, in one line however wide the terminal."""
    out.print(sentence, markup=False, highlight=False, soft_wrap=True)


def stop(sentence: str, status: int) -> NoReturn:
    """Say what is wrong and end with `status`."""
    err.print(sentence, style="red", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(status)


def open_store() -> Store:
    """The store that the commands work on."""
    from praya.store import Store

    return Store(paths.store())
