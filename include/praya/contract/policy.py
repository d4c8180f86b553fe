"""The policy: floors that no contract may go below, and who may approve that something becomes weaker."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field as Key
from pydantic import StringConstraints

from praya.contract.base import Model, RuledModel
from praya.contract.disclosure import Disclosure, Method
from praya.contract.rules import policy_rules as rules

Aspect = Literal[
    "class",
    "method",
    "threshold",
    "values",
    "guarded",
    "public_contact",
    "allowed_rate",
    "precision",
    "approvers",
    "first_release",
    "lineage",
]
# Those that policies have had since decisions record lineage; earlier ones said nothing of them.
SINCE_LINEAGE: frozenset[Aspect] = frozenset({"first_release", "lineage"})
Reason = Annotated[str, StringConstraints(min_length=10)]


class MethodFloor(Model):
    """What a method of hiding small counts must hold at least."""

    threshold: int = Key(ge=1, description="the least threshold that a contract may set")
    values: int = Key(
        default=5, ge=2, description="how many values a hidden count must be able to have, at least"
    )


class PersonalData(Model):
    """What may look like personal data in a release."""

    allowed_rate: float = Key(
        ge=0, lt=1, description="the highest share of a column's cells that a contract may allow"
    )
    decimals: int = Key(ge=0, le=9, description="decimals of a degree; finer places are personal data")
    metres: int = Key(ge=1, description="metres of the HK1980 Grid; finer places are personal data")


class Floors(Model):
    """What the policy asks of one dataset, and who may approve that it becomes less."""

    threshold: int | None
    values: int | None
    allowed_rate: float
    decimals: int
    metres: int
    approvers: dict[Aspect, list[str]]


class Policy(RuledModel):
    """Floors of disclosure control for all contracts."""

    RULES = rules.RULES

    methods: dict[Method, MethodFloor] = Key(min_length=1, description="the methods that may be used")
    personal_data: PersonalData
    roles: dict[str, list[str]] = Key(description="role → user names, as Airflow knows them")
    may_lower: dict[Aspect, str] = Key(description="what becomes weaker → the role that may approve it")
    first_releases: dict[str, Reason] = Key(
        default={},
        description="dataset that is made from generated records alone → why nobody is asked before its first release",
    )
    deletions: dict[str, Reason] = Key(
        default={},
        description="dataset → why it is to be deleted from the portal, which deletes what the harvest file leaves out",
    )

    def floors(self, disclosure: Disclosure) -> Floors:
        """The floors that concern a dataset with this disclosure section."""
        method = self.methods.get(disclosure.method) if disclosure.counts else None
        return Floors(
            threshold=method.threshold if method else None,
            values=method.values if method else None,
            **self.personal_data.model_dump(),
            approvers={aspect: sorted(self.roles[role]) for aspect, role in self.may_lower.items()},
        )

    def values(self, disclosure: Disclosure) -> int:
        """How many values a hidden count of a dataset with this disclosure section must still be able to have."""
        method = self.methods.get(disclosure.method)
        return method.values if method else MethodFloor.model_fields["values"].default

    def violations(self, disclosure: Disclosure) -> Iterator[tuple[str, str]]:
        """Where a disclosure section is weaker than the policy: its key, and what is wrong with it."""
        ceiling = self.personal_data.allowed_rate
        if disclosure.allowed_rate > ceiling:
            yield (
                "allowed_rate",
                f"is {disclosure.allowed_rate}; the policy allows at most {ceiling}. Say no more than that",
            )
        if not disclosure.counts:
            return
        floor = self.methods.get(disclosure.method)
        if floor is None:
            known = ", ".join(sorted(self.methods))
            yield "method", f"is {disclosure.method!r}, which the policy does not name; use one of: {known}"
        elif disclosure.threshold < floor.threshold:
            yield (
                "threshold",
                f"is {disclosure.threshold}; the policy asks for at least {floor.threshold} with the method "
                f"{disclosure.method}. Say {floor.threshold} or more",
            )
