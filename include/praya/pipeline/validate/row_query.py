"""Row queries: the expectation whose SQL selects the rows that are wrong, and what SQL has to be written like in it."""

from __future__ import annotations

from praya.store.duck import literal

ROWS_QUERY = "unexpected_rows_expectation"


def in_query(text: str) -> str:
    """Text as it has to stand in a GX query: braces doubled for GX, colons escaped for SQLAlchemy."""
    return text.replace("{", "{{").replace("}", "}}").replace(":", "\\:")


def query_where(condition: str) -> str:
    """The query of the rows for which a condition is true."""
    return f"select * from {{batch}} where {in_query(condition)}"


def type_query(column: str, kind: str) -> str:
    """The row query that finds the column if its type is another than `kind`.

    GX knows no type names of DuckDB, and an empty table has no value to ask for its type: the view is asked.
    """
    return (
        "select column_name, column_type from (describe select * from {batch}) "
        f"where column_name = {literal(column)} and column_type <> {literal(kind)}"
    )
