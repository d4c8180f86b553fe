"""Files as far as they could be read, and the rules that hold between several of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Generic, TypeVar

from praya.contract.base import Model, Problem, apply_rule
from praya.contract.description import Lines, describe_problems
from praya.contract.model import Contract
from praya.contract.rules import file_rules
from praya.errors import ContractError, FileProblem

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Parsed(Generic[M]):
    """One file: the line of each key, its model without what could not be read, and what is wrong in it."""

    path: Path
    lines: Lines
    model: M
    problems: list[Problem]

    def with_problems(self, *problems: Iterable[Problem]) -> Parsed[M]:
        more = [problem for each in problems for problem in each]
        return replace(self, problems=[*self.problems, *more]) if more else self

    def whole(self, *problems: Iterable[Problem]) -> M:
        """The model; raises ContractError with every problem where there is one."""
        if described := self.with_problems(*problems).described:
            raise ContractError(described)
        return self.model

    @property
    def described(self) -> list[FileProblem]:
        """The problems by line, each `file:line: key: what`."""
        return describe_problems(self.path, self.lines, self.problems)


def check_together(
    parsed: Sequence[Parsed[Contract]], folder: Path
) -> tuple[dict[str, Contract], list[FileProblem]]:
    """The contracts that are right, by dataset, and the problems of all files by themselves and with each other."""
    contracts = dict[str, Contract]()
    for entry in parsed:
        if not entry.problems:
            contracts.setdefault(entry.model.dataset, entry.model)

    def has_file(name: str) -> bool:
        return any(folder.glob(f"*/{name}.yaml"))

    taken = dict.fromkeys(contracts, "a dataset's id")
    problems = list[FileProblem]()
    for entry in parsed:
        checked = entry.with_problems(
            apply_rule(file_rules.check_is_there_once, entry.model, contracts),
            apply_rule(file_rules.check_references, entry.model, contracts, has_file),
            apply_rule(file_rules.check_aliases, entry.model, taken),
        )
        problems += checked.described
        if not entry.problems:
            taken |= dict.fromkeys(entry.model.aliases, f"an alias of {entry.model.dataset}")
    return contracts, problems
