"""Rules of a contract's release section, without those that read the fields."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from praya.contract.base import Problem
from praya.contract.rules import format_rules

if TYPE_CHECKING:
    from praya.contract.release import Release


def check_embargo(release: Release) -> Iterator[Problem]:
    if release.embargo_until is not None and release.embargo_until.tzinfo is None:
        yield Problem(("embargo_until",), "`embargo_until` needs a zone, e.g. 2027-01-04T16:30:00+08:00")


def check_weekday(release: Release) -> Iterator[Problem]:
    if release.weekday is not None and release.hour is None:
        yield Problem(("weekday",), "a `weekday` needs an `hour` (Hong Kong time)")


def check_formats_differ(release: Release) -> Iterator[Problem]:
    for number, name in enumerate(release.formats):
        if name in release.formats[:number]:
            yield Problem(("formats", number), f"expected each format once; {name} is there already")


def check_files(release: Release) -> Iterator[Problem]:
    sentence = "`year_field` goes with `files: by year` or `files: both`"
    if release.files != "one" and release.year_field is None:
        yield Problem(("files",), f"{sentence}; there is no `year_field`")
    if release.files == "one" and release.year_field is not None:
        yield Problem(("year_field",), f"{sentence}; there is one file")


RULES = (check_embargo, check_weekday, check_formats_differ, *format_rules.RELEASE, check_files)
