"""measure: accepted tables → marts. One SQL file a mart, run by DuckDB in the order they need each other."""

from __future__ import annotations

import graphlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from praya.contract import Contract
from praya.errors import MeasureError
from praya.measure.warehouse import build_warehouse
from praya.store import Store, content_key, file_sha256, table_name
from praya.store.duck import PARQUET, connect, identifier, literal, scan

MEASURE_VERSION = 1


class Mart(NamedTuple):
    """One SQL file: a single select over datasets (by table name) and other marts (by file name)."""

    name: str
    path: Path
    sql: str
    inputs: list[str]


def measure(store: Store, folder: Path, contracts: Sequence[Contract]) -> dict[str, dict[str, Any]]:
    """Compute every mart whose inputs are there; returns a state a mart, with `changed`; or with `waiting`,
    the inputs that are not there yet; or with `failed`, the sentence of an SQL that cannot run on them. One
    mart that fails holds up only those that are made from it. Raises MeasureError where the files are wrong.

    State: key, table (store key), sha256, rows, inputs, received_at (the latest input's, UTC), synthetic.
    """
    results: dict[str, dict[str, Any]] = {}
    with store.lock("measure"), store.scratch() as work:
        for mart in load_marts(folder, contracts):
            inputs = {name: _input(store, name, contracts) for name in mart.inputs}
            waiting = sorted(
                name
                for name, state in inputs.items()
                if state is None or "key" not in results.get(name, state)
            )
            if waiting:
                results[mart.name] = {"waiting": waiting}
                continue
            there = {name: state for name, state in inputs.items() if state is not None}
            try:
                results[mart.name] = _compute(store, mart, there, work)
            except MeasureError as error:
                results[mart.name] = {"failed": str(error)}
        build_warehouse(store, contracts, [name for name in results if "key" in results[name]], work)
    return results


def load_marts(folder: Path, contracts: Sequence[Contract]) -> list[Mart]:
    """The marts below `folder` in dependency order; raises MeasureError for unknown tables, none, and circles."""
    known = {table_name(contract.dataset) for contract in contracts if not contract.source.mart}
    files = {path.stem: path for path in sorted(folder.glob("*.sql"))}
    marts = {}
    for name, path in files.items():
        sql = path.read_text("utf-8").strip().rstrip(";")
        if name in known:
            raise MeasureError(f"{path}: a dataset has this name already; give the mart another")
        inputs = _inputs(path, sql)
        if unknown := sorted(inputs - known - set(files)):
            raise MeasureError(
                f"{path}: reads {', '.join(unknown)}, which is no dataset and no mart; see the spelling"
            )
        if not inputs:
            raise MeasureError(
                f"{path}: reads no dataset and no mart; its time and its lineage would be unknown"
            )
        marts[name] = Mart(name, path, sql, sorted(inputs))
    graph = {mart.name: [name for name in mart.inputs if name in files] for mart in marts.values()}
    try:
        return [marts[name] for name in graphlib.TopologicalSorter(graph).static_order()]
    except graphlib.CycleError as error:
        raise MeasureError(
            f"{folder}: these marts need each other in a circle: {' → '.join(error.args[1])}"
        ) from error


def stale(store: Store, folder: Path, contracts: Sequence[Contract]) -> list[str]:
    """The marts that could be computed and are not what their SQL and inputs would give now."""
    found: list[str] = []
    moved: set[str] = set()
    for mart in load_marts(folder, contracts):
        inputs = {name: _input(store, name, contracts) for name in mart.inputs}
        there = {name: state for name, state in inputs.items() if state is not None}
        if len(there) < len(inputs):
            continue
        state = store.state("mart", mart.name)
        if moved & set(mart.inputs) or state is None or state["key"] != _key(mart, there):
            moved.add(mart.name)
            found.append(mart.name)
    return found


def _inputs(path: Path, sql: str) -> set[str]:
    import duckdb

    # DuckDB's own list of names (get_table_names) also looks for columns, and fails at `using (…)`.
    with duckdb.connect() as con:
        (text,) = con.execute("select json_serialize_sql(?::varchar)", [sql]).fetchone() or ("{}",)
    tree = json.loads(text)
    if tree.get("error") or len(tree["statements"]) != 1:
        raise MeasureError(
            f"{path}: is not one SQL select that DuckDB can read: {tree.get('error_message', 'there are several')}"
        )
    return set(_tables(tree["statements"][0]["node"], frozenset()))


