"""`guard_rows`: a table has about as many rows as the one before it. Marts and months may grow without limit."""

from collections.abc import Iterator, Mapping
from typing import Any

from praya.contract import Contract, Text
from praya.contract.guards import Growth, Share
from praya.contract.rule_kind import Limit
from praya.contract.telling import disclose_number
from praya.pipeline.validate.guard_figures import in_percent, is_beyond
from praya.pipeline.validate.messages import Say
from praya.pipeline.validate.rule_specs import Comparison, Guard, GuardUse, Kwargs, Number, Outcome

FALL = Limit("rows_fall", Share, "the share of rows that may go: 0.2; or off", usual=0.2)
GROWTH = Limit(
    "rows_growth",
    Growth,
    "the share of rows that may be added: 1.0, the double; or off, as for marts and months",
    usual=1.0,
)
EXPECTED = {
    "fall": Text(en="at most {share} fewer", zh_hant="最多減少{share}"),
    "growth": Text(en="at most {share} more", zh_hant="最多增加{share}"),
}
OBSERVED = Text(en="{now} rows, {before} before", zh_hant="{now}行，之前{before}行")


def _uses(contract: Contract) -> Iterator[GuardUse]:
    # Marts add up what there is, and a month may be collected while it lasts.
    grows = contract.source.mart is not None or contract.partition is not None
    guards = contract.quality.guards
    limits = {
        "fall": guards.limit(FALL.name),
        "growth": guards.limit(GROWTH.name, usual="off" if grows else None),
    }
    if kwargs := {name: limit for name, limit in limits.items() if limit is not None}:
        yield GuardUse(kwargs)


def _compare(tables: Comparison) -> Outcome:
    then, now, rules = tables.before.rows, tables.now.rows, tables.contract.disclosure
    limit = tables.kwargs.get("fall" if now < then else "growth")
    stops = limit is not None and is_beyond(abs(now - then), limit * then)
    return Outcome(stops, {"before": disclose_number(rules, then), "now": disclose_number(rules, now)})


def _expected(kwargs: Kwargs, say: Say) -> str:
    """The limits, e.g. `at most 20% fewer, at most 100% more`."""
    parts = [say(words, share=in_percent(kwargs[name])) for name, words in EXPECTED.items() if name in kwargs]
    return parts[0] if len(parts) == 1 else say("and_also", first=parts[0], second=parts[1])


def _observed(observed: Mapping[str, Any], number: Number, say: Say) -> str:
    """What was observed, e.g. `700 rows, 1,000 before (-30%)`."""
    shown = {name: say("few") if rows is None else number(rows) for name, rows in observed.items()}
    words = say(OBSERVED, **shown)
    if observed["now"] is None or not observed["before"]:
        return words
    change = observed["now"] / observed["before"] - 1
    return say("in_brackets", words=words, more=f"{change:+.1%}".replace(".0%", "%"))


GUARD = Guard(
    name="guard_rows",
    order=10,
    limits=(FALL, GROWTH),
    words=Text(
        en="The number of rows is near that of the table accepted before",
        zh_hant="行數與此前獲接納的數據表相近",
    ),
    uses=_uses,
    compare=_compare,
    expected=_expected,
    observed=_observed,
    fault="file-truncated",
)
