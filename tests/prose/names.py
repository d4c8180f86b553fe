"""Finds the names in the code that use a word which is ruled out. `make lint` runs it; any such name fails."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

INCLUDE = Path(__file__).parents[2] / "include"
LIST = Path(__file__).with_name("names.yaml")
PACKAGES = ("praya", "praya_hk", "praya_airflow")
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


@dataclass(frozen=True)
class Rules:
    """The words that are ruled out."""

    anywhere: frozenset[str]  # as a name and as a part of a name
    alone: frozenset[str]  # as a whole name only: `one` is ruled out, `one_scan` is not

    def word_in(self, name: str) -> str | None:
        """The word that rules `name` out, or None."""
        bare = name.strip("_").lower()
        if bare in self.alone:
            return bare
        parts = {part.lower() for part in WORD.findall(name)}
        return next(iter(sorted(parts & self.anywhere)), None)


@dataclass(frozen=True)
class RuledOut:
    """A name that is ruled out, and where it is declared: file and line."""

    place: str
    name: str
    word: str


def read_rules(file: Path = LIST) -> Rules:
    loaded = yaml.safe_load(file.read_text("utf-8"))
    return Rules(frozenset(loaded["anywhere"]), frozenset(loaded["alone"]))


def find_names(rules: Rules, include: Path = INCLUDE) -> list[RuledOut]:
    """Every declaration in the code below `include` whose name is ruled out, in the order of files and lines."""
    return [
        RuledOut(f"{path.relative_to(include)}:{line}", name, word)
        for root in PACKAGES
        for path in sorted((include / root).rglob("*.py"))
        for line, name in declared_names(path)
        if (word := rules.word_in(name))
    ]


def declared_names(path: Path) -> Iterator[tuple[int, str]]:
    """The names that a module declares, each with its line: the module, classes, functions, parameters, variables,
    attributes."""
    yield 1, path.stem
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.attr
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
            yield node.lineno, node.name


def main() -> int:
    names = find_names(read_rules())
    for each in names:
        print(f"include/{each.place}: the name {each.name} uses a word that is ruled out: {each.word}")
    return 1 if names else 0


if __name__ == "__main__":
    sys.exit(main())
