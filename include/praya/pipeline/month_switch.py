"""switch in: the accepted tables of a month → the month that marts are made from, all of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from praya.contract import Contract
from praya.errors import MonthIncomplete, codes
from praya.ledger import Ledger
from praya.observe import get_logger
from praya.pipeline.current import pending_reason
from praya.store import Store, content_key

log = get_logger(__name__)

# What of an accepted table the marts and the auditor need.
KEPT = ("key", "table", "rows", "received_at", "synthetic", "verdict", "verdict_key")


def switch_in(
    contracts: Sequence[Contract], store: Store, suites: Path, provider: str, month: str
) -> dict[str, Any]:
    """Make the accepted tables of `month` the ones that count; returns the month's state with `changed`.

    The tables of a month refer to each other. They are collected and validated beside those that count, and
    take their place by one rename, so that marts never see calls of today with cases of yesterday. Raises
    MonthIncomplete when a table is missing, is not accepted by today's rules, or was judged beside another
    state of a table that it refers to; what was switched in before then stays.

    State `month/<provider>/<month>`: key, tables (dataset → key, table, rows, verdict …), received_at, synthetic.
    """
    tables = together(contracts, provider)
    reasons = {one.dataset: pending_reason(one.at(month), store, suites) for one in tables}
    if wrong := [f"{name}: {reason}" for name, reason in sorted(reasons.items()) if reason]:
        raise MonthIncomplete(
            codes.month.TABLES_NOT_ACCEPTED,
            f"{provider}/{month}: is not complete, and what was switched in before stays: {'; '.join(wrong)}",
        )
    state = _state(tables, store, month)
    subject = f"month/{provider}"
    before = store.state(subject, month)
    if before == state:
        return state | {"changed": False}
    Ledger(store).record(
        "month",
        f"{provider}/{month}",
        {
            "key": state["key"],
            "tables": {
                name: {"staged": one["key"], "verdict": one["verdict_key"]}
                for name, one in state["tables"].items()
            },
        },
    )
    store.set_state(subject, month, state)
    log.info("month switched in", provider=provider, month=month, tables=len(tables))
    return state | {"changed": before is None or before["key"] != state["key"]}


def waiting(contracts: Sequence[Contract], store: Store) -> dict[str, str]:
    """The months whose tables have all been accepted and are not the ones that count: provider/month → why."""
    found = {}
    for provider in sorted({one.provider for one in contracts if one.partition}):
        tables = together(contracts, provider)
        for month in sorted(set.intersection(*(_accepted(store, one.dataset) for one in tables))):
            if store.state(f"month/{provider}", month) != _state(tables, store, month):
                found[f"{provider}/{month}"] = "its tables have been accepted, and are not switched in yet"
    return found


def together(contracts: Sequence[Contract], provider: str) -> list[Contract]:
    """The tables that a month of `provider` is made of."""
    return [one for one in contracts if one.partition and one.provider == provider]


def _state(tables: Sequence[Contract], store: Store, month: str) -> dict[str, Any]:
    accepted = {one.dataset: store.read_json(f"state/{one.dataset}/{month}/accepted.json") for one in tables}
    kept = {name: {key: one[key] for key in KEPT} for name, one in accepted.items()}
    return {
        "key": content_key({name: one["key"] for name, one in kept.items()}),
        "tables": kept,
        "received_at": max(one["received_at"] for one in kept.values()),
        "synthetic": any(one["synthetic"] for one in kept.values()),
    }


def _accepted(store: Store, dataset: str) -> set[str]:
    return {path.parent.name for path in store.path(f"state/{dataset}").glob("*/accepted.json")}
