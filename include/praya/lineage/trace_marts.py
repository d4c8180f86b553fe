"""What marts are made from, through other marts down to the tables of the contracts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from praya.contract import Contract
from praya.errors import codes
from praya.lineage.functions import OF_A_MONTH
from praya.lineage.kinds import NUMBERS, Flow
from praya.lineage.mart_files import SqlFile, sql_files
from praya.lineage.plan import Bound, bind, follow_plan, is_ordered, tables_of
from praya.lineage.relation import PUBLIC, Table
from praya.lineage.sql_statement import SqlRefused, check_select
from praya.lineage.tables import Source, sources_of
from praya.store.duck import connect, identifier

# For binding alone, so that a column that says which month it is can be told from one that somebody wrote.
MONTH = "0001-01"
SOME_MONTH = (
    f"set variable month = '{MONTH}'",
    f"set variable month_start = timestamptz '{MONTH}-01 00:00:00+08'",
    "set variable month_end = timestamptz '0001-02-01 00:00:00+08'",
)


@dataclass(frozen=True)
class Traced:
    """A mart, and everything that it is made from: `inputs` it reads itself, `sources` are the tables that no mart
    makes and `marts` those in between, through all of them. `shown` is what its columns are as they are, and `table`
    what they are to a mart that reads it; `reads` and `filters` are of guarded tables alone."""

    name: str
    inputs: frozenset[str]
    sources: Mapping[str, Source]
    marts: frozenset[str]
    table: Table
    types: Mapping[str, str]
    shown: Mapping[str, Flow]
    reads: frozenset[str] = frozenset()
    filters: frozenset[str] = frozenset()
    ordered: bool = False

    @property
    def guarded(self) -> bool:
        """Whether personal records or counts that are not released are behind it."""
        return any(source.guarded for source in self.sources.values())


def follow(
    folder: Path, contracts: Sequence[Contract], wanted: Iterable[str] | None = None
) -> dict[str, Traced | SqlRefused]:
    """The `wanted` marts of the folder (None: all) and those behind them, traced; or why one cannot be.

    A process keeps what it has traced last, while neither the SQL files nor the tables of the contracts change.
    """
    global _last
    files = {file.name: file for file in sql_files(folder)}
    sources, asked = sources_of(contracts), [*(files if wanted is None else wanted)]
    kept = _last.results if _last.is_of(files, sources) else {}
    if not kept.keys() >= {*asked}:
        kept = _trace(files, sources, asked)
        _last = _Last(files, sources, kept)
    return dict(kept)


class _Last(NamedTuple):
    """What was traced last, and from what."""

    files: Mapping[str, SqlFile]
    sources: Mapping[str, Source]
    results: Mapping[str, Traced | SqlRefused]

    def is_of(self, files: Mapping[str, SqlFile], sources: Mapping[str, Source]) -> bool:
        """Whether these are the same files and sources; equal mappings may differ in the order of columns."""
        return (self.files, self.sources) == (files, sources) and all(
            [*self.sources[name].types] == [*source.types] for name, source in sources.items()
        )


_last = _Last({}, {}, {})


def _trace(
    files: Mapping[str, SqlFile], sources: Mapping[str, Source], wanted: Iterable[str]
) -> Mapping[str, Traced | SqlRefused]:
    with connect() as con:
        for statement in SOME_MONTH:
            con.execute(statement)
        way = _Way(con, files, sources)
        for name in wanted:
            way.trace(name)
    return way.results


class _Way:
    """Marts on the way of being traced, each after those that it reads."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, files: Mapping[str, SqlFile], sources: Mapping[str, Source]
    ) -> None:
        self._con, self._files, self._sources = con, files, sources
        self._names = {name.lower(): name for name in [*sources, *files]}
        self._there: set[str] = set()
        self._open: set[str] = set()
        self.results: dict[str, Traced | SqlRefused] = {}

    def trace(self, name: str) -> None:
        if name in self.results:
            return
        try:
            if name in self._open:
                raise SqlRefused(codes.measure.MARTS_IN_CIRCLE, f"mart {name}: is made from itself")
            self._open.add(name)
            self.results[name] = self._traced(name)
        except SqlRefused as error:
            text = str(error)
            self.results[name] = (
                error if text.startswith("mart ") else SqlRefused(error.code, f"mart {name}: {text}")
            )

    def _traced(self, name: str) -> Traced:
        if name not in self._files:
            raise SqlRefused(codes.measure.MART_UNKNOWN, "there is no such SQL file")
        file = self._files[name]
        named = check_select(file.sql, {*self._sources, *self._files}, OF_A_MONTH if file.monthly else ())
        known = {self._names[each.lower()] for each in named}
        for each in sorted(known):
            self._make(each)
        plan, columns = bind(self._con, file.sql)
        inputs = tables_of(plan)
        below = [
            item for each in sorted(inputs & {*self._files}) if isinstance(item := self.results[each], Traced)
        ]
        sources = {each: self._sources[each] for each in sorted(inputs) if each in self._sources}
        for item in below:
            sources |= item.sources
        marts = (inputs & {*self._files}).union(*(item.marts for item in below))
        table = _open_table(name, columns)
        traced = Traced(name, inputs, sources, marts, table, columns, table.columns, ordered=is_ordered(plan))
        if not traced.guarded:
            return traced
        bound = follow_plan(plan, [*columns], {each: self._table(each) for each in known})
        return _of_bound(traced, _of_all_months(bound) if file.monthly else bound, below)

    def _make(self, name: str) -> None:
        """The table `name`, empty, in the database that is bound against."""
        if name not in self._sources:
            self.trace(name)
            if isinstance(error := self.results.get(name), SqlRefused):
                raise error
            if name not in self.results:
                raise SqlRefused(codes.measure.MARTS_IN_CIRCLE, f"mart {name}: is made from itself")
        if name in self._there:
            return
        source = self._sources.get(name) or self.results[name]
        assert not isinstance(source, SqlRefused)  # noqa: S101
        columns = ", ".join(f"{identifier(column)} {kind}" for column, kind in source.types.items())
        self._con.execute(f"create table {identifier(name)} ({columns})")
        self._there.add(name)

    def _table(self, name: str) -> Table:
        if name in self._sources:
            return self._sources[name].table
        traced = self.results[name]
        assert isinstance(traced, Traced)  # noqa: S101
        return traced.table


