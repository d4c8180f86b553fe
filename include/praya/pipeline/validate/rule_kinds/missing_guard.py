"""`guard_missing`: a column is not emptier than in the table before."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from praya.contract import Contract, Text
from praya.contract.guards import Share
from praya.contract.rule_kind import Limit
from praya.contract.telling import disclose_number
from praya.pipeline.validate.guard_figures import SLACK, in_percent, is_beyond, may_be_shown
from praya.pipeline.validate.messages import Say
from praya.pipeline.validate.rule_specs import (
    Columns,
    Comparison,
    Guard,
    GuardedTable,
    GuardUse,
    Kwargs,
    Number,
    Outcome,
)
from praya.store.duck import identifier

MISSING = Limit(
    "missing", Share, "by how much a column's share of missing values may rise: 0.2; or off", usual=0.2
)
EXPECTED = Text(en="at most {points} percentage points more", zh_hant="最多增加{points}個百分點")
OBSERVED = Text(en="{now} empty, {before} before", zh_hant="{now}留空，之前{before}")


def _uses(contract: Contract) -> Iterator[GuardUse]:
    for field in contract.guarded_fields:
        limit = contract.quality.guards.limit(MISSING.name, field.name)
        if limit is not None:
            yield GuardUse({"column": field.name, "limit": limit}, {"name": field.name})


def _figures(kwargs: Kwargs, columns: Columns) -> Sequence[str]:
    return [_filled(kwargs)] if kwargs["column"] in columns else []


def _filled(kwargs: Kwargs) -> str:
    """SQL of how many values are there."""
    return f"count({identifier(kwargs['column'])})"


def _compare(tables: Comparison) -> Outcome | None:
    filled, name = _filled(tables.kwargs), tables.kwargs["column"]
    then, now = tables.before.figures.get(filled), tables.now.figures.get(filled)
    if then is None or now is None or not tables.now.rows:
        return None
    share = 1 - then / tables.before.rows
    emptied = not now and then >= SLACK
    # As many more empty values than there would be at the share of before, and at the limit.
    more = tables.now.rows - now - share * tables.now.rows
    stops = emptied or is_beyond(more, tables.kwargs["limit"] * tables.now.rows)
    tables_of = {"before": (tables.before, then), "now": (tables.now, now)}
    is_open = may_be_shown(tables.contract, name)
    return Outcome(
        stops,
        {when: _share(tables.contract, *of) if is_open else None for when, of in tables_of.items()},
    )


def _share(contract: Contract, table: GuardedTable, filled: int) -> float | None:
    rules = contract.disclosure
    empty, rows = disclose_number(rules, table.rows - filled), disclose_number(rules, table.rows)
    return float(f"{empty / rows:.6g}") if rows and empty is not None else None


def _expected(kwargs: Kwargs, say: Say) -> str:
    return say(EXPECTED, points=f"{100 * kwargs['limit']:.4g}")


def _observed(observed: Mapping[str, Any], _: Number, say: Say) -> str:
    if observed["now"] is None or observed["before"] is None:
        return say("not_shown")
    return say(OBSERVED, now=in_percent(observed["now"]), before=in_percent(observed["before"]))


GUARD = Guard(
    name="guard_missing",
    order=20,
    limits=(MISSING,),
    of_columns=True,
    words=Text(
        en="{name} is not emptier than in the table accepted before",
        zh_hant="{name}的留空比例與此前獲接納的數據表相近",
    ),
    uses=_uses,
    figures=_figures,
    compare=_compare,
    expected=_expected,
    observed=_observed,
    fault="column-empty",
)
