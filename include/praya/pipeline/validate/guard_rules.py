"""The guards of a dataset: which there are, their limits, and their words; guard_checks.py holds a table against
them.
"""

from __future__ import annotations

from typing import Any

from praya.contract import Contract
from praya.contract.rule_kind import rule_kinds
from praya.pipeline.validate.messages import speaker
from praya.pipeline.validate.rule_specs import Guard, GuardUse

Expectation = dict[str, Any]


def guards_of(contract: Contract) -> list[Expectation]:
    """The guards of a dataset in the shape of expectations, all critical, with the limits as `kwargs`; those of
    columns column by column.
    """
    kinds = rule_kinds(Guard).values()
    columns = {field.name: place for place, field in enumerate(contract.guarded_fields)}
    first = min((kind.order for kind in kinds if kind.of_columns), default=0)

    def place(kind: Guard, use: GuardUse) -> tuple[int, int, int]:
        return (first, columns[use.kwargs["column"]], kind.order) if kind.of_columns else (kind.order, 0, 0)

    uses = [(place(kind, use), kind, use) for kind in kinds for use in kind.uses(contract)]
    return [_guard(kind, use) for _, kind, use in sorted(uses, key=lambda each: each[0])]


def _guard(kind: Guard, use: GuardUse) -> Expectation:
    about = [use.kwargs["column"]] if kind.of_columns else []
    return {
        "id": "-".join([kind.name.replace("_", "-"), *about]),
        "type": kind.name,
        "kwargs": use.kwargs,
        "severity": "critical",
        "description": speaker("en")(kind.words, **use.places),
        "meta": {"description_zh_hant": speaker("zh-Hant")(kind.words, **use.places)},
    }
