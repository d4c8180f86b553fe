"""Checks all files of a project at once, for `praya check` and for whoever reads contracts before a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from praya.assurance.check.mart_check import check_marts
from praya.assurance.check.problem_places import place_problem
from praya.contract import Contract, read_contracts, without_labels
from praya.contract.register import load_register
from praya.contract.revisions import load_revisions
from praya.errors import ContractError, FileProblem, codes
from praya.pipeline.validate.suite import from_contract, load_suite, unknown_waivers
from praya.project import Project


@dataclass(frozen=True)
class ProjectCheck:
    """What is wrong in the files of a project, and how many contracts and marts were read."""

    problems: tuple[FileProblem, ...]
    contracts: int
    marts: int


def check_project(project: Project) -> ProjectCheck:
    """Check every contract, suite, mart, metric and revision of a project.

    Where a contract is wrong, the marts are not checked: what is wrong with them may only follow from the contract.
    """
    folder, metrics = project.contracts, project.metrics
    contracts, problems = read_contracts(project)
    problems += without_labels(project, contracts)
    all_load = not problems
    problems += _check_suites(folder, contracts, project.suites)
    problems += _catch_problems(partial(load_register, metrics / "register"))
    problems += _catch_problems(partial(load_revisions, project.revisions))
    marts = 0
    if all_load:
        marts, of_marts = check_marts(folder, contracts, metrics)
        problems += of_marts
    return ProjectCheck(tuple(problems), len(contracts), marts)


def _check_suites(folder: Path, contracts: Sequence[Contract], suites: Path) -> Iterator[FileProblem]:
    """Problems of the suites, and waivers of what no suite expects; a wrong suite has no waivers checked."""
    # A dataset whose contract does not load has a file all the same, and its suite is not without a dataset.
    datasets, wrong = {path.stem for path in folder.glob("*/*.yaml")}, set[str]()
    for path in sorted(suites.glob("*.json")):
        if in_suite := _catch_problems(partial(load_suite, path)):
            wrong.add(path.stem)
        yield from in_suite
        if path.stem not in datasets:
            said = f"{path}: there is no dataset {path.stem!r}; a suite has its dataset's name"
            yield FileProblem(codes.validate.SUITE_WITHOUT_DATASET, said)
    for contract in contracts:
        if contract.waivers and contract.dataset not in wrong:
            expectations = [*from_contract(contract), *load_suite(suites / f"{contract.dataset}.json")]
            for problem in unknown_waivers(contract, expectations):
                yield place_problem(folder, contract, problem)


def _catch_problems(load: Callable[[], object]) -> list[FileProblem]:
    try:
        load()
    except ContractError as error:
        return error.problems
    return []