def _tables(node: Any, own: frozenset[str]) -> Iterator[str]:
    """The tables that a parsed select reads, but for `own`: the names that its withs make."""
    if isinstance(node, list):
        for item in node:
            yield from _tables(item, own)
    if not isinstance(node, dict):
        return
    for made in node.get("cte_map", {}).get("map", []):
        query = made["value"]["query_node"]
        yield from _tables(query, own | {made["key"]} if query["type"] == "RECURSIVE_CTE_NODE" else own)
        own |= {made["key"]}
    if node.get("type") == "BASE_TABLE" and node["table_name"] not in own:
        yield node["table_name"]
    if str(node.get("function_name")).startswith("read_"):
        yield f"{node['function_name']}(…)"
    for name, value in node.items():
        if name != "cte_map":
            yield from _tables(value, own)


def _input(store: Store, name: str, contracts: Sequence[Contract]) -> dict[str, Any] | None:
    for contract in contracts:
        if table_name(contract.dataset) == name and not contract.source.mart:
            if contract.partition:
                return partitions(store, contract, contracts)
            return store.state(contract.dataset, "accepted")
    return store.state("mart", name)


def partitions(store: Store, contract: Contract, contracts: Sequence[Contract]) -> dict[str, Any] | None:
    """A partitioned dataset's accepted tables, of the months that are complete: accepted in every partitioned
    dataset of its provider. As one state: `tables` (store keys by month), key, received_at, synthetic."""
    together = [one for one in contracts if one.partition and one.provider == contract.provider]
    months = set.intersection(*(_accepted_months(store, one.dataset) for one in together))
    states = {
        month: store.read_json(f"state/{contract.dataset}/{month}/accepted.json") for month in sorted(months)
    }
    if not states:
        return None
    return {
        "key": content_key({month: state["key"] for month, state in states.items()}),
        "tables": {month: state["table"] for month, state in states.items()},
        "received_at": max(state["received_at"] for state in states.values()),
        "synthetic": any(state["synthetic"] for state in states.values()),
    }


def _accepted_months(store: Store, dataset: str) -> set[str]:
    return {path.parent.name for path in store.path(f"state/{dataset}").glob("*/accepted.json")}


def _key(mart: Mart, inputs: dict[str, dict[str, Any]]) -> str:
    keys = {name: state["key"] for name, state in inputs.items()}
    return content_key({"version": MEASURE_VERSION, "sql": mart.sql, "inputs": keys})


def _compute(store: Store, mart: Mart, inputs: dict[str, dict[str, Any]], work: Path) -> dict[str, Any]:
    key = _key(mart, inputs)
    tree = f"marts/{mart.name}/{key}"
    if not store.exists(tree):
        folder = work / mart.name
        folder.mkdir()
        _run(store, mart, inputs, folder / "mart.parquet", work)
        store.adopt_tree(folder, tree)
    before = store.state("mart", mart.name)
    state = {
        "key": key,
        "table": f"{tree}/mart.parquet",
        "sha256": file_sha256(store.path(f"{tree}/mart.parquet")),
        "rows": _rows(store.path(f"{tree}/mart.parquet"), work),
        "inputs": {name: one["key"] for name, one in inputs.items()},
        "received_at": max(one["received_at"] for one in inputs.values()),
        "synthetic": any(one["synthetic"] for one in inputs.values()),
    }
    store.set_state("mart", mart.name, state)
    return state | {"changed": before is None or before["key"] != key}


def _run(store: Store, mart: Mart, inputs: dict[str, dict[str, Any]], target: Path, work: Path) -> None:
    import duckdb

    with connect(work) as con:
        for name, state in inputs.items():
            tables = [store.path(table) for table in state.get("tables", {"": state.get("table")}).values()]
            con.execute(f"create view {identifier(name)} as from {scan(*tables)}")
        try:
            con.execute(
                f"copy (select * from ({mart.sql}\n) order by all) to {literal(str(target))} ({PARQUET})"
            )
        except duckdb.Error as error:
            raise MeasureError(f"{mart.path}: cannot run on the tables as they are: {error}") from error


def _rows(table: Path, work: Path) -> int:
    with connect(work) as con:
        (count,) = con.execute(f"select count(*) from {scan(table)}").fetchone() or (0,)
    return int(count)
