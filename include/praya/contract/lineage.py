"""What a dataset is made from, as a disclosure decision records it: enough to see later that it became more."""

from __future__ import annotations

from pydantic import Field as Key

from praya.contract.base import Model

GUARDED = frozenset({"personal records", "aggregated counts"})
"""The classes of datasets whose tables stay in: records, and counts before disclosure control."""


class Lineage(Model):
    """What a mart's SQL was bound to; of what is not guarded the names alone. Empty for what is no mart's."""

    sql: str = Key(default="", description="hash of the SQL of the marts that it goes through")
    inputs: dict[str, str] = Key(default={}, description="dataset whose accepted table is read → its class")
    reads: list[str] = Key(default=[], description="the columns of these that are read, as table.column")
    dimensions: dict[str, str] = Key(default={}, description="released field → hash of how it is made")
    figures: dict[str, str] = Key(default={}, description="released figure → count, ratio, choice")
    filters: list[str] = Key(default=[], description="hashes of the conditions that pick records")

    @property
    def guarded(self) -> dict[str, str]:
        """The inputs whose records or counts stay in."""
        return {name: of for name, of in self.inputs.items() if of in GUARDED}

    def more_than(self, before: Lineage) -> list[str]:
        """In words, what this reads or shows beyond `before`; what cannot be compared counts as more.

        How something is made is compared only where the SQL changed: its hash differs between versions of DuckDB.
        """
        additions, changed = [], self.sql != before.sql
        if inputs := {name: of for name, of in self.guarded.items() if before.inputs.get(name) != of}:
            additions.append(f"it is made from {_listed(inputs)}")
        laxer = {name: of for name, of in before.guarded.items() if self.inputs.get(name, of) not in GUARDED}
        if laxer:
            additions.append(f"it is made from what was of a stricter class: {_listed(laxer)}")
        if new := sorted({*self.reads} - {*before.reads}):
            additions.append(f"it reads {', '.join(new)}")
        if new := sorted(
            name
            for name, made in self.dimensions.items()
            if name not in before.dimensions or (changed and before.dimensions[name] != made)
        ):
            additions.append(f"it is grouped by another {', '.join(new)}")
        if new := sorted(name for name, of in self.figures.items() if before.figures.get(name) != of):
            additions.append(f"it shows {', '.join(new)} anew")
        if changed and {*self.filters} - {*before.filters}:
            additions.append("it picks records by other conditions")
        return additions


def _listed(inputs: dict[str, str]) -> str:
    return ", ".join(f"{name} ({of})" for name, of in sorted(inputs.items()))
