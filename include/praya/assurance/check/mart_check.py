"""Checks the SQL of the marts, and whether the datasets made from marts declare what their lineage asks for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from praya.assurance.check.problem_places import place_problem
from praya.contract import Contract
from praya.contract.base import Keys, Problem
from praya.errors import FileProblem, PrayaError, codes
from praya.lineage import Traced, follow, problems_of
from praya.pipeline.measure import read_marts


def check_marts(folder: Path, contracts: Sequence[Contract], metrics: Path) -> tuple[int, list[FileProblem]]:
    """How many marts are in order, and what is wrong with the others and with the contracts that name them."""
    problems = list[FileProblem]()
    try:
        marts, wrong = read_marts(metrics, contracts)
    except PrayaError as error:
        marts, wrong = [], {}
        problems.append(FileProblem(error.code, str(error)))
    problems += dict.fromkeys(wrong.values())
    names = {*wrong, *(mart.name for mart in marts)}
    for contract in contracts:
        if contract.source.mart and contract.source.mart not in names:
            missing = f"there is no {contract.source.mart}.sql in {metrics}"
            problem = Problem(("source", "mart"), missing, codes.measure.MART_UNKNOWN)
            problems.append(place_problem(folder, contract, problem))
    if marts:
        problems += _check_lineage(folder, contracts, metrics)
    return len(marts), problems


def _check_lineage(folder: Path, contracts: Sequence[Contract], metrics: Path) -> Iterator[FileProblem]:
    """Where datasets of marts declare less than what the marts are made from asks for."""
    marts = [contract.source.mart for contract in contracts if contract.source.mart]
    traced = follow(metrics, contracts, marts)
    for contract in contracts:
        lineage = traced.get(contract.source.mart or "")
        if isinstance(lineage, Traced):
            for where, what in problems_of(contract, lineage):
                yield place_problem(folder, contract, _find_key(contract, where, what))
        elif lineage is not None:
            unknown = f"what it is made from cannot be told: {lineage}"
            yield place_problem(folder, contract, Problem(("source", "mart"), unknown, lineage.code))


def _find_key(contract: Contract, where: str, what: str) -> Problem:
    """A problem of a lineage, which is at `source.mart: its name`, `schema.fields.a_field`, or a key of a section."""
    key, _, about = where.partition(": ")
    keys: Keys = tuple(key.split("."))
    if keys[:2] == ("schema", "fields"):
        names = [field.name for field in contract.fields]
        keys = ("schema", "fields", names.index(str(keys[2])))
    return Problem(keys, f"{about} {what}".lstrip(), codes.disclosure.DECLARATION_TOO_WEAK)
