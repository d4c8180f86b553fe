"""A second reading: every number of the documents, and where it went or why it was left out.

`numbers/<document>.csv` has a row a number. This module holds it against the documents (every number that
`numbers_in` finds is in it, and no other) and against the sources (what a row names is there, with that value).

`where` is one of these, or several after one another, set apart by semicolons:
    figure METRIC PERIOD STAGE     the observation that holds the number
    period METRIC PERIOD STAGE     the number tells of when that observation is
    row DATASET KEY…               the row of a text dataset that holds it
    cell DATASET FIELD             a value of that field
    left out REASON                one of REASONS

    PYTHONPATH=tests python -m content.second_reading [DOCUMENT…]     lists them; ends with 1 where one is unexplained
"""

from __future__ import annotations

import csv
import re
import sys
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import NamedTuple

from content.numbers_in import Number, numbers_in
from made import project
from made.tables import INCLUDE, SHARED, Row, records
from praya.contract import Contract, load_contracts

HERE = Path(__file__).parent
DOCUMENTS = ("000", "001", "002", "003", "004")
REASONS = {
    "address": "the floor of an office",
    "base": "what a ratio or a doubling is reckoned from; the figure beside it holds both",
    "chart": "the title of a chart whose figures the text does not have",
    "code": "the number of a law",
    "column": "the head of a table's column: the period of the figures under it",
    "heading": "the head of a page or of a part",
    "name": "a part of a name or of a term",
    "ordinal": "which one of several, of a thing that has no figure",
    "paragraph": "the number of a paragraph",
    "repeated": "a figure that was just told",
    "span": "the second half of a school year",
    "start": "when a count began, which the metric's definition says",
    "unit": "the unit of a table's column",
    "wording": "a word that counts nothing",
}
POWERS = [Decimal(10) ** power for power in (0, 3, 6, 9, -3, -6, -9)]


class Reading(NamedTuple):
    """A row of the table: a number of a document, and where it went."""

    document: str
    number: Number
    where: str


def document(name: str) -> Path | None:
    """The file of a document, None where it is not here."""
    return next(iter(sorted((SHARED / "seeds").glob(f"{name}_*.txt"))), None)


def readings(name: str) -> list[Reading]:
    """The rows of one document's table."""
    text = (HERE / "numbers" / f"{name}.csv").read_text("utf-8")
    return [
        Reading(name, Number(int(row["line"]), int(row["nth"]), row["number"]), row["where"])
        for row in csv.DictReader(text.splitlines())
    ]


def unread(name: str, path: Path) -> list[str]:
    """Numbers of the document that are not in its table, and rows of the table that are not in the document."""
    printed, told = set(numbers_in(path.read_text("utf-8"))), {one.number for one in readings(name)}
    return [
        f"{name}:{one.line}: {one.text!r} is not in numbers/{name}.csv" for one in sorted(printed - told)
    ] + [
        f"{name}:{one.line}: {one.text!r} is in numbers/{name}.csv and not in the document"
        for one in sorted(told - printed)
    ]


def problem(reading: Reading) -> str | None:
    """What is wrong with where a number is said to have gone; None where it is there."""
    wrong = [_wrong(reading.number, place) for place in places(reading)]
    return "; ".join(each for each in wrong if each) or None


def places(reading: Reading) -> list[str]:
    """Where a number went; one that is told of two dates has two places."""
    return reading.where.split("; ")


def _wrong(number: Number, place: str) -> str | None:
    kind, _, rest = place.partition(" ")
    if kind == "left":
        reason = place.removeprefix("left out ")
        return None if reason in REASONS else f"{reason!r} is none of the reasons"
    check = {"figure": _figure, "period": _period, "row": _row, "cell": _cell}.get(kind)
    return check(number, rest.split()) if check else f"{place!r} says nothing that is known"


def observations() -> dict[tuple[str, str, str], Row]:
    """The observations that were typed by hand, by metric, period and stage."""
    return {
        (row["metric"], row["period"], row["stage"]): row
        for path in sorted(HERE.glob("golden_observations*.csv"))
        for row in _rows(path)
    }


