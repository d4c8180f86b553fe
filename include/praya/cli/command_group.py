"""A group of commands: one module that declares a `CommandGroup`, found in the packages of `praya.command_groups`."""

from __future__ import annotations

from dataclasses import dataclass

import typer


@dataclass(frozen=True)
class CommandGroup:
    """The commands of one module: with `prefix` called by it (`praya reports make`), else by their own names."""

    name: str
    app: typer.Typer
    prefix: str | None = None
