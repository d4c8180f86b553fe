"""Whether disclosure control became weaker: the rules of one decision held against those of the one before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from praya.contract import Contract, Policy
from praya.contract.base import Model
from praya.contract.disclosure import Disclosure
from praya.contract.disclosure_method import disclosure_methods
from praya.contract.lineage import Lineage
from praya.contract.policy import SINCE_LINEAGE, Aspect, Floors

# From the strictest on: each lets more out than the one before.
CLASSES = ("personal records", "aggregated counts", "public facts", "public register")


class Rules(Model):
    """What a decision was made under: the contract's disclosure section, the floors that concern it, and what the
    dataset is made from; decisions of before that was recorded have no `lineage`."""

    disclosure: Disclosure
    floors: Floors
    lineage: Lineage | None = None


class Weakening(NamedTuple):
    """What became weaker, and how, in words."""

    aspect: Aspect
    sentence: str


def rules_of(contract: Contract, policy: Policy, lineage: Lineage) -> Rules:
    """The rules in force for a dataset today."""
    return Rules(disclosure=contract.disclosure, floors=policy.floors(contract.disclosure), lineage=lineage)


def find_weakenings(before: Rules, now: Rules) -> list[Weakening]:
    """Everything in which `now` protects less than `before`, in a fixed order; empty where it is as strict or stricter.

    What cannot be compared counts as weaker: another method, a count that is gone. Not weaker is transitive, so
    that no chain of small steps leads where one step would have to be approved.
    """
    weakenings = [*_of_contract(before.disclosure, now.disclosure)]
    weakenings += _of_policy(
        before.floors, now.floors, SINCE_LINEAGE if before.lineage is None else frozenset()
    )
    if before.lineage is not None and now.lineage is not None:
        weakenings += [Weakening("lineage", each) for each in now.lineage.more_than(before.lineage)]
    return weakenings


def _of_contract(before: Disclosure, now: Disclosure) -> Iterator[Weakening]:
    if CLASSES.index(now.class_) > CLASSES.index(before.class_):
        yield Weakening("class", _was("the class", before.class_, now.class_))
    guarded = _guards(now)
    for name, how in _guards(before).items():
        if name not in guarded:
            yield Weakening("guarded", f"{name} is no longer guarded (it was, as {how})")
        elif guarded[name] != how:
            yield Weakening("guarded", f"{name} was guarded as {how}, and is as {guarded[name]}")
    if before.counts and now.counts:
        yield from _of_counts(before, now)
    for name in sorted(now.public_contact.keys() - before.public_contact.keys()):
        yield Weakening("public_contact", f"{name} was no public contact, and is declared one")
    if now.allowed_rate > before.allowed_rate:
        yield Weakening(
            "allowed_rate", _was("the allowed rate of hits", before.allowed_rate, now.allowed_rate)
        )


def _of_counts(before: Disclosure, now: Disclosure) -> Iterator[Weakening]:
    if now.method != before.method:
        yield Weakening("method", _was("the method", before.method, now.method))
    elif disclosure_methods()[now.method].needs_cell_keys:
        for name, key in before.cell_keys.items():
            if now.cell_keys.get(name) != key:
                yield Weakening("guarded", _was(f"the cell key of {name}", key, now.cell_keys.get(name)))
    if now.threshold < before.threshold:
        yield Weakening("threshold", _was("the threshold", before.threshold, now.threshold))
    means = {mean.field: mean for mean in now.means}
    for mean in before.means:
        if (
            mean.sum
            and mean.field in means
            and (mean.sum, mean.bands)
            != (
                means[mean.field].sum,
                means[mean.field].bands,
            )
        ):
            yield Weakening(
                "guarded", f"of the mean {mean.field} the sum or its bands are no longer those known"
            )
    structure = now.structure.model_dump(mode="json", by_alias=True)
    for part, value in before.structure.model_dump(mode="json", by_alias=True).items():
        if lost := [
            each for each in _several(value) if not any(map(_keeps(each), _several(structure[part])))
        ]:
            yield Weakening("guarded", f"structure.{part} no longer says: {'; '.join(map(str, lost))}")


def _of_policy(before: Floors, now: Floors, unknown: frozenset[Aspect]) -> Iterator[Weakening]:
    aspects: tuple[Aspect, ...] = ("threshold", "values")
    for aspect in aspects:
        was, is_ = getattr(before, aspect), getattr(now, aspect)
        if was is not None and is_ is not None and is_ < was:
            yield Weakening(aspect, _was(f"the policy's least {aspect}", was, is_))
    if now.allowed_rate > before.allowed_rate:
        yield Weakening(
            "allowed_rate", _was("the policy's highest rate of hits", before.allowed_rate, now.allowed_rate)
        )
    if now.decimals > before.decimals:
        yield Weakening("precision", _was("decimals of a place", before.decimals, now.decimals))
    if now.metres < before.metres:
        yield Weakening("precision", _was("metres of a place", before.metres, now.metres))
    for what, people in now.approvers.items():
        if what in unknown and what not in before.approvers:
            continue
        if more := sorted({*people} - {*before.approvers.get(what, [])}):
            yield Weakening("approvers", f"{', '.join(more)} could not approve a change of {what}, and can")


def _guards(rules: Disclosure) -> dict[str, str]:
    """How each guarded field is guarded."""
    guards = dict.fromkeys(rules.counts, "a count")
    guards |= {rate.field: f"the rate {rate.numerator} of {rate.denominator}" for rate in rules.rates}
    guards |= {mean.field: f"a mean over {mean.count}" for mean in rules.means}
    return guards | {name: f"made from {of}" for name, of in rules.follows.items()}


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _keeps(before: Any) -> Any:
    """Whether something that is said of the structure says all that `before` did; more is no weakening."""

    def kept(now: Any) -> bool:
        if not isinstance(before, dict) or before.keys() != now.keys():
            return bool(before == now)
        more = {
            "parents": lambda was, is_: was.items() <= is_.items(),
            "guarded": lambda was, is_: is_ >= was,
        }
        return all(
            more[key](before[key], now[key]) if key in more else before[key] == now[key] for key in now
        )

    return kept


def _was(what: str, before: object, now: object) -> str:
    return f"{what} was {before}, and is {now}"
