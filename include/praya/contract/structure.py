"""What adds up in published tables, as a contract says it: disclosure control must know what an arithmetic gives back.

The keys of a table are its primary key, its counts those of its disclosure section. A cell is one count of one row.
"""

from __future__ import annotations

from typing import Any

from pydantic import Field as Key
from pydantic import model_validator

from praya.contract.base import Model
from praya.contract.fields import ColumnName, Slug


class Dimension(Model):
    """A key whose rows add up: each to its parent, and those without one to `total`."""

    field: ColumnName
    total: str
    parents: dict[str, str] = Key(
        default={}, description="code → the code that it is part of; else the total"
    )
    leave_out: list[str] = Key(default=[], description="codes that are part of nothing here")
    of: list[ColumnName] | None = Key(default=None, description="the counts that add up so; else all")


class Overlap(Model):
    """A key whose codes overlap, as cases of several departments: each is at most `whole`, together at least."""

    field: ColumnName
    whole: str
    leave_out: list[str] = []  # noqa: RUF012
    of: list[ColumnName]
    times: int = Key(default=1, ge=1, description="in how many of the codes each of `whole` is, at least")


class Periods(Model):
    """Years as the sum of their twelve months: `2023` of `2023-01` to `2023-12`."""

    field: ColumnName
    kind_keys: list[ColumnName] = Key(
        default=[], alias="beside", description="keys that only say what kind of period it is"
    )
    of: list[ColumnName] | None = None


class ColumnSum(Model):
    """A count that is the sum of others in its row."""

    total: ColumnName
    parts: list[ColumnName] = Key(min_length=1)


class Inside(Model):
    """A count of some of those whom another counts. The others are `rest`, a count that is in no table."""

    part: ColumnName
    whole: ColumnName
    rest: ColumnName
    guarded: bool = Key(
        default=False, description="whether few others are as confidential as few (a rate's complement)"
    )


class Link(Model):
    """Counts of this table that are counts of another dataset's, whatever the keys are that neither side gives."""

    dataset: Slug
    counts: dict[ColumnName, ColumnName] = Key(min_length=1, description="count here → the same count there")
    at: list[dict[ColumnName, str]] = Key(min_length=1, description="the rows here, by code; several add up")
    there: dict[ColumnName, str] = Key(description="the row there")


class Structure(Model):
    """What adds up in one table, and between it and others. A row that is not there counts nobody."""

    dimensions: list[Dimension] = []  # noqa: RUF012
    overlaps: list[Overlap] = []  # noqa: RUF012
    periods: Periods | None = None
    columns: list[ColumnSum] = []  # noqa: RUF012
    inside: list[Inside] = []  # noqa: RUF012
    links: list[Link] = []  # noqa: RUF012

    @model_validator(mode="before")
    @classmethod
    def _without_present(cls, said: Any) -> Any:
        """What contracts and decisions on record once said of rows that are not there: rows now tell nothing."""
        return (
            {name: value for name, value in said.items() if name != "present"}
            if isinstance(said, dict)
            else said
        )
