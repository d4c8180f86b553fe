"""Rules of a note and of the coverage, each read alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from praya.contract.base import Problem

if TYPE_CHECKING:
    from praya.contract.notes import Coverage, Note

ONE_WAY = "expected `field`, or `from` with `to`, or neither"


def check_code_has_field(note: Note) -> Iterator[Problem]:
    if note.code is not None and note.field is None:
        yield Problem(("code",), "a `code` needs the `field` that it is a value of")


def check_one_way(coverage: Coverage) -> Iterator[Problem]:
    days = {"from": coverage.from_, "to": coverage.to}
    named = [key for key, day in days.items() if day is not None]
    if coverage.field:
        yield from (Problem((key,), f"{ONE_WAY}; there is `field` too") for key in named)
    elif len(named) == 1:
        yield Problem((named[0],), f"{ONE_WAY}; there is only `{named[0]}`")


def check_days_in_order(coverage: Coverage) -> Iterator[Problem]:
    if coverage.from_ and coverage.to and coverage.from_ > coverage.to:
        yield Problem(("from",), f"`from` {coverage.from_} is after `to` {coverage.to}")


NOTE = (check_code_has_field,)
COVERAGE = (check_one_way, check_days_in_order)
