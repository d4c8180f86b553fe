"""The facts of a mart's lineage that a disclosure decision records."""

from __future__ import annotations

from collections.abc import Mapping

from praya.contract import Contract
from praya.contract.lineage import Lineage
from praya.lineage.mart_files import SqlFile
from praya.lineage.trace_marts import Traced
from praya.store import content_key


def lineage_of(contract: Contract, traced: Traced, files: Mapping[str, SqlFile]) -> Lineage:
    """What the released fields of the contract are made from; the inputs alone where none of them is guarded."""
    inputs: dict[str, str] = {
        item.contract.dataset: item.contract.disclosure.class_
        for item in traced.sources.values()
        if item.contract
    }
    if not traced.guarded:
        return Lineage(inputs=inputs)
    rules = contract.disclosure
    shown = {
        field.name: flow
        for field in contract.released_fields
        if (flow := traced.shown.get(field.source_name)) is not None
    }
    figures = {*rules.guarded, *rules.follows}
    return Lineage(
        sql=content_key({name: files[name].sql for name in sorted({traced.name, *traced.marts})}),
        inputs=inputs,
        reads=sorted(traced.reads),
        dimensions={name: flow.made for name, flow in shown.items() if name not in figures},
        figures={name: flow.kind for name, flow in shown.items() if name in figures},
        filters=sorted(traced.filters),
    )
