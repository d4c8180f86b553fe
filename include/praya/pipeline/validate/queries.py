"""Row queries: the SQL that Great Expectations makes of one, and the condition of one that only filters the table."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

import duckdb

from praya.pipeline.validate.kwargs import Columns, Kwargs, Sql, Unsure
from praya.pipeline.validate.table_views import BATCH

# How GX writes `{batch}`: with a name of its own, unless the query joins and so has named it itself.
TABLE = f"(SELECT * \nFROM {BATCH} \nWHERE true)"
NAMED_TABLE = f"{TABLE} AS subselect"

# What a condition may be made of: nothing that looks beyond its own row.
OF_ONE_ROW = frozenset(
    [
        "COLUMN_REF",
        "CONSTANT",
        "COMPARISON",
        "CONJUNCTION",
        "FUNCTION",
        "CAST",
        "TYPE",
        "OPERATOR",
        "BETWEEN",
        "CASE",
    ]
)

_QUOTED = re.compile(r"""'[^']*'|"[^"]*\"""")
_JOIN = re.compile(r"\bjoin\b", re.IGNORECASE)
_NOT_PLAIN = re.compile(r"[`\[\\]|--|/\*")
_PARAMETER = re.compile(r"(?<![:\w\\]):\w")
_PLACE = re.compile(r'("query_location(?:_length)?":)\d+')
_ESCAPED_COLON = re.compile(r"\\(:[\w$]*)(?![:\w$])")


def sql_of(kwargs: Kwargs) -> str:
    """The query as it reaches DuckDB when GX runs it. Raises Unsure where GX would refuse it, or may."""
    query = kwargs.get("unexpected_rows_query")
    if set(kwargs) != {"unexpected_rows_query"} or not isinstance(query, str) or "{batch}" not in query:
        raise Unsure
    query = query.rstrip("; \t\r\n")
    if "--" in query and "order by" in query.lower():
        raise Unsure  # GX puts no line break after a query that has its own order
    try:
        text = query.format(batch=TABLE if _joins(query) else NAMED_TABLE)
        text.encode()  # half a surrogate pair is no text to DuckDB
    except (LookupError, ValueError, AttributeError, TypeError) as error:
        raise Unsure from error
    if _PARAMETER.search(text):
        raise Unsure
    return _ESCAPED_COLON.sub(r"\1", text)


def _joins(query: str) -> bool:
    """Whether GX sees a join: the word, outside of quotes."""
    if not _JOIN.search(query):
        return False
    bare = _QUOTED.sub(" ", query)
    if "\\" in query or _NOT_PLAIN.search(bare):
        raise Unsure
    return bool(_JOIN.search(bare))


def finds_none(connection: duckdb.DuckDBPyConnection, sql: str) -> bool:
    """Whether the query runs to its end and finds no row; all its columns are made, as GX has them made."""
    try:
        return connection.execute(f"select * from (\n{sql}\n) as unexpected limit 1").fetchone() is None
    except duckdb.Error:
        return False


def conditions_of(
    connection: duckdb.DuckDBPyConnection, queries: Sequence[str], columns: Columns
) -> list[Sql | None]:
    """For each query the condition by which it picks rows of the table, or None where it does more than that.

    Read by DuckDB's own parser; the text given back is read again and must come to the same.
    """
    try:
        plain, *trees = _parse(connection, [f"select * from {NAMED_TABLE} where true", *queries])
        chosen = {
            index: tree["where_clause"]
            for index, tree in enumerate(trees)
            if _filters_only(tree, plain, columns) and tree["where_clause"]
        }
        texts = _write(connection, list(chosen.values()))
        again = _parse(connection, [f"select {text}" for text in texts])
    except (duckdb.Error, RecursionError):
        return [None] * len(queries)
    same = {
        index: Sql(f"({text})")
        for index, text, tree in zip(chosen, texts, again, strict=True)
        if tree["select_list"] == [chosen[index]]
    }
    return [same.get(index) for index in range(len(queries))]


def _filters_only(query: dict[str, Any], plain: dict[str, Any], columns: Columns) -> bool:
    own = ("select_list", "where_clause")
    if not query or {**query, **dict.fromkeys(own)} != {**plain, **dict.fromkeys(own)}:
        return False
    for item in query["select_list"]:
        # Another column under a column's name could be what the condition means.
        if item not in plain["select_list"] and not (
            _is_column(item, columns) and item["alias"] not in columns
        ):
            return False
    return all(
        part["class"] in OF_ONE_ROW and (part["class"] != "COLUMN_REF" or _is_column(part, columns))
        for part in _parts(query["where_clause"])
    )


def _is_column(part: dict[str, Any], columns: Columns) -> bool:
    return part["class"] == "COLUMN_REF" and part["column_names"] in [[name] for name in columns]


def _parts(tree: Any) -> Iterator[dict[str, Any]]:
    """Every expression in a tree of DuckDB's."""
    left = [tree]
    while left:
        each = left.pop()
        if isinstance(each, dict):
            if "class" in each:
                yield each
            left += each.values()
        elif isinstance(each, list):
            left += each


def _parse(connection: duckdb.DuckDBPyConnection, queries: Sequence[str]) -> list[dict[str, Any]]:
    """Each query as a tree, whatever the places of its parts in the text; {} where it is not one statement."""
    texts = [_PLACE.sub(r"\g<1>0", text) for text in _each(connection, "json_serialize_sql", queries)]
    statements = [json.loads(text).get("statements", []) for text in texts]
    return [several[0]["node"] if len(several) == 1 else {} for several in statements]


def _write(connection: duckdb.DuckDBPyConnection, conditions: Sequence[Any]) -> list[str]:
    (example,) = _each(connection, "json_serialize_sql", ["select 1"])
    trees = []
    for condition in conditions:
        tree = json.loads(example)
        tree["statements"][0]["node"]["select_list"] = [condition]
        trees.append(json.dumps(tree))
    return [text.removeprefix("SELECT ") for text in _each(connection, "json_deserialize_sql", trees)]


def _each(connection: duckdb.DuckDBPyConnection, function: str, texts: Sequence[str]) -> list[str]:
    """What a function of DuckDB makes of each text."""
    kind = "json" if function == "json_deserialize_sql" else "varchar"
    rows = connection.execute(
        f"select [{function}(text::{kind}) for text in ?::varchar[]]", [list(texts)]
    ).fetchone()
    return list(rows[0]) if rows else []
