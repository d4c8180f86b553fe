"""Disclosure in a contract: its class, what counts people, by which method small counts are hidden, and the reasons."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field as Key
from pydantic import StringConstraints

from praya.contract.base import Model, RuledModel
from praya.contract.disclosure_method import disclosure_methods
from praya.contract.fields import ColumnName
from praya.contract.rules import counts_rules
from praya.contract.spec_values import OneOfNames
from praya.contract.structure import Structure

DisclosureClass = Literal["public facts", "public register", "aggregated counts", "personal records"]
Method = Annotated[str, OneOfNames(disclosure_methods)]


class Rate(Model):
    """A share of two counts, in `field`: withheld where it would tell of fewer than the threshold."""

    field: ColumnName
    numerator: ColumnName
    denominator: ColumnName


class Band(Model):
    """Some of those that a mean is over, and between which values each of them lies."""

    count: ColumnName = Key(description="a count, or the `rest` of one that lies inside another")
    least: float
    greatest: float


class Mean(Model):
    """A mean over `count` cases, in `field`. `sum` is the field with what it is the mean of, added up; it is never
    released, and lets the joint check know what the mean tells of the counts in its `bands`."""

    field: ColumnName
    count: ColumnName
    sum: ColumnName | None = None
    bands: list[Band] = Key(default=[], description="those counted, in groups that leave nobody out")


class Disclosure(RuledModel):
    """Who may see what. There is no default: a dataset that does not say is not loaded."""

    RULES = counts_rules.DISCLOSURE

    class_: DisclosureClass = Key(alias="class")
    reason: str = Key(min_length=10, description="why this class is right, in a sentence")
    counts: list[ColumnName] = Key(default=[], description="the fields that count people or cases")
    rates: list[Rate] = Key(default=[], description="the fields that are shares of two of the counts")
    means: list[Mean] = Key(default=[], description="the fields that are means over one of the counts")
    method: Method = Key(default="10-5 rule", description="how small counts are hidden")
    threshold: int = Key(
        default=10, ge=1, description="counts below this are small; policy.yaml has the floor"
    )
    cell_keys: dict[ColumnName, ColumnName] = Key(
        default={},
        description="count → the field with the sum of its records' keys, for cell-key perturbation",
    )
    record_key: ColumnName | None = Key(
        default=None,
        description="of personal records: the id from whose keyed hash stage makes a `record_key`, which marts sum up",
    )
    follows: dict[ColumnName, ColumnName] = Key(
        default={},
        description="field → the rate or mean that it is made from, as whether a target was met: empty where that is",
    )
    structure: Structure = Key(
        default=Structure(), description="what adds up in this table, and between it and other datasets"
    )
    public_contact: dict[ColumnName, Annotated[str, StringConstraints(min_length=10)]] = Key(
        default={},
        alias="publicContact",
        description="field → why its telephone numbers, addresses and the like are public: hits there do not count",
    )
    allowed_rate: float = Key(
        default=0.0,
        ge=0,
        lt=1,
        description="share of a column's cells that may look like personal data; policy.yaml has the ceiling",
    )

    @property
    def guarded(self) -> list[str]:
        """The fields that disclosure control may withhold."""
        derived = [rate.field for rate in self.rates] + [mean.field for mean in self.means]
        return [*self.counts, *derived]

    @property
    def sums(self) -> list[str]:
        """The fields with what means are made of."""
        return [mean.sum for mean in self.means if mean.sum]

    @property
    def kept_back(self) -> set[str]:
        """The fields that are never released: sums of record keys, which tell who is counted, and those of means."""
        return {*self.cell_keys.values(), *self.sums}
