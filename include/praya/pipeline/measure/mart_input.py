"""One input of a mart: a table, or the tables of several months as one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from praya.store import content_key
from praya.store.states import Accepted, MartState, MonthTable


@dataclass(frozen=True)
class MartInput:
    """`tables` are keys of Parquet files on the store, by month where there are months (`keys`: the key of each), else
    under an empty name; or `select` is the SQL of a table that the ledger holds. `received_at` is UTC."""

    key: str
    received_at: str
    synthetic: bool
    tables: Mapping[str, str] = field(default_factory=dict)
    keys: Mapping[str, str] | None = None
    select: str = ""

    @classmethod
    def of(cls, state: Accepted | MartState | MonthTable | None) -> MartInput | None:
        """The table of a state."""
        if state is None:
            return None
        return cls(state.key, state.received_at, state.synthetic, {"": state.table})

    @classmethod
    def of_months(cls, months: Mapping[str, MartInput]) -> MartInput | None:
        """Several months as one; None where there are none."""
        if not months:
            return None
        keys = {month: month_input.key for month, month_input in months.items()}
        return cls(
            key=content_key(keys),
            received_at=max(month_input.received_at for month_input in months.values()),
            synthetic=any(month_input.synthetic for month_input in months.values()),
            tables={month: month_input.tables[""] for month, month_input in months.items()},
            keys=keys,
        )
