"""The proof of which SQL a mart's table was made by: its key is a hash of that SQL and of the keys of its inputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from praya.lineage.mart_files import SqlFile
from praya.store import Store, content_key, layout
from praya.store.states import MartState

MEASURE_VERSION = 2
MADE = "made.json"  # beside a mart's table: the keys of its inputs, those with months by month too


def made_key(sql: str, inputs: Mapping[str, str], month: str | None) -> str:
    """The content key of what a mart's SQL makes of inputs with these keys."""
    return content_key({"version": MEASURE_VERSION, "sql": sql, "inputs": dict(inputs), "month": month})


def not_made_by(
    store: Store, files: Mapping[str, SqlFile], mart: str, key: str, month: str | None = None
) -> str | None:
    """The mart, itself or one behind it, that was not made by the SQL that `files` hold of it; None where all were.

    What is not on record any more counts as made by another.
    """
    file, known = files.get(mart), _inputs(store, mart, key, month)
    if file is None or known is None:
        return mart
    if made_key(file.sql, known["inputs"], month) != key:
        return mart
    for name, of in sorted(known["inputs"].items()):
        if name not in files:
            continue
        months = known["months"].get(name, {None: of})
        if None not in months and content_key(months) != of:
            return name
        for each, its in sorted(months.items(), key=str):
            at = each or month if files[name].monthly else None
            wrong = not_made_by(store, files, name, str(its), at)
            if wrong is not None:
                return wrong
    return None


def _inputs(store: Store, mart: str, key: str, month: str | None) -> dict[str, dict[str, Any]] | None:
    """The keys of what a table was made from: as they lie beside it, else, in older stores, as its state has them."""
    if (made := store.get_json(f"{layout.mart(mart, key)}/{MADE}")) is not None:
        return dict(made)
    state = store.get_record(MartState, layout.mart_state(mart, month))
    if state is None or state.key != key:
        return None
    months = {}
    for name, of in state.inputs.items():
        there = {
            each: store.read_record(MartState, layout.mart_state(name, each)).key
            for each in store.names(layout.mart_states(name))
        }
        if there and not month and content_key(there) == of:
            months[name] = there
    return {"inputs": state.inputs, "months": months}
