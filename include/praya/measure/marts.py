"""The SQL files of the marts: which there are, what each reads, and the order in which they need each other."""

from __future__ import annotations

import graphlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from praya.contract import Contract
from praya.errors import MeasureError
from praya.names import is_name
from praya.outside import quote, quote_all
from praya.store import OF_THE_CATALOGUE, released_name, table_name
from praya.store.duck import connect

MONTHLY = "monthly"


class Mart(NamedTuple):
    """One SQL file: a single select over datasets (by table name), other marts (by file name), releases (by
    `released_` and table name): what is published of a dataset, after disclosure control; and of the
    catalogue `catalogue_releases`, the months in which something of a dataset was released, and `catalogue_downloads`,
    how often its data was downloaded.

    A monthly one, from the folder `monthly/`, is run for each month of its `provider` by itself.
    """

    name: str
    path: Path
    sql: str
    inputs: list[str]
    provider: str | None = None

    @property
    def monthly(self) -> bool:
        return self.provider is not None


def load_marts(folder: Path, contracts: Sequence[Contract]) -> list[Mart]:
    """The marts below `folder` in dependency order; raises MeasureError for unknown tables, none, circles, and
    a monthly mart that reads what has no months, or those of several providers."""
    known = {table_name(contract.dataset): contract for contract in contracts if not contract.source.mart}
    releases = {
        released_name(one.dataset): one
        for one in contracts
        if "parquet" in one.release.formats and one.release.whole
    }
    files: dict[str, Path] = {}
    for path in [*sorted(folder.glob("*.sql")), *sorted(folder.glob(f"{MONTHLY}/*.sql"))]:
        if path.stem in known or path.stem in files or path.stem in OF_THE_CATALOGUE:
            raise MeasureError(
                f"{path}: a dataset has this name already, or another mart; give this mart another"
            )
        if not is_name(path.stem):
            raise MeasureError(f"{path}: is no name for a mart; use lower-case letters, digits and `_`")
        files[path.stem] = path
    marts = {}
    with connect() as con:
        texts = {name: path.read_text("utf-8").strip().rstrip(";") for name, path in files.items()}
        reads = {name: _inputs(con, files[name], sql) for name, sql in texts.items()}
    for name, path in files.items():
        sql, inputs = texts[name], reads[name]
        if unknown := sorted(inputs - set(known) - set(files) - set(releases) - {*OF_THE_CATALOGUE}):
            raise MeasureError(
                f"{path}: reads {quote_all(unknown)}, which is no dataset and no mart; see the spelling"
            )
        if not inputs:
            raise MeasureError(
                f"{path}: reads no dataset and no mart; its time and its lineage would be unknown"
            )
        marts[name] = Mart(name, path, sql, sorted(inputs))
    # What a release is made from comes first too: a mart must not be made from what it is published as.
    made_from = {name: name for name in files} | {name: one.source.mart for name, one in releases.items()}
    graph = {
        mart.name: [made for name in mart.inputs if (made := made_from.get(name)) in files]
        for mart in marts.values()
    }
    try:
        order = list(graphlib.TopologicalSorter(graph).static_order())
    except graphlib.CycleError as error:
        raise MeasureError(
            f"{folder}: these marts need each other in a circle: {' → '.join(error.args[1])}"
        ) from error
    for name in order:
        if marts[name].path.parent.name == MONTHLY:
            marts[name] = marts[name]._replace(provider=_provider(marts[name], known, marts))
    return [marts[name] for name in order]


def _provider(mart: Mart, known: Mapping[str, Contract], marts: Mapping[str, Mart]) -> str:
    """The provider whose months a monthly mart is made from; its inputs are done before it."""
    providers = {
        known[name].provider
        if name in known and known[name].partition
        else marts[name].provider
        if name in marts
        else None
        for name in mart.inputs
    }
    (provider, *others) = sorted(providers, key=str)
    if provider is None or others:
        raise MeasureError(
            f"{mart.path}: a monthly mart reads tables and marts that have months, all of one provider; "
            "move it out of the folder `monthly`, or read others"
        )
    return provider


def _inputs(con: Any, path: Path, sql: str) -> set[str]:
    # DuckDB's own list of names (get_table_names) also looks for columns, and fails at `using (…)`.
    (text,) = con.execute("select json_serialize_sql(?::varchar)", [sql]).fetchone() or ("{}",)
    tree = json.loads(text)
    if tree.get("error") or len(tree["statements"]) != 1:
        why = quote(tree.get("error_message", "there are several"), 200)
        raise MeasureError(f"{path}: is not one SQL select that DuckDB can read: {why}")
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
