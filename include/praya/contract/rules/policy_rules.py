"""Rules of the policy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from praya.contract.base import Problem
from praya.text.outside import quote

if TYPE_CHECKING:
    from praya.contract.policy import Policy


def check_roles_are_held(policy: Policy) -> Iterator[Problem]:
    for aspect, role in policy.may_lower.items():
        if not policy.roles.get(role):
            yield Problem(
                ("may_lower", aspect),
                f"nobody in `roles` holds the role {quote(role)}; name at least one person",
            )


RULES = (check_roles_are_held,)
