"""Waivers: critical expectations that may fail for a time, with the reason and who answers for it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from pydantic import Field as Key
from pydantic import field_validator

from praya.contract.base import Model
from praya.text.person import is_technical


class Waiver(Model):
    """A critical expectation whose failure only warns up to and including the day `until` (Hong Kong)."""

    expectation: str = Key(
        min_length=3, description="the expectation's id, as the validation report shows it"
    )
    until: dt.date = Key(description="the last day on which it holds, in Hong Kong")
    reason: str = Key(min_length=10, description="why the failure is tolerable until then, in a sentence")
    by: str = Key(min_length=2, description="who answers for it")

    @field_validator("by")
    @classmethod
    def _by_is_somebody(cls, by: str) -> str:
        if is_technical(by):
            raise ValueError("expected who answers for it, and not the account of a machine")
        return by

    def in_force(self, day: dt.date) -> bool:
        return day <= self.until

    def as_dict(self) -> dict[str, Any]:
        return self.model_dump(mode="json")
