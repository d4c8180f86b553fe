"""Rules of a revised figure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from praya.contract.base import Problem
from praya.contract.values import same

if TYPE_CHECKING:
    from praya.contract.revisions import RevisedFigure


def check_changes(figure: RevisedFigure) -> Iterator[Problem]:
    if same(figure.was, figure.now):
        yield Problem(("now",), "`was` and `now` are the same; there is nothing to give a reason for")


RULES = (check_changes,)
