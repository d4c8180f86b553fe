"""The number of a release, from what it changes; and what must be settled before it may go out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypedDict

from praya.contract.breaking import Breaking
from praya.contract.zone import HONG_KONG, show_moment
from praya.errors import ReleaseHeld, ReleaseRefused, codes
from praya.history import Difference, PublishedDataset, compare, following, level_of, read, strictest
from praya.history.number import parse
from praya.history.shape_changes import LEVEL
from praya.pipeline.release.dependants import Readers
from praya.store.documents import BreakingNotice, ShapeChange
from praya.text.outside import quote

FindReaders = Callable[[Sequence[Difference]], Readers]
"""What reads the dataset, and which of it these differences touch."""


class ReleaseNumber(TypedDict):
    """What a manifest says of the number: `level` is what the release asks of its readers; `ground` lists the
    differences, none where only data or words changed."""

    number: str
    level: str
    ground: list[ShapeChange]


def find_changes(published: PublishedDataset, folder: Path) -> list[Difference]:
    """What the release in `folder` changes in the shape of the latest one; empty where there is none."""
    if published.latest is None:
        return []
    return compare(published.latest.shape, read(folder, published.dataset))


def number_release(published: PublishedDataset, folder: Path) -> ReleaseNumber:
    """The number of the release in `folder`, which is not out yet.

    It is held against the latest release and against the highest number of its line, which is another after a
    rollback: so a line never loses what its readers rely on.
    """
    latest, highest = published.latest, published.highest
    if latest is None or highest is None:
        return {"number": _first(published.numbers), "level": "major", "ground": []}
    changes = find_changes(published, folder)
    of_line = compare(highest.shape, read(folder, published.dataset))
    level = strictest([level_of(changes), level_of(of_line)])
    ground = changes if level_of(changes) == level else of_line
    before = published.numbers_by_version[highest.version]
    return {
        "number": following(before, level, published.numbers),
        "level": level,
        "ground": [difference.as_dict() for difference in ground],
    }


def check_notice(
    notice: Breaking | None,
    published: PublishedDataset,
    version: str,
    changes: Sequence[Difference],
    now: dt.datetime,
    find_readers: FindReaders,
) -> BreakingNotice | None:
    """The notice under which `version`, with these changes, may go out at `now` (UTC); None where it breaks nothing.

    Raises ReleaseRefused with the list of what it would break where no notice was given, and ReleaseHeld before
    the day of the notice.
    """
    breaks = [change for change in changes if LEVEL[change.kind] == "major"]
    if not breaks:
        return None
    if notice is None:
        raise ReleaseRefused(
            codes.release.BREAKS_READERS,
            _describe_refusal(published, breaks, find_readers, "the contract gives no notice of that"),
        )
    announced: BreakingNotice = {"notice": notice.notice.isoformat(), "reason": notice.reason.as_dict()}
    others = (entry for entry in published.entries if entry["version"] != version)
    if any(entry.get("breaking") == announced for entry in others):
        raise ReleaseRefused(
            codes.release.BREAKS_READERS,
            _describe_refusal(
                published, breaks, find_readers, "the contract's notice has been used for an earlier change"
            ),
        )
    due = dt.datetime.combine(notice.notice, dt.time(), HONG_KONG).astimezone(dt.UTC)
    if now < due:
        raise ReleaseHeld(
            codes.release.WAITS_FOR_NOTICE,
            f"{published.dataset}: breaks its readers, who were told that this comes on {notice.notice}; "
            f"held until {show_moment(due)}: {_list_breaks(breaks)}.{find_readers(breaks)}",
            due,
        )
    return announced


def _describe_refusal(
    published: PublishedDataset, breaks: Sequence[Difference], find_readers: FindReaders, why: str
) -> str:
    return (
        f"{published.dataset}: would break its readers, and {why}: {_list_breaks(breaks)}."
        f"{find_readers(breaks)} Nothing was released. Take the change back, or tell readers: "
        "`release.breaking` with the day from which it goes out (`notice`) and `reason`"
    )


def _list_breaks(breaks: Sequence[Difference]) -> str:
    return "; ".join(f"{change.kind}: {quote(change.what, 100)}{_show_values(change)}" for change in breaks)


def _show_values(change: Difference) -> str:
    if change.before is None:
        return ""
    after = f" → {quote(change.after)}" if change.after is not None else ""
    return f" ({quote(change.before)}{after})"


def _first(taken: Sequence[str]) -> str:
    """1.0.0, or the next major where all that was numbered is withdrawn or was never pointed to."""
    return following(max(taken, key=parse), "major", taken) if taken else following(None, "major", ())
