"""One SQL select as it may stand in a mart or a suite: what it names is checked before DuckDB binds anything."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import Any

import duckdb

from praya.errors import PrayaError, codes
from praya.lineage.functions import BOUND, TABLES, group, list_functions
from praya.store.duck import connect, identifier
from praya.text.outside import describe_error, quote

QUERIES = frozenset({"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"})
FROM = frozenset(
    {"BASE_TABLE", "JOIN", "SUBQUERY", "EMPTY", "EXPRESSION_LIST", "TABLE_FUNCTION", "PIVOT", "COLUMN_DATA"}
)
EXPRESSIONS = frozenset(
    "BETWEEN CASE CAST COLUMN_REF COMPARISON CONJUNCTION CONSTANT DEFAULT FUNCTION LAMBDA LAMBDA_REF OPERATOR "  # noqa: SIM905
    "POSITIONAL_REFERENCE STAR SUBQUERY TYPE WINDOW".split()
)
# A zero byte ends a text in C, and what is not seen is not checked.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# A process asks of the same statements again and again: of a suite when it is judged, accepted and switched in.
KEPT = 1024


class SqlRefused(PrayaError):
    """SQL of a mart or a suite that is not one select, or that names what it may not."""


def check_select(
    sql: str, tables: Collection[str] | None = None, variables: Collection[str] = ()
) -> frozenset[str]:
    """The tables that `sql` names, but for the names that its withs make; of another case too.

    Raises SqlRefused where it is not exactly one select, where it calls a function that is not in functions.txt or
    asks for a variable that is not in `variables`, and where it names what is not in `tables` (None: any name).
    """
    named = _names_in(sql, frozenset(variables))
    if tables is not None:
        known = {name.lower() for name in tables}
        if wrong := sorted(name for name in named if name.lower() not in known):
            raise SqlRefused(
                codes.sql.TABLE_NOT_ALLOWED,
                f"names {_several(wrong)}, which it may not read; it may read {_several(sorted(tables))}",
            )
    return named


@lru_cache(KEPT)
def _names_in(sql: str, variables: frozenset[str]) -> frozenset[str]:
    with connect() as con:
        tree = parse(con, sql)
    for node in _nodes(tree):
        _check(node, variables)
    return frozenset(_tables(tree, frozenset()))


def parse(con: duckdb.DuckDBPyConnection, sql: str) -> dict[str, Any]:
    """The tree of a text that is exactly one select, as DuckDB's own parser reads it."""
    if _CONTROL.search(sql):
        raise SqlRefused(codes.sql.SYNTAX_NOT_ALLOWED, "holds a control character; take it out")
    try:
        (text,) = con.execute("select json_serialize_sql(?::varchar)", [sql]).fetchone() or ("{}",)
        statements = [each.type for each in duckdb.extract_statements(sql)]
    except duckdb.Error as error:
        raise SqlRefused(
            codes.sql.NOT_ONE_SELECT, f"is not one SQL select that DuckDB can read: {describe_error(error)}"
        ) from error
    parsed = json.loads(text)
    if parsed.get("error"):
        raise SqlRefused(
            codes.sql.NOT_ONE_SELECT,
            f"is not one SQL select that DuckDB can read: {parsed.get('error_message')}",
        )
    if len(parsed["statements"]) != 1 or statements != [duckdb.StatementType.SELECT]:
        raise SqlRefused(
            codes.sql.NOT_ONE_SELECT,
            "is not one SQL select that DuckDB can read: there are several statements, or another kind",
        )
    if parsed["statements"][0].get("named_param_map"):
        raise SqlRefused(codes.sql.SYNTAX_NOT_ALLOWED, "has parameters; write the values themselves")
    tree: dict[str, Any] = parsed["statements"][0]["node"]
    return tree


