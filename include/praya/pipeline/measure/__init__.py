"""measure: accepted tables → marts. One SQL file a mart, run by DuckDB in the order they need each other.

A monthly mart is run month by month, on the tables of that month alone, so that a month that was collected again
costs a month's work, and memory does not grow with the years. Marts that add months up read these.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from praya.contract import Contract
from praya.contract.zone import HONG_KONG
from praya.errors import FileProblem, MeasureError, codes
from praya.lineage.made import MADE, made_key
from praya.pipeline.measure.mart_inputs import Inputs, State, months, together
from praya.pipeline.measure.marts import Mart, inputs_behind, load_marts, read_marts
from praya.pipeline.measure.warehouse import build_warehouse
from praya.store import Store, file_sha256
from praya.store.duck import PARQUET, identifier, instance, literal, lock, scan
from praya.text.outside import describe_error

__all__ = [
    "Mart",
    "find_stale_marts",
    "find_summing_marts",
    "inputs_behind",
    "load_marts",
    "measure",
    "measure_month",
    "months",
    "read_marts",
    "set_month",
    "stale",
]


def measure(
    store: Store,
    folder: Path,
    contracts: Sequence[Contract],
    without: Collection[str] = (),
    coming: Callable[[str], list[str]] = lambda _: [],
) -> dict[str, State]:
    """Compute every mart whose inputs are there; returns a state a mart, with `changed`; or with `waiting`,
    the inputs that are not there yet; or with `failed`, the FileProblem of a file that is wrong, or of an SQL that
    cannot run on them. One mart that fails holds up only those that are made from it. Marts that add up the months of
    providers in `without` are waiting too: more months are on their way; and so are marts of which an input has
    releases `coming`, which are asked for just before.

    State: key, table (store key), sha256, rows, inputs, received_at (the latest input's, UTC), synthetic; of a
    monthly mart all months as one, with `tables` by month.
    """
    marts, problems = read_marts(folder, contracts)
    inputs = Inputs(store, contracts, marts)
    results: dict[str, State] = {name: {"failed": sentence} for name, sentence in problems.items()}
    left = {name: state for name in problems if (state := store.state("mart", name)) is not None}
    with store.lock("measure"), store.scratch() as work:
        for mart in marts:
            there = inputs.whole(mart)
            later = [f"the months of {one}" for one in sorted(inputs.providers(mart) & {*without})]
            later += [f"the release of {one}" for name in mart.inputs for one in coming(name)]
            if later:
                results[mart.name] = {"waiting": later}
                if (standing := store.state("mart", mart.name)) is not None:
                    left[mart.name] = standing
                continue
            waiting = sorted(
                name
                for name, state in there.items()
                if state is None or "key" not in results.get(name, state)
            )
            if waiting:
                results[mart.name] = {"waiting": waiting}
                continue
            try:
                results[mart.name] = (
                    _by_month(store, mart, inputs, work)
                    if mart.monthly
                    else _compute(store, mart, _known(there), work)
                )
            except MeasureError as error:
                results[mart.name] = {"failed": FileProblem(error.code, str(error))}
        current = {name: one for name, one in results.items() if "key" in one}
        build_warehouse(store, contracts, left | current, work)
    return results


def find_summing_marts(
    store: Store, folder: Path, contracts: Sequence[Contract], providers: Collection[str]
) -> set[str]:
    """The marts that add up months of these providers, by themselves or by way of other marts."""
    if not providers:
        return set()
    marts, _ = read_marts(folder, contracts)
    inputs = Inputs(store, contracts, marts)
    return {mart.name for mart in marts if inputs.providers(mart) & {*providers}}


def measure_month(
    store: Store, folder: Path, contracts: Sequence[Contract], provider: str, month: str
) -> dict[str, State]:
    """Compute the provider's monthly marts of one month; a state a mart, with `changed`. Raises MeasureError
    where an SQL cannot run, or where the month has not been switched in."""
    if month not in months(store, provider):
        raise MeasureError(
            codes.measure.MONTH_NOT_SWITCHED_IN,
            f"{provider}/{month}: has not been switched in; run its tables first",
        )
    marts, _ = read_marts(folder, contracts)
    inputs = Inputs(store, contracts, marts)
    with store.lock("measure"), store.scratch() as work:
        return {
            mart.name: _compute(store, mart, _known(inputs.of_month(mart, month)), work, month)
            for mart in marts
            if mart.provider == provider
        }


def stale(store: Store, folder: Path, contracts: Sequence[Contract]) -> list[str]:
    """The marts that could be computed and are not what their SQL and inputs would give now."""
    return find_stale_marts(store, contracts, read_marts(folder, contracts)[0])


def find_stale_marts(store: Store, contracts: Sequence[Contract], marts: Sequence[Mart]) -> list[str]:
    """The same of marts that have been read."""
    inputs = Inputs(store, contracts, marts)
    found: list[str] = []
    moved: set[str] = set()
    for mart in marts:
        whole = inputs.whole(mart)
        there = _known(whole)
        if len(there) < len(whole):
            continue
        keys = (
            [
                _is_current(store, mart, _known(inputs.of_month(mart, month)), month)
                for month in inputs.months(mart)
            ]
            if mart.monthly
            else [_is_current(store, mart, there)]
        )
        if moved & set(mart.inputs) or not all(keys):
            moved.add(mart.name)
            found.append(mart.name)
    return found


def _by_month(store: Store, mart: Mart, inputs: Inputs, work: Path) -> State:
    states = {
        month: _compute(store, mart, _known(inputs.of_month(mart, month)), work, month)
        for month in inputs.months(mart)
    }
    whole = together(states) or {}
    return whole | {
        "rows": sum(state["rows"] for state in states.values()),
        "changed": any(state["changed"] for state in states.values()),
    }


def _compute(
    store: Store, mart: Mart, inputs: Mapping[str, State], work: Path, month: str | None = None
) -> State:
    key = _key(mart, inputs, month)
    subject, name = _place(mart, month)
    before = store.state(subject, name)
    if before is not None and before["key"] == key and store.exists(before["table"]):
        return before | {"changed": False}
    tree = f"marts/{mart.name}/{key}"
    if not store.exists(tree):
        folder = work / f"{mart.name} {month or ''}".strip()
        folder.mkdir()
        _run(store, mart, inputs, folder / "mart.parquet", work, month)
        (folder / MADE).write_text(json.dumps(_made(inputs), sort_keys=True), "utf-8")
        store.adopt_tree(folder, tree)
    state = {
        "key": key,
        "table": f"{tree}/mart.parquet",
        "sha256": file_sha256(store.path(f"{tree}/mart.parquet")),
        "rows": _rows(store.path(f"{tree}/mart.parquet")),
        "inputs": {name: one["key"] for name, one in inputs.items()},
        "received_at": max(one["received_at"] for one in inputs.values()),
        "synthetic": any(one["synthetic"] for one in inputs.values()),
    }
    store.set_state(subject, name, state)
    return state | {"changed": True}


def _run(
    store: Store, mart: Mart, inputs: Mapping[str, State], target: Path, work: Path, month: str | None
) -> None:
    import duckdb

    # An instance of its own, for it is locked: the SQL reads its inputs and writes nothing but its own table.
    with instance(work) as con:
        for name, state in inputs.items():
            con.execute(f"create view {identifier(name)} as {_select(store, state)}")
        if month:
            set_month(con, month)
        if mart.ordered:
            con.execute("set threads = 1")
        read = [store.path(table) for state in inputs.values() for table in _tables(state)]
        lock(con, *read, target)
        try:
            con.execute(
                f"copy (select * from ({mart.sql}\n) order by all) to {literal(str(target))} ({PARQUET})"
            )
        except duckdb.Error as error:
            of = f" of {month}" if month else ""
            raise MeasureError(
                codes.measure.SQL_FAILED,
                f"{mart.path}: cannot run on the tables{of} as they are: {_said(error)}",
            ) from error


def _said(error: Exception) -> str:
    """What DuckDB says of a mart; a query can put content into an error of its own, which is not said."""
    kind = type(error).__name__
    return kind if kind == "InvalidInputException" else describe_error(error)


def _select(store: Store, state: State) -> str:
    """What an input is read by: its tables, or its own `select`."""
    tables = [store.path(table) for table in _tables(state)]
    return f"from {scan(*tables)}" if tables else str(state["select"])


def _tables(state: State) -> list[str]:
    """The store keys of the Parquet files that an input is read from."""
    return [table for table in state.get("tables", {"": state.get("table")}).values() if table]


def set_month(con: Any, month: str) -> None:
    """What a monthly mart's SQL is told: `month` as 2023-03, and `month_start` up to `month_end`, Hong Kong time."""
    first = dt.datetime.strptime(month, "%Y-%m").replace(tzinfo=HONG_KONG)
    following = (first + dt.timedelta(days=31)).replace(day=1)
    con.execute(f"set variable month = {literal(month)}")
    for name, moment in (("month_start", first), ("month_end", following)):
        con.execute(f"set variable {name} = timestamptz {literal(moment.isoformat())}")


def _place(mart: Mart, month: str | None) -> tuple[str, str]:
    """Where the mart's state is kept: `state/mart/<mart>.json`, or `state/mart/<mart>/<month>.json`."""
    return (f"mart/{mart.name}", month) if month else ("mart", mart.name)


def _is_current(store: Store, mart: Mart, inputs: Mapping[str, State], month: str | None = None) -> bool:
    state = store.state(*_place(mart, month))
    complete = len(inputs) == len(mart.inputs)
    return complete and state is not None and state["key"] == _key(mart, inputs, month)


def _known(states: Mapping[str, State | None]) -> dict[str, State]:
    return {name: state for name, state in states.items() if state is not None}


def _key(mart: Mart, inputs: Mapping[str, State], month: str | None) -> str:
    return made_key(mart.sql, {name: state["key"] for name, state in inputs.items()}, month)


def _made(inputs: Mapping[str, State]) -> dict[str, Any]:
    """What lies beside a mart's table: the keys of its inputs, and of those with months the key of each month."""
    return {
        "inputs": {name: state["key"] for name, state in inputs.items()},
        "months": {name: state["keys"] for name, state in inputs.items() if "keys" in state},
    }


def _rows(table: Path) -> int:
    import pyarrow.parquet as pq

    return int(pq.read_metadata(table).num_rows)
