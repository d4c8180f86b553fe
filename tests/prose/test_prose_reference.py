"""The reference pages leave nothing out: environment variables, keys of the contract, commands, entry point groups."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from typer.main import get_command

from praya.cli.app import app
from praya.extensions import discovery
from prose.pages import DOCS, ROOT

REFERENCE = DOCS / "reference"
READ = re.compile(r"\b(PRAYA_[A-Z][A-Z_]*[A-Z])\b")
# Text in tests on secrets that must not be shown; no code reads it.
NO_VARIABLES = {"PRAYA_KEY"}


def page(name: str) -> str:
    return (REFERENCE / name).read_text("utf-8")


def variables() -> set[str]:
    """The environment variables of Praya that code, Makefile and compose file name."""
    places = [ROOT / "Makefile", ROOT / "docker-compose.yaml"]
    for folder in ("include", "dags", "plugins", "tests", "bench"):
        places += (ROOT / folder).rglob("*.py")
    return {name for path in places for name in READ.findall(path.read_text("utf-8"))} - NO_VARIABLES


def test_every_environment_variable_is_on_its_page() -> None:
    listed = set(READ.findall(page("environment.md")))
    assert variables() - listed == set()
    assert listed - variables() == set()


def keys(schema: dict[str, Any]) -> Iterator[str]:
    """The names of all keys of a JSON Schema and its definitions."""
    for part in (schema, *schema.get("$defs", {}).values()):
        yield from part.get("properties", {})


@pytest.mark.parametrize(
    "key", sorted(set(keys(json.loads((ROOT / "include/contracts/contract.schema.json").read_text()))))
)
def test_every_key_of_a_contract_is_on_its_page(key: str) -> None:
    words = re.findall(r"`([^`]*)`", page("contract.md"))
    assert any(key in re.split(r"[.\s]", word) for word in words)


def commands() -> Iterator[str]:
    """The commands of `praya` with their options, as they are typed."""
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", {"": command})
        yield from (f"praya {name} {each}".strip() for each in inner if not command.hidden)


@pytest.mark.parametrize("command", sorted(commands()))
def test_every_command_is_on_its_page(command: str) -> None:
    assert re.search(rf"`{command}\b", page("commands.md"))


def test_every_option_of_a_command_is_on_its_page() -> None:
    options = {
        option
        for command in get_command(app).commands.values()  # type: ignore[attr-defined]
        for each in getattr(command, "commands", {"": command}).values()
        for parameter in each.params
        for option in parameter.opts
        if option.startswith("--")
    }
    listed = set(re.findall(r"--[a-z][a-z-]*", page("commands.md")))
    assert options - listed == set()


def test_every_group_of_entry_points_is_on_the_page_on_additions() -> None:
    text = (DOCS / "extending.md").read_text("utf-8")
    groups = [value for name, value in vars(discovery).items() if name.isupper() and isinstance(value, str)]
    assert len(groups) >= 10
    assert [group for group in groups if f"`{group}`" not in text] == []
