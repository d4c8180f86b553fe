"""Gives a problem of a contract that was loaded its file and line."""

from __future__ import annotations

from pathlib import Path

from praya.contract import Contract
from praya.contract.base import Problem
from praya.contract.description import describe_problem
from praya.contract.load import lines_of
from praya.errors import FileProblem


def place_problem(folder: Path, contract: Contract, problem: Problem) -> FileProblem:
    """The problem as `file:line: key: what`; the contract's file is below `folder`."""
    path = folder / contract.provider / f"{contract.dataset}.yaml"
    return describe_problem(path, lines_of(path), problem)
