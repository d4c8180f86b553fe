"""What a metadata standard is written from: the contract, the fields of the released table, and the facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from praya.contract import Contract, Field
from praya.metadata.release_facts import Facts
from praya.metadata.unit_labels import UnitLabels


@dataclass(frozen=True)
class DescribedRelease:
    """One release. `fields` are those of its files, with labels and mark; `facts` what its manifest says so far;
    `marked` the fields in which some text has the mark of CSV (`praya.contract.spreadsheet`); `units` what units
    are called."""

    contract: Contract
    fields: Sequence[Field]
    facts: Facts
    marked: frozenset[str] = frozenset()
    units: UnitLabels = field(default_factory=dict)
