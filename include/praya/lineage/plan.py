"""The plan that DuckDB has bound a select to, read for what each of its columns is made from.

Columns are referred to by their place, so that no name has to be looked up. What is not known here is refused: a plan
that cannot be followed is no proof of anything.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import duckdb

from praya.lineage.aggregates import aggregated
from praya.lineage.expressions import (
    Node,
    depends_on_order,
    dicts_in,
    expressions_in,
    flow_of,
    name_of,
    not_listed,
    shape,
)
from praya.lineage.functions import functions
from praya.lineage.kinds import NOTHING, NUMBERS, Flow, chosen, combined, tested, together
from praya.lineage.relation import (
    EMPTY,
    GROUPS,
    PUBLIC,
    RECORDS,
    Relation,
    Table,
    Walk,
    beside,
    conditions,
    emptied,
    grouped,
    keys_of,
    moved,
    multipliers_of,
    picked,
    repeated,
    rows_of,
    tests_of,
)
from praya.lineage.statement import SqlRefused
from praya.store.content import content_key

Reader = Callable[[Node, Walk], Relation]

JOINS = frozenset({"INNER", "LEFT", "RIGHT", "FULL"})


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
        relation = _relation(plan, walk)
    except (KeyError, IndexError, TypeError) as error:
        raise SqlRefused(f"is bound to a plan that cannot be followed ({error!r})") from error
    if len(names) != len(relation.columns):
        raise SqlRefused(
            "is bound to a plan that cannot be followed (its columns are not those of the answer)"
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
    found = set[str]()
    for node in dicts_in(plan):
        if "qname" not in node:
            continue
        name = name_of(node)
        if node.get("type") == "LOGICAL_GET" and name == "seq_scan":
            found.add(node["function_data"]["table"])
        elif name not in functions():
            raise SqlRefused(not_listed(name))
        if node.get("type") == "LOGICAL_SAMPLE":
            raise SqlRefused("takes a sample, which is another one every time; leave the sample out")
    return frozenset(found)


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
    found = json.loads(text)
    if found.get("error") or len(found.get("plans", [])) != 1:
        why = str(found.get("error_message", "it is not one select")).splitlines()[0]
        raise SqlRefused(f"cannot be bound: {why}")
    plan: Node = found["plans"][0]
    return plan


def _described(con: duckdb.DuckDBPyConnection, sql: str) -> dict[str, str]:
    """The columns and their types; nothing is run."""
    try:
        rows = con.execute(f"describe select * from (\n{sql}\n)").fetchall()
    except duckdb.Error as error:
        raise SqlRefused(f"cannot be bound: {str(error).splitlines()[0]}") from error
    return {name: kind for name, kind, *_ in rows}


def _relation(node: Node, walk: Walk) -> Relation:
    reader = _OPERATORS.get(node["type"])
    if reader is None:
        raise SqlRefused(f"is bound to {node['type']}, which is not followed here; write it in another way")
    return reader(node, walk)


def _of(name: str) -> Callable[[Reader], Reader]:
    def keep(function: Reader) -> Reader:
        for each in name.split():
            _OPERATORS[f"LOGICAL_{each}"] = function
        return function

    return keep


_OPERATORS: dict[str, Reader] = {}


# --- operators ------------------------------------------------------------------------------------


@_of("GET")
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
    below = [_relation(child, walk) for child in node.get("children", [])]
    if name not in ("range", "generate_series", "unnest"):
        raise SqlRefused(f"reads from {name}, which is not among the table functions that may be called")
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


@_of("DUMMY_SCAN EMPTY_RESULT")
def _dummy(node: Node, _walk: Walk) -> Relation:
    return Relation([NOTHING] * max(1, len(node.get("bindings", []))), PUBLIC, keys=frozenset())


@_of("EXPRESSION_GET")
def _values(node: Node, walk: Walk) -> Relation:
    (below,) = [_relation(child, walk) for child in node["children"]] or [_dummy(node, walk)]
    rows = [[flow_of(each, below.columns) for each in row] for row in node["expressions"]]
    columns = list(zip(*rows, strict=True))
    differ = (
        place
        for place, column in enumerate(columns)
        if len({frozenset(flow.values) for flow in column}) == len(rows)
    )
    keys = next((frozenset({place}) for place in differ), None)
    return Relation([chosen(list(column), frozenset()) for column in columns], PUBLIC, keys=keys)


@_of("PROJECTION")
def _projection(node: Node, walk: Walk) -> Relation:
    below = _child(node, walk)
    columns = [flow_of(each, below.columns) for each in node["expressions"]]
    places = [
        each.get("index") if each["expression_class"] == "BOUND_REF" else None for each in node["expressions"]
    ]
    return replace(below, columns=columns, keys=moved(below.keys, places))


@_of("FILTER")
def _filter(node: Node, walk: Walk) -> Relation:
    below = _child(node, walk)
    tests = conditions(node["expressions"], below, walk)
    return replace(
        below,
        columns=picked(below.columns, node.get("projection_map")),
        tests=below.tests | tests,
        keys=moved(below.keys, node.get("projection_map")),
    )


@_of("ORDER_BY")
def _order(node: Node, walk: Walk) -> Relation:
    below = _child(node, walk)
    for each in node["orders"]:
        flow_of(each["expression"], below.columns)
    return replace(
        below,
        columns=picked(below.columns, node.get("projection_map")),
        keys=moved(below.keys, node.get("projection_map")),
    )


@_of("LIMIT TOP_N")
def _limit(node: Node, walk: Walk) -> Relation:
    below = _child(node, walk)
    if below.rows == PUBLIC:
        return below
    return replace(below, tests=below.tests | {"limit"})


@_of("DISTINCT")
def _distinct(node: Node, walk: Walk) -> Relation:
    below = _child(node, walk)
    if node.get("distinct_type") == "DISTINCT_ON":
        return below
    every = frozenset(range(len(below.columns)))
    columns = [flow._replace(separates=frozenset(), multipliers=frozenset()) for flow in below.columns]
    return replace(below, columns=columns, rows=grouped(below, columns), multipliers=frozenset(), keys=every)


@_of("AGGREGATE_AND_GROUP_BY")
def _aggregate(node: Node, walk: Walk) -> Relation:
    below = _child(node, walk)
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


@_of("WINDOW")
def _window(node: Node, walk: Walk) -> Relation:
    below = _child(node, walk)
    made = []
    for each in node["expressions"]:
        inside = [flow_of(part, below.columns) for part in expressions_in(each)]
        if below.rows == PUBLIC:
            made.append(together("public", inside))
        else:
            made.append(together("identifier" if below.rows == RECORDS else "changed", inside))
    return replace(below, columns=[*below.columns, *made])


@_of("UNNEST")
def _unnest(node: Node, walk: Walk) -> Relation:
    below = _child(node, walk)
    new = frozenset({walk.multiplier()})
    made = [flow_of(each, below.columns)._replace(separates=new) for each in node["expressions"]]
    columns = repeated([*below.columns, *made], new)
    return replace(below, columns=columns, multipliers=below.multipliers | new, keys=None)


@_of("UNION EXCEPT INTERSECT")
def _set_operation(node: Node, walk: Walk) -> Relation:
    below = [_relation(child, walk) for child in node["children"]]
    sides = list(zip(*(one.columns for one in below), strict=True))
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
    if apart and all(one.keys is not None for one in below):
        keys = frozenset(apart[:1]).union(*(one.keys or () for one in below))
    columns = [
        flow._replace(
            separates=frozenset.intersection(*(one.separates for one in side))
            | (new if place in apart else set()),
            multipliers=flow.multipliers | new,
        )
        for place, (flow, side) in enumerate(zip(columns, sides, strict=True))
    ]
    return Relation(columns, rows, tests, multipliers_of(*below) | new, keys)


def _apart(side: Sequence[Flow]) -> bool:
    """Whether a column of a union tells its branches apart: another constant in each, but for one branch at most."""
    written = [flow.values for flow in side if flow.kind == "constant" and len(flow.values) == 1]
    return len(written) >= len(side) - 1 and len({*written}) == len(written)


@_of("CROSS_PRODUCT POSITIONAL_JOIN")
def _cross(node: Node, walk: Walk) -> Relation:
    left, right = (_relation(child, walk) for child in node["children"])
    left, right = _multiplied(left, right, (frozenset(), frozenset()), walk)
    return beside(left, right, left.columns, right.columns, tests_of(left, right), keys_of(left, right))


@_of("COMPARISON_JOIN ANY_JOIN ASOF_JOIN DELIM_JOIN")
def _join(node: Node, walk: Walk) -> Relation:
    left, right = _sides(node, walk)
    tests, equal = _compared(node, left, right, walk)
    kind = node["join_type"]
    if kind in JOINS:
        left, right = _multiplied(left, right, equal, walk)
    seen = tests | tests_of(left, right)
    one = picked(left.columns, node.get("left_projection_map"))
    other = picked(right.columns, node.get("right_projection_map"))
    kept = moved(left.keys, node.get("left_projection_map"))
    if kind in ("SEMI", "ANTI"):
        return replace(left, columns=one, tests=seen, keys=kept)
    if kind in ("RIGHT_SEMI", "RIGHT_ANTI"):
        return replace(right, columns=other, tests=seen, keys=None)
    if kind == "MARK":
        mark = Flow("choice", tests=seen, values=frozenset({"True", "False"}))
        return replace(left, columns=[*one, mark], keys=kept)
    if kind in ("RIGHT", "FULL"):
        one = emptied(one)
    if kind in ("LEFT", "SINGLE", "FULL"):
        other = emptied(other)
    if kind == "SINGLE":
        return replace(left, columns=[*one, *other], tests=seen, keys=None)
    if kind not in JOINS:
        raise SqlRefused(f"is bound to a join of the kind {kind}, which is not followed here")
    places = [node.get("left_projection_map") or range(len(left.columns))]
    places.append(
        [len(left.columns) + at for at in node.get("right_projection_map") or range(len(right.columns))]
    )
    keys = moved(keys_of(left, right, equal), [at for side in places for at in side])
    return beside(left, right, one, other, seen, None if kind == "FULL" else keys)


def _sides(node: Node, walk: Walk) -> tuple[Relation, Relation]:
    """Both sides of a join; what one of them takes from the other is in `walk.delim` while it is read."""
    kept = list(walk.delim)
    first, second = (1, 0) if node.get("delim_flipped") else (0, 1)
    sides: dict[int, Relation] = {first: _relation(node["children"][first], walk)}
    if eliminated := node.get("duplicate_eliminated_columns"):
        walk.delim.append([flow_of(each, sides[first].columns) for each in eliminated])
    sides[second] = _relation(node["children"][second], walk)
    walk.delim[:] = kept
    return sides[0], sides[1]


def _compared(
    node: Node, left: Relation, right: Relation, walk: Walk
) -> tuple[frozenset[str], tuple[frozenset[int], frozenset[int]]]:
    """What a join decides by, and the places on each side that are held equal to the other."""
    tests = frozenset[str]()
    equal: tuple[set[int], set[int]] = (set(), set())
    both = Relation([*left.columns, *right.columns], rows_of(left, right))
    for each in node.get("conditions", []):
        if "left" not in each or "right" not in each:
            tests |= conditions([each.get("expression", each)], both, walk)
            continue
        pair = [flow_of(each["left"], left.columns), flow_of(each["right"], right.columns)]
        tests |= tested(pair, compares=True).tests
        if each.get("comparison") in ("COMPARE_EQUAL", "COMPARE_NOT_DISTINCT_FROM"):
            for places, name in zip(equal, ("left", "right"), strict=True):
                places |= {each[name]["index"]} if each[name]["expression_class"] == "BOUND_REF" else set()
    for name in ("condition", "predicate"):
        if node.get(name):
            tests |= conditions([node[name]], both, walk)
    if both.rows != PUBLIC:
        said = [node["join_type"], shape(node.get("conditions"), left.columns, right.columns)]
        walk.filters.add(content_key([*said, shape(node.get("condition"), both.columns)]))
    return tests, (frozenset(equal[0]), frozenset(equal[1]))


def _multiplied(
    left: Relation, right: Relation, equal: tuple[frozenset[int], frozenset[int]], walk: Walk
) -> tuple[Relation, Relation]:
    """Both sides of a join, each repeated by the other: a multiplier for each column of the other's key that is not
    held against this side. By records nothing is repeated: what is counted of records that are joined is their pairs.
    """
    if rows_of(left, right) == PUBLIC:
        return left, right
    sides = [left, right]
    for place, other in ((0, 1), (1, 0)):
        side = sides[place]
        if side.rows == RECORDS:
            continue
        if side.keys is None:
            new = {walk.multiplier()}
        else:
            by_key = {at: walk.multiplier() for at in sorted(side.keys - equal[place])}
            new = {*by_key.values()}
            columns = [
                flow._replace(separates=flow.separates | {by_key[at]}) if at in by_key else flow
                for at, flow in enumerate(side.columns)
            ]
            sides[place] = replace(side, columns=columns)
        beside_it = sides[other]
        more = new if beside_it.rows == RECORDS else set[int]()
        sides[other] = replace(
            beside_it,
            columns=repeated(beside_it.columns, new),
            multipliers=beside_it.multipliers | more,
        )
    return sides[0], sides[1]


@_of("DELIM_GET")
def _delim_get(_node: Node, walk: Walk) -> Relation:
    columns = walk.delim[-1]
    every = frozenset(range(len(columns)))
    return Relation(list(columns), grouped(Relation(columns, RECORDS), columns), keys=every)


@_of("MATERIALIZED_CTE")
def _cte(node: Node, walk: Walk) -> Relation:
    made, query = node["children"]
    walk.ctes[node["table_index"]] = _relation(made, walk)
    return _relation(query, walk)


@_of("RECURSIVE_CTE")
def _recursive(node: Node, walk: Walk) -> Relation:
    start, again = node["children"]
    found = _relation(start, walk)
    # Until nothing new comes of going round: kinds only get worse, and there are few of them.
    for _ in range(12):
        walk.ctes[node["table_index"]] = found
        after = _relation(again, walk)
        columns = [chosen(list(pair), frozenset()) for pair in zip(found.columns, after.columns, strict=True)]
        new = Relation(columns, rows_of(found, after), tests_of(found, after))
        if new == found:
            return found
        found = new
    raise SqlRefused("has a recursive select that cannot be followed; write it in another way")


@_of("CTE_REF")
def _cte_ref(node: Node, walk: Walk) -> Relation:
    found = walk.ctes[node["cte_index"]]
    return replace(found, columns=list(found.columns))


def _child(node: Node, walk: Walk) -> Relation:
    (child,) = node["children"]
    return _relation(child, walk)
