"""The operators of a plan but for joins: what each makes of the columns, rows and keys below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from praya.errors import codes
from praya.lineage.aggregates import aggregated
from praya.lineage.expressions import (
    Node,
    expressions_in,
    flow_of,
    name_of,
)
from praya.lineage.functions import TABLES, group
from praya.lineage.kinds import EMPTY_OR_ZERO, NOTHING, NUMBERS, Flow, chosen, combined, together
from praya.lineage.plan_readers import read, read_child, reads
from praya.lineage.relation import (
    EMPTY,
    GROUPS,
    PUBLIC,
    RECORDS,
    Relation,
    Walk,
    conditions,
    grouped,
    moved,
    multipliers_of,
    picked,
    repeated,
    rows_of,
    tests_of,
)
from praya.lineage.sql_statement import SqlRefused
from praya.store.content import content_key


@reads("GET")
def _get(node: Node, walk: Walk) -> Relation:
    name = name_of(node)
    if name != "seq_scan":
        return _table_function(node, name, walk)
    table = node["function_data"]["table"]
    known = walk.tables[table]
    walk.inputs.add(table)
    places = [each["index"] for each in node["column_indexes"]]
    wanted = node.get("projection_ids") or range(len(places))
    names = [node["names"][places[i]] if places[i] < len(node["names"]) else None for i in wanted]
    walk.reads |= {f"{table}.{column}" for column in names if column is not None}
    # A place beyond the columns is the number of the row.
    columns = [known.columns[column] if column is not None else _row_number(known.rows) for column in names]
    keys = None
    if known.keys is not None and known.keys <= {*names}:
        keys = frozenset(names.index(key) for key in known.keys)
    return Relation(columns, known.rows, known.tests, keys=keys)


def _row_number(rows: str) -> Flow:
    return Flow("identifier" if rows == RECORDS else "changed" if rows == GROUPS else "public")


def _table_function(node: Node, name: str, walk: Walk) -> Relation:
    below = [read(child, walk) for child in node.get("children", [])]
    if name not in group(TABLES):
        raise SqlRefused(
            codes.sql.TABLE_NOT_ALLOWED,
            f"reads from {name}, which is not among the table functions that may be called",
        )
    parts = [column for each in below for column in each.columns]
    if not below:
        numbers = frozenset({0}) if name != "unnest" and len(node["names"]) == 1 else None
        return Relation([Flow("public")] * len(node["names"]), PUBLIC, keys=numbers)
    new = walk.multiplier()
    made = combined(parts)
    own = [made._replace(separates=frozenset({new}), multipliers=made.multipliers | {new})] * len(
        node["names"]
    )
    projected = repeated([below[0].columns[i] for i in node.get("projected_input", [])], {new})
    return Relation([*own, *projected], rows_of(*below), tests_of(*below), multipliers_of(*below) | {new})


@reads("DUMMY_SCAN", "EMPTY_RESULT")
def _dummy(node: Node, _walk: Walk) -> Relation:
    return Relation([NOTHING] * max(1, len(node.get("bindings", []))), PUBLIC, keys=frozenset())


@reads("EXPRESSION_GET")
def _values(node: Node, walk: Walk) -> Relation:
    (below,) = [read(child, walk) for child in node["children"]] or [_dummy(node, walk)]
    rows = [[flow_of(each, below.columns) for each in row] for row in node["expressions"]]
    columns = list(zip(*rows, strict=True))
    differ = (
        place
        for place, column in enumerate(columns)
        if len({frozenset(flow.values) for flow in column}) == len(rows)
    )
    keys = next((frozenset({place}) for place in differ), None)
    return Relation([chosen(list(column), frozenset()) for column in columns], PUBLIC, keys=keys)


@reads("PROJECTION")
def _projection(node: Node, walk: Walk) -> Relation:
    below = read_child(node, walk)
    columns = [flow_of(each, below.columns) for each in node["expressions"]]
    places = [
        each.get("index") if each["expression_class"] == "BOUND_REF" else None for each in node["expressions"]
    ]
    return replace(below, columns=columns, keys=moved(below.keys, places))


@reads("FILTER")
def _filter(node: Node, walk: Walk) -> Relation:
    below = read_child(node, walk)
    tests = conditions(node["expressions"], below, walk)
    return replace(
        below,
        columns=picked(below.columns, node.get("projection_map")),
        tests=below.tests | tests,
        keys=moved(below.keys, node.get("projection_map")),
    )


@reads("ORDER_BY")
def _order(node: Node, walk: Walk) -> Relation:
    below = read_child(node, walk)
    for each in node["orders"]:
        flow_of(each["expression"], below.columns)
    return replace(
        below,
        columns=picked(below.columns, node.get("projection_map")),
        keys=moved(below.keys, node.get("projection_map")),
    )


@reads("LIMIT", "TOP_N")
def _limit(node: Node, walk: Walk) -> Relation:
    below = read_child(node, walk)
    if below.rows == PUBLIC:
        return below
    return replace(below, tests=below.tests | {"limit"})


@reads("DISTINCT")
def _distinct(node: Node, walk: Walk) -> Relation:
    below = read_child(node, walk)
    if node.get("distinct_type") == "DISTINCT_ON":
        return below
    every = frozenset(range(len(below.columns)))
    columns = [flow._replace(separates=frozenset(), multipliers=frozenset()) for flow in below.columns]
    return replace(below, columns=columns, rows=grouped(below, columns), multipliers=frozenset(), keys=every)


@reads("AGGREGATE_AND_GROUP_BY")
def _aggregate(node: Node, walk: Walk) -> Relation:
    below = read_child(node, walk)
    groups = [flow_of(each, below.columns) for each in node.get("groups", [])]
    sets = node.get("grouping_sets") or []
    # Of a set that a key is not in, the key is empty.
    groups = [
        group if len(sets) < 2 or all(place in each for each in sets) else chosen([group, EMPTY], frozenset())
        for place, group in enumerate(groups)
    ]
    apart = frozenset().union(*(group.separates for group in groups))
    made = [aggregated(each, below, apart, walk) for each in node.get("expressions", [])]
    groups = [group._replace(separates=frozenset(), multipliers=frozenset()) for group in groups]
    rows = grouped(below, groups)
    if rows == RECORDS:
        # By an identifier it is a property of one record, not a figure of many.
        made = [flow._replace(kind="amount") if flow.kind in (*NUMBERS, "tally") else flow for flow in made]
    marks = [Flow("choice", values=frozenset({"0", "1"}))] * len(node.get("grouping_functions", []))
    keys = frozenset(range(len(groups))) if len(sets) < 2 else None
    return Relation([*groups, *made, *marks], rows, below.tests, keys=keys)


@reads("WINDOW")
def _window(node: Node, walk: Walk) -> Relation:
    below = read_child(node, walk)
    made = []
    for each in node["expressions"]:
        inside = [flow_of(part, below.columns) for part in expressions_in(each)]
        if below.rows == PUBLIC:
            made.append(together("public", inside))
        else:
            made.append(together("identifier" if below.rows == RECORDS else "changed", inside))
    return replace(below, columns=[*below.columns, *made])


@reads("UNNEST")
def _unnest(node: Node, walk: Walk) -> Relation:
    below = read_child(node, walk)
    new = frozenset({walk.multiplier()})
    made = [flow_of(each, below.columns)._replace(separates=new) for each in node["expressions"]]
    columns = repeated([*below.columns, *made], new)
    return replace(below, columns=columns, multipliers=below.multipliers | new, keys=None)


@reads("UNION", "EXCEPT", "INTERSECT")
def _set_operation(node: Node, walk: Walk) -> Relation:
    below = [read(child, walk) for child in node["children"]]
    sides = list(zip(*(item.columns for item in below), strict=True))
    columns = [
        chosen(list(each), frozenset())._replace(made=content_key([flow.made for flow in each]))
        for each in sides
    ]
    rows, tests = rows_of(*below), tests_of(*below)
    if node["type"] != "LOGICAL_UNION":
        tests |= frozenset(str(flow.kind) for flow in columns if flow.kind in NUMBERS)
        return Relation(columns, rows, tests, multipliers_of(*below))
    if not node.get("setop_all", True):
        every = frozenset(range(len(columns)))
        return Relation(columns, grouped(Relation(columns, rows), columns), tests, keys=every)
    new = frozenset({walk.multiplier()})
    apart = [place for place, side in enumerate(sides) if _apart(side)]
    keys = None
    if apart and all(item.keys is not None for item in below):
        keys = frozenset(apart[:1]).union(*(item.keys or () for item in below))
    columns = [
        flow._replace(
            separates=frozenset.intersection(*(item.separates for item in side))
            | (new if place in apart else set()),
            multipliers=flow.multipliers | (new if _several_branches(side) else frozenset()),
        )
        for place, (flow, side) in enumerate(zip(columns, sides, strict=True))
    ]
    return Relation(columns, rows, tests, multipliers_of(*below) | new, keys)


def _several_branches(side: Sequence[Flow]) -> bool:
    """Whether more than one branch of a union gives a column values that add up: nothing and zero do not, as in the
    rows of a code list that make a table dense."""
    empty = [flow.kind in ("constant", "choice") and flow.values <= EMPTY_OR_ZERO for flow in side]
    return empty.count(False) > 1


def _apart(side: Sequence[Flow]) -> bool:
    """Whether a column of a union tells its branches apart: another constant in each, but for one branch at most."""
    written = [flow.values for flow in side if flow.kind == "constant" and len(flow.values) == 1]
    return len(written) >= len(side) - 1 and len({*written}) == len(written)


@reads("DELIM_GET")
def _delim_get(_node: Node, walk: Walk) -> Relation:
    columns = walk.delim[-1]
    every = frozenset(range(len(columns)))
    return Relation(list(columns), grouped(Relation(columns, RECORDS), columns), keys=every)


@reads("MATERIALIZED_CTE")
def _cte(node: Node, walk: Walk) -> Relation:
    made, query = node["children"]
    walk.ctes[node["table_index"]] = read(made, walk)
    return read(query, walk)


@reads("RECURSIVE_CTE")
def _recursive(node: Node, walk: Walk) -> Relation:
    start, again = node["children"]
    relation = read(start, walk)
    # Until nothing new comes of going round: kinds only get worse, and there are few of them.
    for _ in range(12):
        walk.ctes[node["table_index"]] = relation
        after = read(again, walk)
        columns = [
            chosen(list(pair), frozenset()) for pair in zip(relation.columns, after.columns, strict=True)
        ]
        new = Relation(columns, rows_of(relation, after), tests_of(relation, after))
        if new == relation:
            return relation
        relation = new
    raise SqlRefused(
        codes.sql.NOT_FOLLOWED, "has a recursive select that cannot be followed; write it in another way"
    )


@reads("CTE_REF")
def _cte_ref(node: Node, walk: Walk) -> Relation:
    relation = walk.ctes[node["cte_index"]]
    return replace(relation, columns=list(relation.columns))