def _figure(number: Number, key: list[str]) -> str | None:
    found = _observation(key)
    if found is None:
        return f"there is no observation {' '.join(key)}"
    # Money may be printed in another unit than the observation has; other counts only in millions.
    powers = POWERS if found["unit"].startswith("HKD") else (Decimal(1), Decimal(10) ** -6)
    value = abs(Decimal(found["value"]))
    if number.value not in {value * power for power in powers}:
        return f"{' '.join(key)} is {found['value']} {found['unit']}"
    return None


def _period(number: Number, key: list[str]) -> str | None:
    if _observation(key) is None:
        return f"there is no observation {' '.join(key)}"
    return None if _tells(number, [key[1]]) else f"{key[1]} does not have it"


def _observation(key: list[str]) -> Row | None:
    return _observations().get((key[0], key[1], key[2])) if len(key) == 3 else None


def _tells(number: Number, times: list[str]) -> bool:
    """Whether a number is a part of one of the times: year, day, or the second year of 2023-24."""
    parts = {part.lstrip("0") for time in times for part in time.split("-")}
    if found := re.fullmatch(r"(\d+)\.(\d+)\.(\d+)", number.text):
        return f"{found[3]}-{int(found[2]):02d}-{int(found[1]):02d}" in times
    short = {time[2:4] for time in times}
    return str(number.value) in parts | short


def _row(number: Number, key: list[str]) -> str | None:
    rows = [row for row in _table(key[0]) if _is(row, key)]
    if not rows:
        return f"{key[0]} has no row {' '.join(key[1:])}"
    if key[0] == "programme-lists":
        told = {len(rows), *(int(row["Stated Count"] or 0) for row in rows)}
        return None if told == {number.value} else f"the list {key[1]} has {len(rows)} entries"
    (row,) = rows
    times = [row.get(name) or "" for name in ("Date", "Date To", "Due", "Due From", "Period")]
    title = {one.value for one in numbers_in(row["Title (English)"])}
    half_year = {Decimal(1), Decimal("0.5")} if any(time.endswith("-06") for time in times) else set()
    if number.value in title | half_year or _tells(number, times):
        return None
    return f"the row {' '.join(key[1:])} tells nothing of {number.text}"


def _is(row: Row, key: list[str]) -> bool:
    """Whether a row has the key: a list by its name, others by the values of their primary key."""
    names = ["list"] if key[0] == "programme-lists" else _contracts()[key[0]].primary_key
    sources = {field.name: field.source_name for field in _contracts()[key[0]].fields}
    return [row[sources[name]] for name in names] == key[1:]


def _cell(number: Number, key: list[str]) -> str | None:
    (name,) = [field.source_name for field in _contracts()[key[0]].fields if field.name == key[1]]
    if number.text in {row[name] for row in _table(key[0])}:
        return None
    return f"no row of {key[0]} has it as {key[1]}"


def _rows(path: Path) -> list[Row]:
    return list(csv.DictReader(path.read_text("utf-8").splitlines()))


@cache
def _observations() -> dict[tuple[str, str, str], Row]:
    return observations()


@cache
def _contracts() -> dict[str, Contract]:
    return {one.dataset: one for one in load_contracts(project(contracts=INCLUDE / "contracts"))}


@cache
def _table(dataset: str) -> list[Row]:
    return records(str(_contracts()[dataset].source.path))


def _told(name: str) -> Iterator[str]:
    """A line a number, as people read it."""
    for one in readings(name):
        reason = REASONS.get(one.where.removeprefix("left out "), "")
        yield f"{name}:{one.number.line}\t{one.number.text}\t{one.where}" + (f": {reason}" if reason else "")


def main(names: list[str]) -> int:
    """Lists every number of the documents; what is wrong comes last. Gives 1 where anything is."""
    problems: list[str] = []
    kinds: Counter[str] = Counter()
    for name in names or DOCUMENTS:
        print(*_told(name), sep="\n")
        kinds.update(one.where.split()[0] for one in readings(name))
        problems += [
            f"{name}:{one.number.line}: {one.number.text!r}: {wrong}"
            for one in readings(name)
            if (wrong := problem(one))
        ]
        path = document(name)
        problems += (
            unread(name, path)
            if path
            else [f"{name}: the document is not here; its table was not held against it"]
        )
    print(
        "\n" + ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())),
        f"of {kinds.total()} numbers",
    )
    print(*problems, sep="\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
