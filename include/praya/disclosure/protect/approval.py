"""What became weaker is released only after a second person has approved exactly this change, on record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from praya.contract import Contract, Policy, load_policy
from praya.disclosure.protect.declared_lineage import Origin, marts_for, origin_of, stricter_elsewhere
from praya.disclosure.protect.weakenings import Rules, Weakening, find_weakenings, rules_of
from praya.errors import DisclosureError, codes
from praya.ledger import Ledger, LedgerLine
from praya.ledger.bodies import ApprovalBody, ChangeKey, RulesInForce
from praya.lineage import Marts
from praya.store import Store, content_key
from praya.text.outside import clean_values, quote
from praya.text.person import is_same_person, parse_person

REASON = 10  # characters; a reason is a sentence
FIRST = content_key(None)  # the hash of the rules before a first decision


@dataclass(frozen=True)
class Change:
    """Rules that are weaker than those of a dataset's last disclosure decision, or a first release that asks.

    `before` and `now` are the hashes of the rules; `follows` is the decision after which those before came into
    force, so that an approval holds for this change and for none like it later.
    """

    dataset: str
    before: str
    now: str
    follows: str | None
    weakenings: tuple[Weakening, ...]
    approvers: dict[str, list[str]]

    @property
    def key(self) -> ChangeKey:
        """What an approval must say to be one of this change."""
        return {"before": self.before, "now": self.now, "follows": self.follows}

    @property
    def is_first(self) -> bool:
        """Whether it is about a first release; `class` says that it is more than that."""
        return all(each.aspect == "first_release" for each in self.weakenings)

    @property
    def said(self) -> str:
        if self.before == FIRST:
            return "has no disclosure decision yet, and its first release asks a second person"
        return "disclosure control became weaker than at the last decision"

    @property
    def summary(self) -> str:
        return "; ".join(each.sentence for each in self.weakenings)

    def refusal(self, proposed_by: str, approved_by: str) -> str | None:
        """Why these two may not settle it, or None. Who may approve is what stood before the change."""
        approver = approved_by.strip().casefold()
        if not proposed_by.strip() or not approver:
            return "it takes the names of who proposed it and of who approves it"
        if is_same_person(proposed_by, approved_by):
            return f"{quote(approved_by)} proposed it, and it takes a second person to approve it"
        for aspect in sorted({each.aspect for each in self.weakenings}):
            people = self.approvers.get(aspect, [])
            if approver not in [name.casefold() for name in people]:
                who = f"{', '.join(people)} may" if people else "nobody may"
                what = "a first release" if aspect == "first_release" else f"a weaker {aspect}"
                return f"{quote(approved_by)} may not approve {what}; by the policy before the change {who}"
        return None


def rules_in_force(
    contract: Contract, policy: Policy, store: Store, origin: Origin, *, synthetic: bool
) -> RulesInForce:
    """`rules` and what they `follows`, for the ledger, and why nobody was asked before a first release; DisclosureError
    where they are weaker, or where a first release of what is made from guarded records asks, and nobody approved."""
    last = Ledger(store).find("disclosure", contract.dataset)
    rules = _plain(rules_of(contract, policy, origin.lineage))
    change = _waits(contract, store, last, rules)
    in_force: RulesInForce = {"rules": rules, "follows": _follows(last, rules)}
    if change is not None and change.is_first and origin.generated and synthetic:
        reason = policy.first_releases.get(contract.dataset)
        if reason:
            in_force["first_release"], change = {"by": "policy", "reason": reason}, None
    if change is not None and Ledger(store).find("approval", contract.dataset, **change.key) is None:
        raise DisclosureError(
            codes.disclosure.APPROVAL_REQUIRED,
            f"{contract.dataset}: {change.said}: {change.summary}. "
            "Nothing was released. Take the change back, or have it approved by a second person: trigger the DAG "
            f"disclosure_approval with this dataset, and another than you answers under Browse → Required Actions "
            f"(without Airflow: praya approve {contract.dataset})",
        )
    return in_force


def waiting(
    contract: Contract, store: Store, policy: Policy | None = None, marts: Marts | None = None
) -> Change | None:
    """The change of a dataset that nobody has approved yet."""
    if not contract.released:
        return None
    policy, marts = (
        policy or load_policy(store.project.policy_file),
        marts or marts_for(contract, store.project),
    )
    origin = origin_of(contract, marts)
    last = Ledger(store).find("disclosure", contract.dataset)
    change = _waits(contract, store, last, _plain(rules_of(contract, policy, origin.lineage)))
    if change is None or Ledger(store).find("approval", contract.dataset, **change.key):
        return None
    if change.is_first and origin.generated and contract.dataset in policy.first_releases:
        return None
    return change


def _waits(contract: Contract, store: Store, last: LedgerLine | None, rules: dict[str, Any]) -> Change | None:
    change = _change(contract.dataset, last.body if last else {}, rules)
    if change is None and last is None and (sentence := stricter_elsewhere(contract, store)):
        return _first(contract.dataset, rules, Weakening("class", sentence))
    return change


def approve(
    change: Change, store: Store, *, proposed_by: str, approved_by: str, reason: str, **how: str
) -> LedgerLine:
    """Record that `approved_by` agrees with what `proposed_by` wants; `how` says by which way, and when.

    Raises PersonUnknown where one of them is no person, and DisclosureError where the two are one however they are
    spelled, the second may not, or no reason is given.
    """
    refusal = change.refusal(proposed_by, approved_by)
    if refusal is None and len(reason.strip()) < REASON:
        refusal = f"the reason '{quote(reason)}' is too short; say in a sentence why less protection is right"
    if refusal is not None:
        raise DisclosureError(
            codes.disclosure.APPROVAL_REFUSED,
            f"{change.dataset}: not approved: {refusal}. What it is about: {change.summary}",
        )
    body: ApprovalBody = {
        **change.key,
        "weaker": [each.sentence for each in change.weakenings],
        "proposed_by": parse_person(proposed_by),
        "approved_by": parse_person(approved_by),
        "reason": reason.strip(),
        "how": how,
    }
    return Ledger(store).record("approval", change.dataset, body)


def unapproved(lines: Iterator[LedgerLine]) -> Iterator[str]:
    """A sentence for every decision in the ledger that asked a second person and had no approval: one that was weaker
    than the one before, or a first one."""
    last: dict[str, dict[str, Any]] = {}
    approvals: dict[str, list[ApprovalBody]] = {}
    for line in lines:
        if line.kind == "approval":
            approvals.setdefault(line.subject, []).append(line.approval)
        if line.kind != "disclosure":
            continue
        if "rules" not in line.body:
            last.setdefault(line.subject, line.body)
            continue
        change = _change(line.subject, last.get(line.subject, {}), line.body["rules"])
        last[line.subject] = line.body
        if change is None or (change.is_first and line.body.get("first_release")):
            continue
        fit = [body for body in approvals.get(line.subject, []) if change.key.items() <= body.items()]
        if all(change.refusal(body["proposed_by"], body["approved_by"]) for body in fit):
            yield (
                f"ledger line {line.number}: {line.subject} was released under weaker rules that nobody who may "
                f"had approved: {change.summary}"
            )


def _change(dataset: str, last: dict[str, Any], rules: dict[str, Any]) -> Change | None:
    """From the last decision to today's rules; None where they are no weaker, and for a first one that does not ask."""
    before = last.get("rules")
    if before is not None and before == rules:
        return None  # as nearly always: to read the rules takes long
    now = Rules.model_validate(rules)
    if not last and now.lineage is not None and now.lineage.guarded:
        behind = ", ".join(f"{name} ({of})" for name, of in now.lineage.guarded.items())
        return _first(dataset, rules, Weakening("first_release", f"it is made from {behind}"))
    if before is None:
        return None
    try:
        then = Rules.model_validate(before)
        weakenings, approvers = find_weakenings(then, now), then.floors.approvers
    except ValidationError:
        # What an older Praya wrote and this one cannot read may have been stricter.
        weakenings = [Weakening("guarded", "the rules of the last decision cannot be read by this version")]
        approvers = now.floors.approvers
    if not weakenings:
        return None
    people: dict[str, list[str]] = {aspect: list(names) for aspect, names in approvers.items()}
    return Change(
        dataset, content_key(before), content_key(rules), last["follows"], tuple(weakenings), people
    )


def _first(dataset: str, rules: dict[str, Any], why: Weakening) -> Change:
    approvers = Rules.model_validate(rules).floors.approvers
    people: dict[str, list[str]] = {aspect: list(names) for aspect, names in approvers.items()}
    return Change(dataset, FIRST, content_key(rules), None, (why,), people)


def _follows(last: LedgerLine | None, rules: dict[str, Any]) -> str | None:
    """The decision after which the rules in force came: the last one under others."""
    if last is None:
        return None
    return last.body.get("follows") if last.body.get("rules") == rules else last.event


def _plain(rules: Rules) -> dict[str, Any]:
    """As the ledger has it; with what is left to defaults, for a default that changes is a change."""
    rules_: dict[str, Any] = clean_values(rules.model_dump(mode="json", by_alias=True))
    return rules_
