"""JSON: an array of records, one a line, in the order of the table."""

from __future__ import annotations

from pathlib import Path

from praya.protect import ProtectedTable
from praya.release.csv import text_of
from praya.store.duck import connect, identifier, literal, scan


def write(table: ProtectedTable, target: Path, work: Path) -> None:
    """Write the table's rows to `target`; numbers stay numbers, missing values are null."""
    columns = ", ".join(
        f"{text_of(field)} as {identifier(field.name)}"
        if field.type == "datetime"
        else identifier(field.name)
        for field in table.fields
    )
    with connect(work) as con:
        con.execute(
            f"copy (select {columns} from {scan(table.path)}) "
            f"to {literal(str(target))} (format json, array true)"
        )