def _check(node: dict[str, Any], variables: Collection[str]) -> None:
    kind, of = node.get("type"), node.get("class")
    if of is not None:
        if of not in EXPRESSIONS:
            raise SqlRefused(
                codes.sql.SYNTAX_NOT_ALLOWED, f"holds an expression of the kind {of}, which is not allowed"
            )
        if of in ("FUNCTION", "WINDOW") and node.get("function_name"):
            _check_function(node, list_functions(BOUND), variables)
    elif "select_list" in node or "cte_map" in node:
        if kind not in QUERIES:
            raise SqlRefused(codes.sql.NOT_ONE_SELECT, f"holds a {kind}; only selects are allowed")
        if node.get("sample"):
            raise SqlRefused(
                codes.sql.SYNTAX_NOT_ALLOWED,
                "takes a sample, which is another one every time; leave the sample out",
            )
    elif "alias" in node and "sample" in node:
        if kind not in FROM:
            raise SqlRefused(
                codes.sql.TABLE_NOT_ALLOWED, f"reads from a {kind}, which is not allowed; name tables"
            )
        if node.get("sample"):
            raise SqlRefused(
                codes.sql.SYNTAX_NOT_ALLOWED,
                "takes a sample, which is another one every time; leave the sample out",
            )
        if kind == "BASE_TABLE" and (
            node.get("schema_name") or node.get("catalog_name") or node.get("at_clause")
        ):
            raise SqlRefused(
                codes.sql.SYNTAX_NOT_ALLOWED,
                f"names '{quote(node['table_name'])}' with a schema; name the table alone",
            )
        if kind == "TABLE_FUNCTION":
            _check_function(node["function"], group(TABLES), ())


def _check_function(node: dict[str, Any], allowed: Collection[str], variables: Collection[str]) -> None:
    name = str(node["function_name"]).lower()
    if node.get("schema") or node.get("catalog") or len((node.get("qname") or {}).get("path") or []) > 1:
        raise SqlRefused(
            codes.sql.SYNTAX_NOT_ALLOWED, f"calls {name} with a schema; call the function by its name alone"
        )
    if name == "getvariable":
        asked = [_constant(each) for each in _arguments(node)]
        if len(asked) != 1 or asked[0] not in variables:
            may = f"may ask for {_several(sorted(variables))}" if variables else "may ask for none"
            raise SqlRefused(codes.sql.SYNTAX_NOT_ALLOWED, f"asks for a variable by getvariable; it {may}")
    elif name not in allowed:
        raise SqlRefused(
            codes.sql.FUNCTION_NOT_ALLOWED,
            f"calls {name}, which is not among the functions that marts and suites may call "
            "(include/praya/lineage/functions.txt says which, and why)",
        )


def _arguments(node: dict[str, Any]) -> list[Any]:
    arguments = node.get("arguments") or node.get("children") or []
    return [each.get("expression", each) for each in arguments]


def _constant(node: dict[str, Any]) -> Any:
    if node.get("class") != "CONSTANT":
        return None
    return (node.get("literal") or {}).get("text") or (node.get("value") or {}).get("value")


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    left = [tree]
    while left:
        each = left.pop()
        if isinstance(each, dict):
            yield each
            left += each.values()
        elif isinstance(each, list):
            left += each


def _tables(node: Any, own: frozenset[str]) -> Iterator[str]:
    """The tables that a parsed select names, but for `own`: the names that its withs make."""
    if isinstance(node, list):
        for item in node:
            yield from _tables(item, own)
    if not isinstance(node, dict):
        return
    for made in (node.get("cte_map") or {}).get("map", []):
        query = made["value"]["query_node"]
        name = made["key"].lower()
        yield from _tables(query, own | {name} if query["type"] == "RECURSIVE_CTE_NODE" else own)
        own |= {name}
    if node.get("type") == "BASE_TABLE" and "class" not in node and node["table_name"].lower() not in own:
        yield node["table_name"]
    for name, value in node.items():
        if name != "cte_map":
            yield from _tables(value, own)


def _several(names: Collection[str]) -> str:
    return ", ".join(identifier(name) for name in names) or "none"
