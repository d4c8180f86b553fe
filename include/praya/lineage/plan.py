"""The plan that DuckDB has bound a select to, read for what each of its columns is made from.

Columns are referred to by their place, so that no name has to be looked up. What is not known here is refused: a plan
that cannot be followed is no proof of anything.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from praya.errors import codes
from praya.lineage import joins, operators  # noqa: F401  (they register what reads which operator)
from praya.lineage.expressions import Node, depends_on_order, dicts_in, name_of, not_listed
from praya.lineage.functions import list_functions
from praya.lineage.kinds import Flow
from praya.lineage.plan_readers import read
from praya.lineage.relation import Table, Walk
from praya.lineage.sql_statement import SqlRefused
from praya.text.outside import describe_error


@dataclass(frozen=True)
class Bound:
    """A select as it was bound: its columns by name, what a row stands for, by what rows were left out, the tables and
    columns that it reads, a hash of each filter, and its key where it is known."""

    columns: Mapping[str, Flow]
    rows: str
    tests: frozenset[str]
    inputs: frozenset[str]
    reads: frozenset[str]
    filters: frozenset[str]
    keys: frozenset[str] | None = None


def follow_plan(plan: Node, names: Sequence[str], tables: Mapping[str, Table]) -> Bound:
    """Follow the plan of a select with these columns over `tables`; raises SqlRefused where that cannot be done."""
    walk = Walk(tables)
    try:
        relation = read(plan, walk)
    except (KeyError, IndexError, TypeError) as error:
        raise SqlRefused(
            codes.sql.NOT_FOLLOWED, f"is bound to a plan that cannot be followed ({describe_error(error)})"
        ) from error
    if len(names) != len(relation.columns):
        raise SqlRefused(
            codes.sql.NOT_FOLLOWED,
            "is bound to a plan that cannot be followed (its columns are not those of the answer)",
        )
    return Bound(
        dict(zip(names, relation.columns, strict=True)),
        relation.rows,
        relation.tests,
        frozenset(walk.inputs),
        frozenset(walk.reads),
        frozenset(walk.filters),
        None if relation.keys is None else frozenset(names[place] for place in relation.keys),
    )


def bind(con: duckdb.DuckDBPyConnection, sql: str) -> tuple[Node, dict[str, str]]:
    """The plan of `sql` on the (empty) tables of `con`, and its columns with their types; nothing is run. Raises
    SqlRefused where it does not bind."""
    return _plan(con, sql), _described(con, sql)


def tables_of(plan: Node) -> frozenset[str]:
    """The tables that a select is bound to; every function that it is bound to is held against the list of those that
    it may call. For what need not be followed column by column."""
    tables = set[str]()
    for node in dicts_in(plan):
        if "qname" not in node:
            continue
        name = name_of(node)
        if node.get("type") == "LOGICAL_GET" and name == "seq_scan":
            tables.add(node["function_data"]["table"])
        elif name not in list_functions():
            raise SqlRefused(codes.sql.FUNCTION_NOT_ALLOWED, not_listed(name))
        if node.get("type") == "LOGICAL_SAMPLE":
            raise SqlRefused(
                codes.sql.SYNTAX_NOT_ALLOWED,
                "takes a sample, which is another one every time; leave the sample out",
            )
    return frozenset(tables)


def is_ordered(plan: Node) -> bool:
    """Whether the answer may depend on the order in which rows arrive."""
    for node in dicts_in(plan):
        kind = node.get("type")
        if kind in ("LOGICAL_LIMIT", "LOGICAL_WINDOW", "LOGICAL_POSITIONAL_JOIN", "LOGICAL_ASOF_JOIN"):
            return True
        if kind == "LOGICAL_DISTINCT" and node.get("distinct_type") == "DISTINCT_ON":
            return True
        if node.get("expression_class") == "BOUND_AGGREGATE" and depends_on_order(node):
            return True
    return False


def _plan(con: duckdb.DuckDBPyConnection, sql: str) -> Node:
    (text,) = con.execute("select json_serialize_plan(?::varchar, optimize := false)", [sql]).fetchone() or (
        "{}",
    )
    plans = json.loads(text)
    if plans.get("error") or len(plans.get("plans", [])) != 1:
        why = str(plans.get("error_message", "it is not one select")).splitlines()[0]
        raise SqlRefused(codes.sql.NOT_BOUND, f"cannot be bound: {why}")
    plan: Node = plans["plans"][0]
    return plan


def _described(con: duckdb.DuckDBPyConnection, sql: str) -> dict[str, str]:
    """The columns and their types; nothing is run."""
    try:
        rows = con.execute(f"describe select * from (\n{sql}\n)").fetchall()
    except duckdb.Error as error:
        raise SqlRefused(codes.sql.NOT_BOUND, f"cannot be bound: {describe_error(error)}") from error
    return {name: kind for name, kind, *_ in rows}