def _open_table(name: str, columns: Mapping[str, Any]) -> Table:
    flows = {
        column: Flow("public", frozenset({f"{name}.{column}"}), made=f"{name}.{column}") for column in columns
    }
    return Table(flows, PUBLIC)


def _of_all_months(bound: Bound) -> Bound:
    """A monthly mart as others read it: its months one below the other, told apart by the column that says which."""
    said = frozenset({MONTH})
    months = {name for name, flow in bound.columns.items() if flow.kind == "constant" and flow.values == said}
    period = {name: Flow("period", made="month") for name in months}
    keys = bound.keys | {min(months)} if bound.keys is not None and months else None
    return replace(bound, columns={**bound.columns, **period}, keys=keys)


def _of_bound(traced: Traced, bound: Bound, below: Sequence[Traced]) -> Traced:
    # What its rows hold several times, as a total beside its parts, is no figure that others may add up.
    columns = {
        name: flow._replace(
            kind="changed" if flow.multipliers and flow.kind in NUMBERS else flow.kind,
            separates=frozenset(),
            multipliers=frozenset(),
        )
        for name, flow in bound.columns.items()
    }
    behind = {each for item in below for each in item.reads}
    own = {read for read in bound.reads if read.partition(".")[0] in traced.sources}
    guarded = {read for read in own if traced.sources[read.partition(".")[0]].guarded}
    return Traced(
        traced.name,
        traced.inputs,
        traced.sources,
        traced.marts,
        Table(columns, bound.rows, bound.keys, bound.tests),
        traced.types,
        bound.columns,
        frozenset(guarded | behind),
        bound.filters.union(*(item.filters for item in below)),
        traced.ordered,
    )
