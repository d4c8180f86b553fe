"""switch in: the accepted tables of a month → the month that marts are made from, all of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from praya.contract import Contract
from praya.errors import MonthIncomplete, codes
from praya.ledger import Ledger
from praya.ledger.bodies import MonthBody
from praya.pipeline.current import pending_reason
from praya.pipeline.step_log import log_step
from praya.store import Store, content_key, layout
from praya.store.states import Accepted, MonthState, MonthTable


class SwitchedIn(NamedTuple):
    """The month that marts are made from, and whether its tables are others than before."""

    state: MonthState
    changed: bool


def switch_in(
    contracts: Sequence[Contract], store: Store, suites: Path, provider: str, month: str
) -> SwitchedIn:
    """Make the accepted tables of `month` the ones that marts are made from.

    The tables of a month refer to each other. They are collected and validated beside those that count, and
    take their place by one rename, so that marts never see calls of today with cases of yesterday. Raises
    MonthIncomplete when a table is missing, is not accepted by today's rules, or was judged beside another
    state of a table that it refers to; what was switched in before then stays.
    """
    tables = together(contracts, provider)
    with log_step("switch_in", partition=month) as end:
        switched = _switch_in(tables, store, suites, provider, month)
        end.fields = {"provider": provider, "tables": len(tables)}
        if not switched.changed:
            end.skipped = "the month is switched in already"
    return switched


def _switch_in(
    tables: Sequence[Contract], store: Store, suites: Path, provider: str, month: str
) -> SwitchedIn:
    reasons = {table.dataset: pending_reason(table.at(month), store, suites) for table in tables}
    if wrong := [f"{name}: {reason}" for name, reason in sorted(reasons.items()) if reason]:
        raise MonthIncomplete(
            codes.month.TABLES_NOT_ACCEPTED,
            f"{provider}/{month}: is not complete, and what was switched in before stays: {'; '.join(wrong)}",
        )
    state = _state(tables, store, month)
    place = layout.month_state(provider, month)
    before = store.get_record(MonthState, place)
    if before == state:
        return SwitchedIn(state, changed=False)
    body: MonthBody = {
        "key": state.key,
        "tables": {
            name: {"staged": table.key, "verdict": table.verdict_key} for name, table in state.tables.items()
        },
    }
    Ledger(store).record("month", f"{provider}/{month}", body)
    store.put_record(place, state)
    return SwitchedIn(state, before is None or before.key != state.key)


def waiting(contracts: Sequence[Contract], store: Store) -> dict[str, str]:
    """The months whose tables have all been accepted and are not the ones that count: provider/month → why."""
    reasons = {}
    for provider in sorted({contract.provider for contract in contracts if contract.partition}):
        tables = together(contracts, provider)
        for month in sorted(set.intersection(*(_accepted(store, table.dataset) for table in tables))):
            if store.get_record(MonthState, layout.month_state(provider, month)) != _state(
                tables, store, month
            ):
                reasons[f"{provider}/{month}"] = "its tables have been accepted, and are not switched in yet"
    return reasons


def together(contracts: Sequence[Contract], provider: str) -> list[Contract]:
    """The tables that a month of `provider` is made of."""
    return [contract for contract in contracts if contract.partition and contract.provider == provider]


def _state(tables: Sequence[Contract], store: Store, month: str) -> MonthState:
    accepted = {table.dataset: store.read_state(Accepted, f"{table.dataset}/{month}") for table in tables}
    return MonthState(
        key=content_key({name: table.key for name, table in accepted.items()}),
        tables={
            name: MonthTable(
                key=table.key,
                table=table.table,
                received_at=table.received_at,
                synthetic=table.synthetic,
                rows=table.rows,
                verdict=table.verdict,
                verdict_key=table.verdict_key,
            )
            for name, table in accepted.items()
        },
        received_at=max(table.received_at for table in accepted.values()),
        synthetic=any(table.synthetic for table in accepted.values()),
    )


def _accepted(store: Store, dataset: str) -> set[str]:
    return set(store.months(Accepted, dataset))
