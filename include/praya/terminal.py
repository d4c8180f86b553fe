"""What the commands share: two consoles, how a command ends, where its store is, and contracts by name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NoReturn

import typer
from rich.console import Console

from praya import paths
from praya.contract import Contract, load_contracts
from praya.errors import ContractError

if TYPE_CHECKING:
    from praya.store import Store

# `:date:` in an expectation is a name, not a picture.
out, err = Console(emoji=False), Console(stderr=True, emoji=False)

WRONG, USAGE, CONTRACTS, UNFINISHED = 1, 2, 3, 4


def contracts() -> list[Contract]:
    """Every contract; what is wrong with them ends the command."""
    try:
        return load_contracts(paths.contracts())
    except ContractError as error:
        stop(str(error), CONTRACTS)


def contract(dataset: str, among: list[Contract] | None = None) -> Contract:
    """The contract of `dataset`; a name that is none ends the command."""
    known = {one.dataset: one for one in among or contracts()}
    if dataset not in known:
        stop(f"there is no dataset {dataset!r}; there are: {', '.join(known)}", USAGE)
    return known[dataset]


def open_store() -> Store:
    """The store that the commands work on."""
    from praya.store import Store

    return Store(paths.store())


def month_of(text: str) -> str:
    """A month as it was given; one that is none ends the command."""
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text):
        stop(f"{text!r} is no month; expected one such as 2026-10", USAGE)
    return text


def say(sentence: str) -> None:
    """Say something as it is, in one line however wide the terminal."""
    out.print(sentence, markup=False, highlight=False, soft_wrap=True)


def warn(sentence: str) -> None:
    """Say what is not as it should be, and does not end the command."""
    err.print(f"warning: {sentence}", style="yellow", markup=False, highlight=False, soft_wrap=True)


def stop(sentence: str, status: int) -> NoReturn:
    """Say what is wrong and end with `status`."""
    err.print(sentence, style="red", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(status)
