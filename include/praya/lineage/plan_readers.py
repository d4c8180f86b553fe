"""Which function reads which operator of a plan; each of them reads what lies below it by `read`."""

from __future__ import annotations

from collections.abc import Callable

from praya.errors import codes
from praya.lineage.expressions import Node
from praya.lineage.relation import Relation, Walk
from praya.lineage.sql_statement import SqlRefused

Reader = Callable[[Node, Walk], Relation]

_READERS: dict[str, Reader] = {}


def reads(*names: str) -> Callable[[Reader], Reader]:
    """Registers a function as the one that reads these operators."""

    def keep(function: Reader) -> Reader:
        _READERS.update(dict.fromkeys((f"LOGICAL_{name}" for name in names), function))
        return function

    return keep


def read(node: Node, walk: Walk) -> Relation:
    """What an operator of the plan gives; raises SqlRefused for one that is not known here."""
    reader = _READERS.get(node["type"])
    if reader is None:
        raise SqlRefused(
            codes.sql.NOT_FOLLOWED,
            f"is bound to {node['type']}, which is not followed here; write it in another way",
        )
    return reader(node, walk)


def read_child(node: Node, walk: Walk) -> Relation:
    (child,) = node["children"]
    return read(child, walk)
