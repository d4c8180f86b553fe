"""Short ways to search: texts in a column, or each in a column of its own."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from praya.disclosure.recognise import Finding, search


def searched(table: pa.Table, **options: object) -> list[Finding]:
    """What is found in all columns of a table."""
    with duckdb.connect() as con:
        con.register("looked_at", table)
        return search(con, "looked_at", table.column_names, **options)  # type: ignore[arg-type]


def column(texts: list[str], kind: str, name: str = "remark") -> Finding | None:
    """The finding of this kind in a column of these texts."""
    found = searched(pa.table({name: pa.array(texts, pa.string())}))
    return next((finding for finding in found if finding.kind == kind), None)


def kinds_of(texts: list[str]) -> dict[str, set[str]]:
    """The kinds found in each text, which is the only cell of its column."""
    found = searched(pa.table({f"c{place}": [text] for place, text in enumerate(texts)}))
    return {
        text: {finding.kind for finding in found if finding.column == f"c{place}"}
        for place, text in enumerate(texts)
    }
