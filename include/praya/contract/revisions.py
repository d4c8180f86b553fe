"""Revisions: why figures that are out are another now: who changed them, when, and the reason for the readers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import Field as Key
from pydantic import field_validator

from praya.contract.base import Model, RuledModel
from praya.contract.fields import Slug
from praya.contract.load import load_model
from praya.contract.rules import revisions_rules as rules
from praya.contract.text import Text
from praya.contract.values import Value, same
from praya.errors import ContractError, FileProblem
from praya.text.person import is_technical


class RevisedFigure(RuledModel):
    """One figure, where it stands, and what it was and is. One that is no longer given is null `now`."""

    RULES = rules.RULES

    dataset: Slug
    key: dict[str, int | float | str] = Key(min_length=1, description="the row's primary key, field by field")
    field: str = Key(min_length=1)
    was: Value = Key(description="as it is out")
    now: Value = Key(description="as it is to be; null where the row goes")


class Revision(Model):
    """Figures that were revised together, for one reason."""

    by: str = Key(min_length=2, description="who answers for it: the post or office, not a private name")
    decided: dt.date = Key(description="when it was decided")
    reason: Text = Key(description="why, for the readers; shown with the figure from then on")
    figures: list[RevisedFigure] = Key(min_length=1)

    @field_validator("by")
    @classmethod
    def _by_is_somebody(cls, by: str) -> str:
        if is_technical(by):
            raise ValueError("expected who answers for it, and not the account of a machine")
        return by


class Revisions(Model):
    """One file below `include/revisions`."""

    revisions: list[Revision] = Key(default=[])


def load_revisions(folder: Path) -> list[Revision]:
    """All revisions on record, in the order of files and entries; raises ContractError with every problem.

    No folder, no revisions.
    """
    revisions, problems = list[Revision](), list[FileProblem]()
    for path in sorted(folder.glob("*.yaml")):
        try:
            revisions += load_model(path, Revisions).revisions
        except ContractError as error:
            problems += error.problems
    if problems:
        raise ContractError(problems)
    return revisions


def reason_for(
    revisions: Sequence[Revision], dataset: str, key: Mapping[str, Value], field: str, was: Value, now: Value
) -> Revision | None:
    """The last revision that says of this figure that it was `was` and is `now`; numbers are compared as numbers."""
    for revision in reversed(revisions):
        for figure in revision.figures:
            if (figure.dataset, figure.field) != (dataset, field) or figure.key.keys() != key.keys():
                continue
            if (
                same(figure.was, was)
                and same(figure.now, now)
                and all(same(figure.key[name], key[name]) for name in key)
            ):
                return revision
    return None
