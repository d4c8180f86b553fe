"""strptime formats of dates, times and moments: which parts they read, and whether these make up the type."""

from __future__ import annotations

import re
from collections.abc import Iterator

from praya.text.outside import quote

PARTS = {
    "year": "Yy",
    "month": "mbBh",
    "day": "d",
    "day of the year": "j",
    "hour": "HI",
    "minute": "M",
    "second": "S",
    "fraction of the second": "fgn",
    "half of the day": "p",
    "zone": "zZ",
}
PART_OF = {letter: part for part, letters in PARTS.items() for letter in letters}
WHOLE = {"x": "Ymd", "X": "HMS", "c": "YmdHMS"}  # what stands for several
LEFT_OUT = "aAwu%"  # days of the week say nothing that the date does not


def has_zone(format_: str) -> bool:
    """Whether the format reads a zone or an offset from UTC."""
    return "zone" in parts_of(format_)


def parts_of(format_: str) -> list[str]:
    """The parts that the format reads, each as often as it is named. Raises ValueError for what is no directive."""
    return [PART_OF[letter] for letter in _letters(format_)]


def check_format(type_: str, format_: str) -> None:
    """Raise ValueError where text read by the format would not give a whole value of the type."""
    parts = parts_of(format_)
    if twice := sorted({part for part in parts if parts.count(part) > 1}):
        raise ValueError(f"`format` '{quote(format_)}' names the {twice[0]} more than once")
    there = set(parts)
    if type_ in ("date", "datetime") and not (
        {"year", "day of the year"} <= there or {"year", "month", "day"} <= there
    ):
        raise ValueError(
            f"`format` '{quote(format_)}' does not read a whole date: it needs year, month and day"
        )
    if type_ in ("datetime", "time") and "hour" not in there:
        raise ValueError(f"`format` '{quote(format_)}' does not read the hour")
    if type_ == "time" and there & {"year", "month", "day", "day of the year", "zone"}:
        raise ValueError(
            f"`format` '{quote(format_)}' reads more than a time: a time has neither date nor zone"
        )
    if bool(re.search(r"%-?I", format_)) != ("half of the day" in there):
        raise ValueError(f"`format` '{quote(format_)}': %I (1 to 12) and %p (AM, PM) go together")


def _letters(format_: str) -> Iterator[str]:
    for directive in re.findall(r"%-?.?", format_):
        letter = directive[-1]
        if letter in WHOLE:
            yield from WHOLE[letter]
        elif letter in PART_OF:
            yield letter
        elif letter not in LEFT_OUT or directive == "%":
            raise ValueError(
                f"`format` '{quote(format_)}': '{quote(directive)}' is not a directive that is read here"
            )
