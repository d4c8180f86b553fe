"""The number of a release, from what it changes; and what must be settled before it may go out."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TypedDict

from praya.contract import Contract
from praya.contract.zone import HONG_KONG, show_moment
from praya.errors import ReleaseHeld, ReleaseRefused, codes
from praya.history import (
    Difference,
    compare,
    following,
    latest,
    level_of,
    read,
    strictest,
    versions,
)
from praya.history.number import parse
from praya.history.shape_changes import LEVEL
from praya.pipeline.release.dependants import readers
from praya.store import Store
from praya.store.documents import BreakingNotice, ShapeChange, VersionEntry
from praya.text.outside import quote


class Numbering(TypedDict):
    """What a manifest says of the number of its release."""

    number: str
    level: str
    ground: list[ShapeChange]


def changes(store: Store, dataset: str, folder: Path) -> list[Difference]:
    """What the release in `folder` changes in the shape of the latest one; empty where there is none."""
    now = latest(store, dataset)
    if now is None:
        return []
    return compare(read(store.path(f"released/{dataset}/{now['version']}"), dataset), read(folder, dataset))


def numbered(store: Store, dataset: str, folder: Path) -> Numbering:
    """Number, level and ground of the release in `folder`, which is not out yet.

    It is held against the latest release and against the highest number of its line, which is another after a
    rollback: so a line never loses what its readers rely on. `ground` lists the differences; where there are none
    only data or words changed.
    """
    now = latest(store, dataset)
    known = {entry["version"]: entry for entry in versions(store, dataset)}
    current = known.get(now["version"]) if now else None
    before = current.get("number") if current else None
    if before is None:
        return {"number": _first(store, dataset), "level": "major", "ground": []}
    highest = _highest_of_line(known.values(), before)
    found = changes(store, dataset, folder)
    of_line = compare(
        read(store.path(f"released/{dataset}/{highest['version']}"), dataset), read(folder, dataset)
    )
    level = strictest([level_of(found), level_of(of_line)])
    ground = found if level_of(found) == level else of_line
    number = following(highest["number"], level, _taken(store, dataset))
    return {"number": number, "level": level, "ground": [one.as_dict() for one in ground]}


def settled(
    contract: Contract, store: Store, version: str, found: Sequence[Difference], now: dt.datetime
) -> BreakingNotice | None:
    """The notice under which `version`, with these differences, may go out; None where it breaks nothing.

    Raises ReleaseRefused with the list of what it would break where no notice was given, and ReleaseHeld before
    the day of the notice.
    """
    breaks = [one for one in found if LEVEL[one.kind] == "major"]
    if not breaks:
        return None
    notice = contract.release.breaking
    if notice is None:
        raise ReleaseRefused(
            codes.release.BREAKS_READERS,
            _refusal(contract, store, breaks, "the contract gives no notice of that"),
        )
    given: BreakingNotice = {"notice": notice.notice.isoformat(), "reason": notice.reason.as_dict()}
    others = [one for one in versions(store, contract.dataset) if one["version"] != version]
    if any(one.get("breaking") == given for one in others):
        raise ReleaseRefused(
            codes.release.BREAKS_READERS,
            _refusal(contract, store, breaks, "the contract's notice has been used for an earlier change"),
        )
    due = dt.datetime.combine(notice.notice, dt.time(), HONG_KONG).astimezone(dt.UTC)
    if now < due:
        raise ReleaseHeld(
            codes.release.WAITS_FOR_NOTICE,
            f"{contract.dataset}: breaks its readers, who were told that this comes on {notice.notice}; "
            f"held until {show_moment(due)}: {_listed(breaks)}.{readers(store, contract.dataset, breaks)}",
            due,
        )
    return given


def _refusal(contract: Contract, store: Store, breaks: Sequence[Difference], why: str) -> str:
    return (
        f"{contract.dataset}: would break its readers, and {why}: {_listed(breaks)}."
        f"{readers(store, contract.dataset, breaks)} Nothing was released. Take the change back, or tell readers: "
        "`release.breaking` with the day from which it goes out (`notice`) and `reason`"
    )


def _listed(breaks: Sequence[Difference]) -> str:
    return "; ".join(f"{one.kind}: {quote(one.what, 100)}{_values(one)}" for one in breaks)


def _values(one: Difference) -> str:
    if one.before is None:
        return ""
    return (
        f" ({quote(one.before)} → {quote(one.after)})" if one.after is not None else f" ({quote(one.before)})"
    )


def _highest_of_line(entries: Iterable[VersionEntry], number: str) -> VersionEntry:
    line = [
        entry
        for entry in entries
        if entry["state"] != "withdrawn"
        and "number" in entry
        and parse(entry["number"])[0] == parse(number)[0]
    ]
    return max(line, key=lambda entry: parse(entry["number"]))


def _taken(store: Store, dataset: str) -> list[str]:
    """Every number that any version has, also of those withdrawn and of those that never became the latest."""
    told = [
        json.loads(path.read_bytes())
        for name in ("manifest.json", "withdrawn.json")
        for path in sorted(store.path(f"released/{dataset}").glob(f"*/{name}"))
    ]
    return [one["number"] for one in told if "number" in one]


def _first(store: Store, dataset: str) -> str:
    """1.0.0, or the next major where all that was numbered is withdrawn or was never pointed to."""
    taken = _taken(store, dataset)
    return following(max(taken, key=parse), "major", taken) if taken else following(None, "major", ())
