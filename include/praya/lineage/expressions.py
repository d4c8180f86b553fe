"""The expressions of a bound plan: what each is, from the columns that it refers to by their place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from praya.errors import codes
from praya.lineage.functions import FLOATS, ORDER, group, list_functions
from praya.lineage.kinds import NOTHING, NUMBERS, Flow, chosen, combined, divided, scaled, tested, together
from praya.lineage.sql_statement import SqlRefused
from praya.store.content import content_key

Node = dict[str, Any]

# The types in which a count stays one.
UNDER_CASTS = frozenset({"BIGINT", "INTEGER", "HUGEINT", "DOUBLE", "DECIMAL", "UBIGINT", "FLOAT", "SMALLINT"})
KEEPS = frozenset({"round", "trunc", "round_even", "floor", "ceil", "ceiling"})
# What makes a month or something longer of a moment, by its first or second argument.
LONG = frozenset({"month", "quarter", "year", "decade", "century"})
PARTS = frozenset({"month", "quarter", "year", "decade", "century", "monthname", "days_in_month"})


def flow_of(node: Node, columns: Sequence[Flow]) -> Flow:
    if node["expression_class"] == "BOUND_REF":
        return columns[node["index"]]
    return _inner(node, columns)._replace(made=made_of(node, columns))


def _inner(node: Node, columns: Sequence[Flow]) -> Flow:
    kind = node["expression_class"]
    if kind == "BOUND_CONSTANT":
        return Flow("constant", values=frozenset({str(node["value"].get("value"))}))
    if kind == "BOUND_CASE":
        return _case(node, columns)
    if kind == "BOUND_LAMBDA_REF":
        return columns[node["index"]] if node.get("index", 0) < len(columns) else NOTHING
    parts = [flow_of(each, columns) for each in node.get("children", [])]
    if kind in ("BOUND_COMPARISON", "BOUND_BETWEEN", "BOUND_CONJUNCTION"):
        parts = [flow_of(each, columns) for each in expressions_in(node)]
        return tested(parts, compares=kind != "BOUND_CONJUNCTION")
    if kind == "BOUND_OPERATOR":
        return _operator(node, parts)
    if kind in ("BOUND_CAST", "BOUND_FUNCTION"):
        return _function(node, parts)
    if kind == "BOUND_LAMBDA":
        return combined([*parts, *(flow_of(each, columns) for each in node.get("captures", []))])
    if kind == "BOUND_UNNEST":
        return combined([flow_of(each, columns) for each in expressions_in(node)])
    raise SqlRefused(
        codes.sql.NOT_FOLLOWED, f"holds a {kind}, which is not followed here; write it in another way"
    )


def _case(node: Node, columns: Sequence[Flow]) -> Flow:
    checks = node["case_checks"]
    tests = [flow_of(each["when_expr"], columns) for each in checks]
    branches = [flow_of(each["then_expr"], columns) for each in checks]
    branches.append(flow_of(node["else_expr"], columns))
    return chosen(branches, frozenset().union(*(each.tests for each in tests)) | _booleans(tests))


def _booleans(tests: Sequence[Flow]) -> frozenset[str]:
    return frozenset(str(each.kind) for each in tests if each.kind not in ("constant", "choice"))


def _operator(node: Node, parts: list[Flow]) -> Flow:
    kind = node["type"]
    if kind == "OPERATOR_COALESCE":
        return chosen(parts, frozenset())._replace(separates=parts[0].separates)
    if kind in ("COMPARE_IN", "COMPARE_NOT_IN"):
        return tested(parts, compares=True)
    if kind in ("OPERATOR_NOT", "OPERATOR_IS_NULL", "OPERATOR_IS_NOT_NULL"):
        return tested(parts, compares=False)
    if kind == "OPERATOR_TRY":
        return combined(parts)
    return combined(parts)


def _function(node: Node, parts: list[Flow]) -> Flow:
    name = name_of(node)
    if name not in list_functions():
        raise SqlRefused(codes.sql.FUNCTION_NOT_ALLOWED, not_listed(name))
    data = node.get("function_data") or {}
    if isinstance(data, dict) and data.get("lambda_expr"):
        # What a lambda makes of the members of a list is made of what the list is.
        _lambda(data["lambda_expr"])
        return combined(parts)
    kind = (node.get("return_type") or {}).get("id")
    if name == "__cast":
        return parts[0] if parts[0].kind not in NUMBERS or kind in UNDER_CASTS else _text_of(parts)
    if kind == "BOOLEAN":
        return tested(parts, compares=True)
    if _is_period(name, parts):
        return together("period", parts)
    if name in ("/", "//", "divide", "fdiv", "decimal_division") and len(parts) == 2:
        return divided(*parts)
    if name in ("*", "multiply", "+", "-", "add", "subtract") or name in KEEPS:
        return scaled(parts)
    return combined(parts)


def _is_period(name: str, parts: list[Flow]) -> bool:
    if not {part.kind for part in parts} <= {"time", "constant"} or "time" not in {
        part.kind for part in parts
    }:
        return False
    written = [value for part in parts for value in part.values]
    if name in ("date_trunc", "datetrunc", "date_part", "datepart"):
        return bool(written) and {*written} <= LONG
    if name == "strftime":
        return bool(written) and all(re.fullmatch(r"(%[YmBbq]|[ /.-])*", value) for value in written)
    return name in PARTS


def _text_of(parts: list[Flow]) -> Flow:
    """A count that becomes a text is no count any more."""
    return together("changed", parts)


def _lambda(node: Node) -> None:
    """The functions in a lambda are held against the list of those that may be called."""
    for each in expressions_in(node, deep=True):
        if each.get("expression_class") == "BOUND_FUNCTION" and name_of(each) not in list_functions():
            raise SqlRefused(codes.sql.FUNCTION_NOT_ALLOWED, not_listed(name_of(each)))


def expressions_in(node: Any, *, deep: bool = False) -> list[Node]:
    """The expressions directly inside a node, in their order; or all of them."""
    expressions: list[Node] = []
    for value in node.values():
        for each in value if isinstance(value, list) else [value]:
            if not isinstance(each, dict):
                continue
            if "expression_class" in each:
                expressions.append(each)
                if deep:
                    expressions += expressions_in(each, deep=True)
            else:
                expressions += expressions_in(each, deep=deep)
    return expressions


def name_of(node: Node) -> str:
    return str(node["qname"]["path"][-1]).lower()


_PLACES = re.compile(r"^(query_location.*|alias|extra_info|.*_index)$")


def made_of(node: Node, columns: Sequence[Flow]) -> str:
    """A hash of an expression, whatever the places of its columns and of its text."""
    return content_key(shape(node, columns))


def shape(node: Any, columns: Sequence[Flow], right: Sequence[Flow] | None = None) -> Any:
    if isinstance(node, list):
        return [shape(each, columns, right) for each in node]
    if not isinstance(node, dict):
        return node
    if node.get("expression_class") == "BOUND_REF" and node["index"] < len(columns):
        return columns[node["index"]].made
    return {
        key: shape(value, right if key == "right" and right is not None else columns, right)
        for key, value in node.items()
        if not _PLACES.match(key)
    }


def not_listed(name: str) -> str:
    return (
        f"is bound to {name}, which is not among the functions that marts and suites may call "
        "(include/praya/lineage/functions.txt says which, and why)"
    )


def dicts_in(node: Any) -> Iterator[Node]:
    left = [node]
    while left:
        each = left.pop()
        if isinstance(each, dict):
            yield each
            left += each.values()
        elif isinstance(each, list):
            left += each


def _is_float(node: Node) -> bool:
    kinds = {str(each.get("id")) for each in node.get("arguments", []) if isinstance(each, dict)}
    kinds |= {str((each.get("return_type") or {}).get("id")) for each in node.get("children", [])}
    return bool(kinds & {"DOUBLE", "FLOAT"})


def depends_on_order(aggregate: Node) -> bool:
    """Whether another order of rows may give another answer."""
    name = name_of(aggregate)
    return name in group(ORDER) or (name in group(FLOATS) and _is_float(aggregate))
