"""Counts the names in the code that use a word which is ruled out, and compares the counts with those allowed.

`make lint` runs it. `PYTHONPATH=include:tests .venv/bin/python -m prose.names --list praya.store` lists the names of a
package. With `--lower` it writes the lower counts into `names.yaml`; it never writes a higher one.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

INCLUDE = Path(__file__).parents[2] / "include"
LIST = Path(__file__).with_name("names.yaml")
PACKAGES = ("praya", "praya_hk", "praya_airflow")
DEPTH = 3  # of the packages that are counted: praya.pipeline.stage is, a package below it counts with it
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


@dataclass(frozen=True)
class Rules:
    """The words that are ruled out, and how many names of each package may still use them."""

    anywhere: frozenset[str]  # as a name and as a part of a name
    alone: frozenset[str]  # as a whole name only: `one` is ruled out, `one_scan` is not
    allowed: Mapping[str, int]

    def word_in(self, name: str) -> str | None:
        """The word that rules `name` out, or None."""
        bare = name.strip("_").lower()
        if bare in self.alone:
            return bare
        parts = {part.lower() for part in WORD.findall(name)}
        return next(iter(sorted(parts & self.anywhere)), None)


@dataclass(frozen=True)
class RuledOut:
    """A name that is ruled out, and where it is declared."""

    package: str
    place: str
    name: str
    word: str


def read_rules(file: Path = LIST) -> Rules:
    loaded = yaml.safe_load(file.read_text("utf-8"))
    return Rules(frozenset(loaded["anywhere"]), frozenset(loaded["alone"]), loaded["allowed"])


def find_names(rules: Rules, include: Path = INCLUDE) -> list[RuledOut]:
    """Every declaration in the code below `include` whose name is ruled out, in the order of files and lines."""
    return [
        RuledOut(package_of(path.relative_to(include)), f"{path.relative_to(include)}:{line}", name, word)
        for root in PACKAGES
        for path in sorted((include / root).rglob("*.py"))
        for line, name in declared_names(path)
        if (word := rules.word_in(name))
    ]


def package_of(module: Path) -> str:
    """The package that a module's names are counted in."""
    return ".".join(module.parts[:-1][:DEPTH])


def declared_names(path: Path) -> Iterator[tuple[int, str]]:
    """The names that a module declares, each with its line: the module, classes, functions, parameters, variables."""
    yield 1, path.stem
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
            yield node.lineno, node.name


def count_by_package(names: list[RuledOut]) -> dict[str, Counter[str]]:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for each in names:
        counts[each.package][each.word] += 1
    return dict(sorted(counts.items()))


def compare(rules: Rules, names: list[RuledOut]) -> tuple[list[str], dict[str, int]]:
    """What is wrong, in sentences, and the lower counts that `names.yaml` should have."""
    counts = count_by_package(names)
    wrong, lower = [], {}
    for package in sorted({*counts, *rules.allowed}):
        number, allowed = sum(counts.get(package, Counter()).values()), rules.allowed.get(package, 0)
        if number > allowed:
            places = ", ".join(f"{each.place} {each.name}" for each in names if each.package == package)
            wrong.append(f"{package}: {number} names use a word that is ruled out, {allowed} may: {places}")
        elif number < allowed:
            lower[package] = number
    return wrong, lower


def write_lower(lower: Mapping[str, int], file: Path = LIST) -> None:
    """Replace the counts of `lower` in `file`, line by line, so that its comments stay."""
    lines = []
    for line in file.read_text("utf-8").splitlines(keepends=True):
        package = line.strip().partition(":")[0]
        if line.startswith("  ") and package in lower:
            line = f"  {package}: {lower[package]}\n" if lower[package] else ""
        lines.append(line)
    file.write_text("".join(lines), "utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lower", action="store_true", help="write the lower counts into names.yaml")
    parser.add_argument("--list", metavar="PACKAGE", help="list the names of this package and those below it")
    options = parser.parse_args()
    rules, names = read_rules(), find_names(read_rules())
    if options.list:
        for each in names:
            if f"{each.package}.".startswith(f"{options.list}."):
                print(f"{each.place}: {each.name} ({each.word})")
        return 0
    for package, words in count_by_package(names).items():
        detail = ", ".join(f"{word} {number}" for word, number in words.most_common())
        print(f"{sum(words.values()):5}  {package}: {detail}")
    print(f"{len(names):5}  names that use a word which is ruled out")
    wrong, lower = compare(rules, names)
    if options.lower:
        write_lower(lower)
    elif lower:
        wrong.append(
            f"fewer than tests/prose/names.yaml allows: {', '.join(lower)}; run the command with --lower"
        )
    for sentence in wrong:
        print(sentence, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
