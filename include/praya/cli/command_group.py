"""A group of commands: one module that declares a `CommandGroup`, found in the packages of `praya.command_groups`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import typer
from typer.main import get_command_name

from praya.errors import ExtensionError, codes
from praya.extensions import COMMAND_GROUPS, discover_specs
from praya.text.outside import quote


@dataclass(frozen=True)
class CommandGroup:
    """The commands of one module: with `prefix` called by it (`praya reports make`), else by their own names.

    `praya --help` lists the groups in the order of `position`; groups of one position come in the order of names.
    """

    name: str
    app: typer.Typer
    prefix: str | None = None
    position: int = 1000


def find_command_groups() -> list[CommandGroup]:
    """All groups in the order of the help; raises ExtensionError where two groups have a command of one name."""
    groups = sorted(discover_specs(CommandGroup, COMMAND_GROUPS).values(), key=lambda group: group.position)
    taken: dict[str, str] = {}
    for group in groups:
        for command in _list_commands(group):
            if (other := taken.setdefault(command, group.name)) != group.name:
                raise ExtensionError(
                    codes.package.EXTENSION_NAME_TAKEN,
                    f"the command group '{quote(group.name)}' has the command '{quote(command)}', and so has the "
                    f"group '{quote(other)}'; rename one of the commands",
                )
    return groups


def _list_commands(group: CommandGroup) -> Iterator[str]:
    """The words that follow `praya` for the commands of a group."""
    if group.prefix is not None:
        yield group.prefix
        return
    for command in group.app.registered_commands:
        yield command.name or get_command_name(command.callback.__name__ if command.callback else "")
    for inner in group.app.registered_groups:
        if inner.name:
            yield str(inner.name)
