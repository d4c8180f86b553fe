"""`guard_keys`: the keys of the table before are still there."""

from collections.abc import Iterator, Mapping
from typing import Any

from praya.contract import Contract, Text
from praya.contract.base import Problem
from praya.contract.guards import Share
from praya.contract.rule_kind import Limit
from praya.contract.telling import disclose_number
from praya.pipeline.validate.guard_figures import in_percent, is_beyond
from praya.pipeline.validate.messages import Say
from praya.pipeline.validate.rule_specs import Comparison, Guard, GuardUse, Kwargs, Number, Outcome
from praya.store.duck import identifier

KEYS = Limit("keys", Share, "the share of known keys that may vanish: 0.2; or off", usual=0.2)
EXPECTED = Text(en="at most {share} vanish", zh_hant="最多{share}消失")
OBSERVED = Text(en="{vanished} of {known} keys vanished", zh_hant="{known}個鍵值中有{vanished}個消失")


def _check(contract: Contract) -> Iterator[Problem]:
    if contract.quality.guards.option(KEYS.name) is not None and not contract.lasting_key:
        yield Problem(
            ("quality", "guards", KEYS.name),
            "the primary key has no column that stays from one delivery to the next",
        )


def _uses(contract: Contract) -> Iterator[GuardUse]:
    limit, names = contract.quality.guards.limit(KEYS.name), contract.lasting_key
    if limit is not None and names:
        yield GuardUse({"column_list": names, "limit": limit}, {"names": ", ".join(names)})


def _compare(tables: Comparison) -> Outcome | None:
    names = tables.kwargs["column_list"]
    if not {*names} <= {*tables.before.columns} & {*tables.now.columns}:
        return None
    known, vanished = _count(tables, names)
    stops, rules = is_beyond(vanished, tables.kwargs["limit"] * known), tables.contract.disclosure
    return Outcome(
        stops, {"known": disclose_number(rules, known), "vanished": disclose_number(rules, vanished)}
    )


def _count(tables: Comparison, names: list[str]) -> tuple[int, int]:
    """How many keys were known, and how many of them are no longer there; of two types, compared as text."""
    same = {name: tables.before.columns[name] == tables.now.columns[name] for name in names}
    columns = ", ".join(
        identifier(name) if alike else f"{identifier(name)}::varchar" for name, alike in same.items()
    )
    known, now = (f"select distinct {columns} from {each.source}" for each in (tables.before, tables.now))
    counted = f"select (select count(*) from ({known})), (select count(*) from ({known} except {now}))"
    known_keys, vanished = tables.connection.execute(counted).fetchone() or (0, 0)
    return int(known_keys), int(vanished)


def _expected(kwargs: Kwargs, say: Say) -> str:
    return say(EXPECTED, share=in_percent(kwargs["limit"]))


def _observed(observed: Mapping[str, Any], number: Number, say: Say) -> str:
    shown = {name: say("few") if keys is None else number(keys) for name, keys in observed.items()}
    return say(OBSERVED, **shown)


GUARD = Guard(
    name="guard_keys",
    order=40,
    limits=(KEYS,),
    check=_check,
    words=Text(
        en="The keys of the table accepted before are still there ({names})",
        zh_hant="此前獲接納數據表的鍵值仍然存在（{names}）",
    ),
    uses=_uses,
    compare=_compare,
    expected=_expected,
    observed=_observed,
    fault="file-truncated",
)
