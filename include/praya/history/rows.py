"""What changed in the rows of a dataset between two releases, by primary key: added, removed, changed cell by cell."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from praya.contract.output_spec import OutputSpec, output_specs, spec_of_file
from praya.contract.spreadsheet import MARK, MARKED
from praya.history.stable_addresses import synthetic_name
from praya.store.documents import ChangesSummary, RowChange
from praya.store.duck import connect, identifier, literal, scan

if TYPE_CHECKING:
    import duckdb

NEEDS_QUOTES = '[",\r\n]'
RUNS = f"^[{re.escape(MARKED)}]"
SHOWN = 100  # changes that a page shows
KINDS = ("added", "removed", "changed")
# The hashes of what a folder of changes holds; the changelog, which is signed, has the hash of this one.
HASHES = "hashes.json"


@dataclass(frozen=True)
class ComparedRows:
    """What changed in the rows between two releases: `counts` of rows before and after, added, removed and changed;
    `columns` has the changed cells of each column, `shown` the first lines. Where the key is not unique nothing can be
    compared: `comparable` is false."""

    comparable: bool
    counts: dict[str, int]
    columns: dict[str, int] = field(default_factory=dict)
    shown: list[RowChange] = field(default_factory=list)


def compare_rows(
    dataset: str, before: Path, after: Path, key: Sequence[str], folder: Path, work: Path
) -> ComparedRows:
    """Compare the data of two releases, in the folders `before` and `after`, by `key`; both must have it.

    Writes `folder/changes.csv` and `folder/rows.json`: a line for each cell that changed and for each cell of a row
    that was added or removed, in the order of the key; values as the released CSV spells them. Columns that only one of
    the two has are not compared in rows that both have. Memory stays flat: the join spills to `work`.
    """
    with connect(work) as con:
        old, new = _open(con, dataset, before, "old"), _open(con, dataset, after, "new")
        counts = {"before": _number(con, "old"), "after": _number(con, "new")}
        if not (set(key) <= set(old) and set(key) <= set(new)) or _twice(con, key):
            return ComparedRows(False, counts)
        kinds_of = {**old, **new, **{name: "VARCHAR" for name in key if old[name] != new[name]}}
        changed = work / "changed.parquet"
        con.execute(f"copy ({_changed(key, old, new)}) to {literal(str(changed))} (format parquet)")
        kinds = dict(con.execute(f"select _change, count(*) from {scan(changed)} group by all").fetchall())
        counts |= {kind: kinds.get(kind, 0) for kind in KINDS}
        cells = work / "cells.parquet"
        con.execute(
            f"copy (select * exclude (_place) from ({_cells(changed, key, old, new)}) "
            f"order by {_order(key)}, _change, _place) to {literal(str(cells))} (format parquet)"
        )
        _write(con, cells, key, kinds_of, folder)
        per_column = (
            f"select _column, count(*) from {scan(cells)} where _change = 'changed' group by all order by all"
        )
        columns = dict(con.execute(per_column).fetchall())
        return ComparedRows(True, counts, columns, _shown(con, cells, key, kinds_of))


def rows_into(summary: ChangesSummary, rows: Path, target: Path) -> None:
    """Write `summary` to `target` as JSON with the array in the file `rows` as its last key, without reading that."""
    text = json.dumps(summary, indent=2, ensure_ascii=False, allow_nan=False)
    with target.open("wb") as out:
        out.write(text.removesuffix("\n}").encode() + b',\n  "rows": ')
        if rows.exists():
            with rows.open("rb") as file:
                shutil.copyfileobj(file, out)
        else:
            out.write(b"[]\n")
        out.write(b"}\n")


def comparable(dataset: str, folder: Path) -> bool:
    """Whether a release has its data in a format whose rows can be read back."""
    return _data(dataset, folder) is not None


def _open(con: duckdb.DuckDBPyConnection, dataset: str, folder: Path, name: str) -> dict[str, str]:
    """A view `name` on the data files of a release; gives its columns and their types."""
    con.execute(f"create or replace temp view {name} as from {_data(dataset, folder)}")
    return {column: str(kind) for column, kind, *_ in con.execute(f"describe {name}").fetchall()}


def _data(dataset: str, folder: Path) -> str | None:
    """SQL that reads the data of a release, from the format that keeps most of it; None where there is none."""
    readable = [(spec.reader, spec) for spec in output_specs().values() if spec.reader]
    for reader, spec in sorted(readable, key=lambda pair: pair[0].order):
        name = f"{dataset}.{spec.suffix}"
        whole = [path for path in (folder / name, folder / synthetic_name(name)) if path.exists()]
        if files := whole or _of_years(folder, dataset, spec):
            return reader.sql(files)
    return None


def _of_years(folder: Path, dataset: str, spec: OutputSpec) -> list[Path]:
    """The files of years in one format; `x-2023.sdmx.csv` is no CSV."""
    paths = sorted(folder.glob(f"{dataset}-*.{spec.suffix}"))
    return [path for path in paths if spec_of_file(path.name) == spec]


def _number(con: duckdb.DuckDBPyConnection, name: str) -> int:
    (number,) = con.execute(f"select count(*) from {name}").fetchone() or (0,)
    return int(number)


def _twice(con: duckdb.DuckDBPyConnection, key: Sequence[str]) -> bool:
    columns = ", ".join(map(identifier, key))
    repeats = [
        con.execute(f"select 1 from {name} group by {columns} having count(*) > 1 limit 1").fetchone()
        for name in ("old", "new")
    ]
    return any(repeats)


def _changed(key: Sequence[str], old: dict[str, str], new: dict[str, str]) -> str:
    """SQL of the rows that are not the same: key, `_change`, and the old and new value of every other column."""
    same_key = " and ".join(
        f"{_match('o', name, old, new)} is not distinct from {_match('n', name, new, old)}" for name in key
    )
    keys = ", ".join(
        f"coalesce(n.{identifier(name)}, o.{identifier(name)}) as {identifier(name)}" for name in key
    )
    if any(old[name] != new[name] for name in key):
        keys = ", ".join(
            f"coalesce({_text('n', name, new)}, {_text('o', name, old)}) as {identifier(name)}"
            for name in key
        )
    values = [f"{_text('o', name, old)} as {identifier('_from_' + name)}" for name in old if name not in key]
    values += [f"{_text('n', name, new)} as {identifier('_to_' + name)}" for name in new if name not in key]
    differs = [
        f"{_match('o', name, old, new)} is distinct from {_match('n', name, new, old)}"
        for name in old
        if name in new and name not in key
    ]
    kind = "case when o._there is null then 'added' when n._there is null then 'removed' else 'changed' end"
    return (
        f"select {', '.join([keys, f'{kind} as _change', *values])} "
        "from (select *, true as _there from old) o full join (select *, true as _there from new) n "
        f"on {same_key} where {' or '.join(['o._there is null', 'n._there is null', *differs])}"
    )


def _cells(changed: Path, key: Sequence[str], old: dict[str, str], new: dict[str, str]) -> str:
    """SQL of the changes a cell a row; a table that is all key has a row for each row that came or went."""
    keys = ", ".join(map(identifier, key))
    columns = [name for name in [*new, *(name for name in old if name not in new)] if name not in key]
    parts = []
    for place, name in enumerate(columns):
        before = identifier("_from_" + name) if name in old else "null"
        after = identifier("_to_" + name) if name in new else "null"
        kinds = [f"(_change = 'added' and {name in new})", f"(_change = 'removed' and {name in old})"]
        if name in old and name in new:
            kinds.append(f"(_change = 'changed' and {before} is distinct from {after})")
        parts.append(
            f"select {keys}, _change, {place} as _place, {literal(name)} as _column, {before}::varchar as _from, "
            f"{after}::varchar as _to from {scan(changed)} where {' or '.join(kinds)}"
        )
    if not parts:
        nothing = "0 as _place, null::varchar as _column, null::varchar as _from, null::varchar as _to"
        return f"select {keys}, _change, {nothing} from {scan(changed)}"
    return " union all ".join(parts)


def _write(
    con: duckdb.DuckDBPyConnection, cells: Path, key: Sequence[str], kinds: dict[str, str], folder: Path
) -> None:
    """The same lines as CSV (UTF-8 with BOM, CRLF) and as a JSON array."""
    texts = [
        "_change",
        *(_of(kinds[name], identifier(name)) for name in key),
        "_column",
        "_from",
        "_to",
    ]
    # DuckDB nests `||` a level deeper for each text, and a key may have many.
    line = "concat_ws(',', " + ", ".join(f"coalesce({_quoted(text)}, '')" for text in texts) + ")"
    header = "\ufeff" + ",".join(["_change", *key, "_column", "_from", "_to"]) + "\r"
    con.execute(
        f"copy (select {line} || chr(13) as {identifier(header)} from {scan(cells)}) to "
        f"{literal(str(folder / 'changes.csv'))} "
        "(format csv, header true, quote '', escape '', delimiter E'\\x01', nullstr '')"
    )
    con.execute(
        f"copy ({_records(cells, key, kinds)}) to {literal(str(folder / 'rows.json'))} (format json, array true)"
    )


def _records(cells: Path, key: Sequence[str], kinds: dict[str, str]) -> str:
    keys = ", ".join(f"{identifier(name)} := {_of(kinds[name], identifier(name))}" for name in key)
    return (
        f'select _change as "change", struct_pack({keys}) as "key", _column as "column", _from as "from", _to as "to" '
        f"from {scan(cells)}"
    )


def _shown(
    con: duckdb.DuckDBPyConnection, cells: Path, key: Sequence[str], kinds: dict[str, str]
) -> list[RowChange]:
    rows: list[RowChange] = (
        con.sql(f"{_records(cells, key, kinds)} limit {SHOWN}").to_arrow_table().to_pylist()
    )
    return rows


def _order(key: Sequence[str]) -> str:
    return ", ".join(f"{identifier(name)} nulls last" for name in key)


def _match(side: str, name: str, own: dict[str, str], other: dict[str, str]) -> str:
    """A value for comparing: as it is where both types are the same, else as text."""
    if own[name] == other[name]:
        return f"{side}.{identifier(name)}"
    return _text(side, name, own)


def _text(side: str, name: str, kinds: dict[str, str]) -> str:
    return _of(kinds[name], f"{side}.{identifier(name)}")


def _of(kind: str, value: str) -> str:
    """SQL that gives a value as the released CSV spells it."""
    if kind == "TIMESTAMP WITH TIME ZONE":
        return f"replace(strftime({value}, '%Y-%m-%dT%H:%M:%S.%fZ'), '.000000Z', 'Z')"
    if kind == "DOUBLE":
        whole = f"{value} = trunc({value}) and abs({value}) < 1e15"
        return f"case when {whole} then {value}::bigint::varchar else {value}::varchar end"
    return f"{value}::varchar"


def _quoted(text: str) -> str:
    """SQL of a text between commas; what a spreadsheet would run is marked as in a release, a number is not."""
    runs = f"regexp_matches({text}, {literal(RUNS)}) and try_cast({text} as double) is null"
    marked = f"case when {runs} then {literal(MARK)} || {text} else {text} end"
    quoted = f"'\"' || replace({marked}, '\"', '\"\"') || '\"'"
    needs = f"regexp_matches({text}, {literal(NEEDS_QUOTES)})"
    return f"case when {needs} then {quoted} else {marked} end"
