"""Ready-made lines of text, from DuckDB to a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from praya.contract import Field
from praya.store.duck import identifier, literal


def copy_lines(con: Any, header: str, line: str, source: str, target: Path) -> None:
    """Write `header` and the SQL text `line` of each row of `source` to `target`, in order, each with a LF."""
    # One ready-made column, so that DuckDB's own quoting and line ends stay out of the way.
    con.execute(
        f"copy (select {line} as {identifier(header)} from {source}) to {literal(str(target))} "
        "(format csv, header true, quote '', escape '', delimiter E'\\x01', nullstr '')"
    )


def joined(texts: Sequence[str], between: str) -> str:
    """SQL of texts, none of them null, one after the other. DuckDB nests `||` a level deeper for each of them, and
    takes no more than a thousand."""
    return f"concat_ws({literal(between)}, {', '.join(texts)})"


def text_of(field: Field) -> str:
    """SQL that gives a field's value as text: ISO 8601 in UTC for moments, no `.0` behind whole numbers."""
    name = identifier(field.name)
    if field.type == "datetime":
        # Without a zone, and without a fraction where there is none, it costs a third.
        utc = f"make_timestamp(epoch_us({name}))"
        whole, parts = (f"strftime({utc}, '%Y-%m-%dT%H:%M:%S{fraction}Z')" for fraction in ("", ".%f"))
        return f"case when epoch_us({name}) % 1000000 = 0 then {whole} else {parts} end"
    if field.type == "number" and field.decimals is None:
        whole = f"{name} = trunc({name}) and abs({name}) < 1e15"
        return f"case when {whole} then {name}::bigint::varchar else {name}::varchar end"
    return f"{name}::varchar"
