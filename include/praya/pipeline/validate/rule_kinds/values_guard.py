"""`guard_values`: the numbers of a column are of the size that they had in the table before, as after no change of
unit.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from praya.contract import Contract, Text
from praya.contract.base import Problem
from praya.contract.guards import Factor
from praya.contract.rule_kind import Limit
from praya.pipeline.validate.guard_figures import OPEN, SLACK, is_number
from praya.pipeline.validate.messages import Say
from praya.pipeline.validate.rule_specs import (
    Columns,
    Comparison,
    Guard,
    GuardUse,
    Kwargs,
    Number,
    Outcome,
)
from praya.store.duck import identifier

# Sizes of numbers are counted in classes, a hundred to a power of ten.
CLASSES = 100
PERCENTILES = (0.1, 0.5, 0.9)
SAME = 0.8  # of the numbers of before: where as many are of a size that is still there, the unit is the same

VALUES = Limit(
    "values", Factor, "the factor by which all numbers of a column may differ: 10; or off", usual=10.0
)
EXPECTED = Text(en="not all {times} times larger or smaller", zh_hant="並非全部大或小{times}倍")
OBSERVED = Text(en="the median is about {times} times that before", zh_hant="中位數約為之前的{times}倍")


def _check(contract: Contract) -> Iterator[Problem]:
    guards, at = contract.quality.guards, ("quality", "guards")
    numbers = {field.name for field in contract.guarded_numbers}
    if guards.option(VALUES.name) is not None and not numbers:
        yield Problem((*at, VALUES.name), "there is no column of numbers outside the primary key")
    others = {field.name for field in contract.guarded_fields} - numbers
    for name, own in guards.columns.items():
        if name in others and own.option(VALUES.name) is not None:
            yield Problem(
                (*at, "columns", name, VALUES.name), f"`{VALUES.name}` is for numbers; {name} is none"
            )


def _uses(contract: Contract) -> Iterator[GuardUse]:
    for field in contract.guarded_numbers:
        factor = contract.quality.guards.limit(VALUES.name, field.name)
        if factor is not None:
            yield GuardUse({"column": field.name, "limit": factor}, {"name": field.name})


def _figures(kwargs: Kwargs, columns: Columns) -> Sequence[str]:
    return [_sizes(kwargs)] if is_number(columns.get(kwargs["column"])) else []


def _sizes(kwargs: Kwargs) -> str:
    """SQL of how many numbers are of which size, without those that have none: zero, infinity, NaN."""
    number = f"nullif(abs({identifier(kwargs['column'])}::double), 0)"
    return f"histogram(try_cast(floor(log10({number}) * {CLASSES}) as integer))"


def _compare(tables: Comparison) -> Outcome | None:
    sizes = _sizes(tables.kwargs)
    then, now = tables.before.figures.get(sizes) or {}, tables.now.figures.get(sizes) or {}
    if min(sum(then.values()), sum(now.values())) < SLACK:
        return None
    moves = [_percentile(now, share) - _percentile(then, share) for share in PERCENTILES]
    # A class is taken off, for numbers at the edge of theirs.
    least = math.log10(tables.kwargs["limit"]) * CLASSES - 1
    beyond = all(move >= least for move in moves) or all(move <= -least for move in moves)
    same = sum(min(count, now.get(size, 0)) for size, count in then.items())
    stops = beyond and same < SAME * sum(then.values())
    times = float(f"{10 ** (moves[1] / CLASSES):.2g}")
    return Outcome(stops, {"times": times if tables.contract.disclosure.class_ in OPEN else None})


def _percentile(sizes: Mapping[int, int], share: float) -> int:
    """The class in which the number at this share of all lies."""
    place, seen = share * sum(sizes.values()), 0
    for size, count in sorted(sizes.items()):
        seen += count
        if seen >= place:
            return size
    return max(sizes)


def _expected(kwargs: Kwargs, say: Say) -> str:
    return say(EXPECTED, times=f"{kwargs['limit']:g}")


def _observed(observed: Mapping[str, Any], _: Number, say: Say) -> str:
    times = observed["times"]
    if times is None:
        return say("not_shown")
    return say(OBSERVED, times=f"{times:,.0f}" if times >= 10 else f"{times:g}")


GUARD = Guard(
    name="guard_values",
    order=30,
    limits=(VALUES,),
    of_columns=True,
    check=_check,
    words=Text(
        en="The numbers of {name} are of the size that they had in the table accepted before",
        zh_hant="{name}的數值大小與此前獲接納的數據表相近",
    ),
    uses=_uses,
    figures=_figures,
    compare=_compare,
    expected=_expected,
    observed=_observed,
    fault="unit-off",
)
