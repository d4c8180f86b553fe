"""What a dataset is made from, as a disclosure decision records it: enough to see later that it became more."""

from __future__ import annotations

from pydantic import Field as Key

from praya.contract.fields import Model


class Lineage(Model):
    """The guarded part of what a mart's SQL was bound to; empty where nothing behind a dataset is guarded."""

    sql: str = Key(default="", description="hash of the SQL of the marts that it goes through")
    inputs: dict[str, str] = Key(
        default={}, description="dataset whose records or counts stay in → its class"
    )
    reads: list[str] = Key(default=[], description="the columns of these that are read, as table.column")
    dimensions: dict[str, str] = Key(default={}, description="released field → hash of how it is made")
    figures: dict[str, str] = Key(default={}, description="released figure → count, ratio, choice")
    filters: list[str] = Key(default=[], description="hashes of the conditions that pick records")

    def more_than(self, before: Lineage) -> list[str]:
        """In words, what this reads or shows beyond `before`; what cannot be compared counts as more.

        How something is made is compared only where the SQL changed: its hash differs between versions of DuckDB.
        """
        found, changed = [], self.sql != before.sql
        if new := sorted(name for name, of in self.inputs.items() if before.inputs.get(name) != of):
            found.append(f"it is made from {', '.join(f'{name} ({self.inputs[name]})' for name in new)}")
        if gone := sorted(name for name in before.inputs if name not in self.inputs):
            found.append(f"it is said to be made no longer from {', '.join(gone)}")
        if new := sorted({*self.reads} - {*before.reads}):
            found.append(f"it reads {', '.join(new)}")
        if new := sorted(
            name
            for name, made in self.dimensions.items()
            if name not in before.dimensions or (changed and before.dimensions[name] != made)
        ):
            found.append(f"it is grouped by another {', '.join(new)}")
        if new := sorted(name for name, of in self.figures.items() if before.figures.get(name) != of):
            found.append(f"it shows {', '.join(new)} anew")
        if changed and {*self.filters} - {*before.filters}:
            found.append("it picks records by other conditions")
        return found
