"""What the commands share: the two consoles, exit statuses, and contracts by name."""

from __future__ import annotations

from typing import NoReturn

import typer
from rich.console import Console

from praya import paths
from praya.contract import Contract, load_contracts
from praya.errors import ContractError

# `:date:` in an expectation is a name, not a picture.
out, err = Console(emoji=False), Console(stderr=True, emoji=False)

WRONG, USAGE, CONTRACTS = 1, 2, 3


def contracts() -> list[Contract]:
    try:
        return load_contracts(paths.contracts())
    except ContractError as error:
        stop(str(error), CONTRACTS)


def contract(dataset: str, among: list[Contract] | None = None) -> Contract:
    known = {one.dataset: one for one in among or contracts()}
    if dataset not in known:
        stop(f"there is no dataset {dataset!r}; there are: {', '.join(known)}", USAGE)
    return known[dataset]


def stop(sentence: str, status: int) -> NoReturn:
    err.print(sentence, style="red", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(status)
