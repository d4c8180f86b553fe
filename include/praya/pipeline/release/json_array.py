"""JSON: an array of records, one a line, in the order of the table; numbers stay numbers, missing values are null."""

from __future__ import annotations

from pathlib import Path

from praya.contract import Field
from praya.pipeline.release.part import Part
from praya.pipeline.release.text_lines import text_of
from praya.store.duck import connect, identifier, literal


def write(part: Part, target: Path, work: Path) -> None:
    """Write the part's rows to `target` as an array."""
    _copy(part, target, work, "array true")


def write_lines(part: Part, target: Path, work: Path) -> None:
    """Write them as JSON lines: a record a line, and nothing around them."""
    _copy(part, target, work, "array false")


def value_of(field: Field) -> str:
    """SQL of a field as JSON should spell it."""
    return text_of(field) if field.type == "datetime" else identifier(field.name)


def _copy(part: Part, target: Path, work: Path, array: str) -> None:
    columns = ", ".join(f"{value_of(field)} as {identifier(field.name)}" for field in part.fields)
    with connect(work) as con:
        con.execute(
            f"copy (select {columns} from {part.source}) to {literal(str(target))} (format json, {array})"
        )
