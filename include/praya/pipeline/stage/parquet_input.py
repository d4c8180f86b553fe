"""Parquet, as marts are: read as text like every other format, so that one set of rules types all."""

from __future__ import annotations

from pathlib import Path

from praya.contract import Contract
from praya.pipeline.stage.reading import Column, Connection, Reading, check_columns, file_literal, identifier
from praya.store.duck import scan


def read(con: Connection, contract: Contract, path: Path, columns: list[Column], work: Path) -> Reading:  # noqa: ARG001
    """Open a Parquet file; columns are matched by name."""
    rows = scan(path)
    names = [name for name, *_ in con.execute(f"describe select * from {rows}").fetchall()]
    where = f"the mart {contract.source.mart}" if contract.source.mart else "the file"
    check_columns(contract, where, names, columns, contract.source.ignore_columns)
    picked = ", ".join(
        f"{identifier(column.source)}::varchar as {identifier(column.name)}" for column in columns
    )
    (count,) = con.execute(
        f"select sum(num_rows) from parquet_file_metadata({file_literal(path)})"
    ).fetchone() or (0,)

    def locate(connection: Connection) -> None:
        connection.execute(f"""
            create or replace temp table place as
            select row_number, row_number as record_number, null::bigint as line_number, raw
            from (select row_number() over () as row_number, to_json(source)::varchar as raw from {rows} as source)
            where row_number in (select row_number from wanted)""")

    return Reading(rows=f"select {picked} from {rows}", rows_in=int(count), locate=locate, scanned=True)
