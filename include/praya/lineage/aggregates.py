"""What an aggregate is: a count of records, a total, a mean, or one of the values that it looks at."""

from __future__ import annotations

from praya.errors import codes
from praya.lineage.expressions import Node, flow_of, made_of, name_of, not_listed
from praya.lineage.functions import ORDER, group, list_functions
from praya.lineage.kinds import Flow, combined, summed, together
from praya.lineage.relation import PUBLIC, RECORDS, Relation, Walk, conditions
from praya.lineage.sql_statement import SqlRefused

COUNTS = frozenset({"count", "count_star", "count_if", "countif"})
SUMS = frozenset({"sum", "sum_no_overflow", "fsum", "kahan_sum", "sumkahan"})
MEANS = frozenset({"avg", "mean", "favg"})
# Aggregates that give one of the values that they look at, or several of them.
PICKS = group(ORDER) | {"min", "max", "median", "quantile", "quantile_cont", "quantile_disc"}
WORDS = frozenset({"bool_and", "bool_or"})


def aggregated(node: Node, below: Relation, apart: frozenset[int], walk: Walk) -> Flow:
    name = name_of(node)
    if name not in list_functions():
        raise SqlRefused(codes.sql.FUNCTION_NOT_ALLOWED, not_listed(name))
    parts = [flow_of(each, below.columns) for each in node.get("children", [])]
    tests = frozenset[str]()
    if node.get("filter"):
        tests = conditions([node["filter"]], below, walk)
    orders = (node.get("order_bys") or {}).get("orders", [])
    for each in orders:
        flow_of(each["expression"], below.columns)
    made = _made(name, parts, below)
    by_rows = name in COUNTS or all(part.kind in ("constant", "choice") for part in parts)
    by = made.multipliers | (below.multipliers if by_rows else frozenset())
    if made.kind in ("count", "tally") and by - apart and name not in PICKS:
        made = made._replace(kind="changed")
    return made._replace(tests=made.tests | tests, multipliers=frozenset(), made=made_of(node, below.columns))


def _made(name: str, parts: list[Flow], below: Relation) -> Flow:
    if below.rows == PUBLIC:
        return together("public", parts)
    if name in COUNTS:
        of = {part.kind for part in parts}
        records = below.rows == RECORDS or of & {"identifier"}
        return together("count" if records else "tally", parts)._replace(sources=frozenset())
    if name in SUMS:
        flow = summed(parts[0])
        of_groups = flow.kind == "count" and parts[0].kind != "count" and below.rows != RECORDS
        return flow._replace(kind="tally") if of_groups else flow
    if name in MEANS:
        return together("ratio", parts)
    if name in WORDS:
        return together("choice", parts, frozenset({"True", "False"}))
    if name in PICKS:
        return combined(parts) if len(parts) != 1 else parts[0]
    return together("total", parts)
