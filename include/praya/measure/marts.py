"""The SQL files of the marts: which there are, what each reads, and the order in which they need each other."""

from __future__ import annotations

import graphlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from praya.contract import Contract
from praya.errors import MeasureError
from praya.lineage import OF_A_MONTH, SqlFile, SqlRefused, Traced, check_select, follow, sql_files
from praya.names import is_name
from praya.store import OF_THE_CATALOGUE, released_name, table_name
from praya.store.duck import connect

if TYPE_CHECKING:
    import duckdb


class Mart(NamedTuple):
    """One SQL file: a single select over datasets (by table name), other marts (by file name), releases (by
    `released_` and table name): what is published of a dataset, after disclosure control; and of the
    catalogue `catalogue_releases`, the months in which something of a dataset was released, and `catalogue_downloads`,
    how often its data was downloaded.

    A monthly one, from the folder `monthly/`, is run for each month of its `provider` by itself. `inputs` are the
    tables that DuckDB binds it to; where it cannot be bound, those that it names. An `ordered` one runs in one thread:
    its answer may depend on the order in which rows arrive, and that is then always the same.
    """

    name: str
    path: Path
    sql: str
    inputs: list[str]
    provider: str | None = None
    ordered: bool = True

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
    files = {file.name: file for file in _files(folder, known)}
    readable = {*known, *files, *releases, *OF_THE_CATALOGUE}
    try:
        traced = follow(folder, contracts)
    except SqlRefused as error:
        raise MeasureError(str(error)) from error
    with connect() as con:
        names = {name: _named(con, file, readable) for name, file in files.items()}
    marts = {}
    for name, file in files.items():
        found = traced.get(name)
        inputs = found.inputs if isinstance(found, Traced) else names[name]
        if not inputs:
            raise MeasureError(
                f"{file.path}: reads no dataset and no mart; its time and its lineage would be unknown"
            )
        ordered = found.ordered if isinstance(found, Traced) else True
        marts[name] = Mart(name, file.path, file.sql, sorted(inputs), ordered=ordered)
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
        if files[name].monthly:
            marts[name] = marts[name]._replace(provider=_provider(marts[name], known, marts))
    return [marts[name] for name in order]


def _files(folder: Path, datasets: Mapping[str, Contract]) -> list[SqlFile]:
    """The SQL files; their names differ in more than capitals, for SQL takes these for the same."""
    found = list(sql_files(folder))
    taken = {*datasets, *OF_THE_CATALOGUE, *(released_name(one.dataset) for one in datasets.values())}
    for file in found:
        if not is_name(file.name):
            raise MeasureError(f"{file.path}: is no name for a mart; use lower-case letters, digits and `_`")
        if file.name != file.name.lower() or file.name in taken:
            raise MeasureError(
                f"{file.path}: a dataset has this name already, or it has capitals; give this mart another"
            )
        if [each.name for each in found].count(file.name) > 1:
            raise MeasureError(f"{file.path}: there is another mart of this name; give this one another")
    return found


def _named(con: duckdb.DuckDBPyConnection, file: SqlFile, readable: set[str]) -> set[str]:
    """The tables that the SQL names; raises MeasureError where it is no single select, or calls what it may not."""
    try:
        named = check_select(con, file.sql, None, OF_A_MONTH if file.monthly else ())
    except SqlRefused as error:
        raise MeasureError(f"{file.path}: {error}") from error
    by_name = {name.lower(): name for name in readable}
    if unknown := sorted(name for name in named if name.lower() not in by_name):
        raise MeasureError(
            f"{file.path}: reads {', '.join(unknown)}, which is no dataset and no mart; see the spelling"
        )
    return {by_name[name.lower()] for name in named}


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
