"""The values of a record as JSON has them, and records into a file: numbers stay numbers, missing values are null."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from praya.contract import Field
from praya.pipeline.release.part import Part
from praya.pipeline.release.text_lines import text_of
from praya.store.duck import connect, identifier, literal


def copy_records(part: Part, target: Path, work: Path, form: Literal["array", "lines"]) -> None:
    """Write the part's rows to `target` as records in the order of the table, a line each: as an array, or by
    themselves."""
    columns = ", ".join(f"{value_of(field)} as {identifier(field.name)}" for field in part.fields)
    array = "true" if form == "array" else "false"
    with connect(work) as con:
        con.execute(
            f"copy (select {columns} from {part.source}) to {literal(str(target))} (format json, array {array})"
        )


def value_of(field: Field) -> str:
    """SQL of a field as JSON should spell it."""
    return text_of(field) if field.type == "datetime" else identifier(field.name)
