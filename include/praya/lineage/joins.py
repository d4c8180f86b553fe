"""The joins of a plan: what they decide by, and which rows are there several times because of them."""

from __future__ import annotations

from dataclasses import replace

from praya.errors import codes
from praya.lineage.expressions import (
    Node,
    flow_of,
    shape,
)
from praya.lineage.kinds import Flow, tested
from praya.lineage.plan_readers import read, reads
from praya.lineage.relation import (
    PUBLIC,
    RECORDS,
    Relation,
    Walk,
    conditions,
    emptied,
    keys_of,
    moved,
    picked,
    repeated,
    rows_of,
    side_by_side,
    tests_of,
)
from praya.lineage.sql_statement import SqlRefused
from praya.store.content import content_key

JOINS = frozenset({"INNER", "LEFT", "RIGHT", "FULL"})


@reads("CROSS_PRODUCT", "POSITIONAL_JOIN")
def _cross(node: Node, walk: Walk) -> Relation:
    left, right = (read(child, walk) for child in node["children"])
    left, right = _multiplied(left, right, (frozenset(), frozenset()), walk)
    return side_by_side(left, right, left.columns, right.columns, tests_of(left, right), keys_of(left, right))


@reads("COMPARISON_JOIN", "ANY_JOIN", "ASOF_JOIN", "DELIM_JOIN")
def _join(node: Node, walk: Walk) -> Relation:
    left, right = _sides(node, walk)
    tests, equal = _compared(node, left, right, walk)
    kind = node["join_type"]
    if kind in JOINS:
        left, right = _multiplied(left, right, equal, walk)
    seen = tests | tests_of(left, right)
    item = picked(left.columns, node.get("left_projection_map"))
    other = picked(right.columns, node.get("right_projection_map"))
    kept = moved(left.keys, node.get("left_projection_map"))
    if kind in ("SEMI", "ANTI"):
        return replace(left, columns=item, tests=seen, keys=kept)
    if kind in ("RIGHT_SEMI", "RIGHT_ANTI"):
        return replace(right, columns=other, tests=seen, keys=None)
    if kind == "MARK":
        mark = Flow("choice", tests=seen, values=frozenset({"True", "False"}))
        return replace(left, columns=[*item, mark], keys=kept)
    if kind in ("RIGHT", "FULL"):
        item = emptied(item)
    if kind in ("LEFT", "SINGLE", "FULL"):
        other = emptied(other)
    if kind == "SINGLE":
        return replace(left, columns=[*item, *other], tests=seen, keys=None)
    if kind not in JOINS:
        raise SqlRefused(
            codes.sql.NOT_FOLLOWED, f"is bound to a join of the kind {kind}, which is not followed here"
        )
    places = [node.get("left_projection_map") or range(len(left.columns))]
    places.append(
        [len(left.columns) + at for at in node.get("right_projection_map") or range(len(right.columns))]
    )
    keys = moved(keys_of(left, right, equal), [at for side in places for at in side])
    return side_by_side(left, right, item, other, seen, None if kind == "FULL" else keys)


def _sides(node: Node, walk: Walk) -> tuple[Relation, Relation]:
    """Both sides of a join; what one of them takes from the other is in `walk.delim` while it is read."""
    kept = list(walk.delim)
    first, second = (1, 0) if node.get("delim_flipped") else (0, 1)
    sides: dict[int, Relation] = {first: read(node["children"][first], walk)}
    if eliminated := node.get("duplicate_eliminated_columns"):
        walk.delim.append([flow_of(each, sides[first].columns) for each in eliminated])
    sides[second] = read(node["children"][second], walk)
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
        repeated_side = sides[other]
        more = new if repeated_side.rows == RECORDS else set[int]()
        sides[other] = replace(
            repeated_side,
            columns=repeated(repeated_side.columns, new),
            multipliers=repeated_side.multipliers | more,
        )
    return sides[0], sides[1]
