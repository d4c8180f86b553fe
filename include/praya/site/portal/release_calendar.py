"""calendar: what is announced or expected of each dataset's next release, as page, JSON and iCalendar, and what changed
in what was announced."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TypedDict

from praya.contract import Contract
from praya.contract.zone import HONG_KONG
from praya.history.rhythm import expected_next, release_days
from praya.metadata import as_json
from praya.site.portal.ical import as_ical
from praya.site.portal.portal_pages import in_languages
from praya.store import Store, layout
from praya.store.documents import Calendar, CalendarChange, CalendarDataset, CalendarDate, CalendarRelease
from praya.text.three_languages import Words

AHEAD = 12  # months after the one that runs


class WrittenCalendar(Calendar):
    """The calendar, and whether any file of it is another than before."""

    changed: bool


class RecordedNotice(TypedDict):
    """A breaking change that the calendar has on record, and when it was recorded (UTC)."""

    date: str
    reason: Words
    recorded: str


def write_calendar(store: Store, contracts: Sequence[Contract], today: dt.date) -> WrittenCalendar:
    """Write `released/calendar.json`, `calendar.ics` and `calendar-{en,tc,sc}.html` for the twelve months from `today`
    (Hong Kong); returns the calendar with `changed` added.

    `releases` has the next release of each dataset: `date` and `time` as far as they can be said, and its `status`.
    Confirmed: an embargo or a notice. Scheduled: the standing time of a daily or weekly contract. Expected: worked out
    of the `past` releases, from `date` to `until`; late: that time is over. All else is not announced, or not released
    so far. `changes` is the record of what was moved, added or removed after it had been announced, and of breaking
    changes; it only grows.
    """
    with store.lock("calendar"):
        before = _read(store)
        releases = [
            release for contract in contracts if contract.released for release in _of(contract, store, today)
        ]
        releases.sort(key=_place)
        titles = {contract.dataset: contract.title.as_dict() for contract in contracts if contract.released}
        datasets = sorted(titles)
        record = [*before["changes"], *_changes(before, releases, datasets, today)]
        made: Calendar = {
            "as_of": today.isoformat(),
            "datasets": datasets,
            "releases": releases,
            "changes": record,
        }
        files = {
            "calendar.ics": as_ical(releases, today),
            **in_languages("calendar.html", "calendar", c=made, first=_first(releases), titles=titles),
            "calendar.json": as_json(made),
        }
        changed = store.put_if_new({f"{layout.RELEASED}/{name}": data for name, data in files.items()})
    return {**made, "changed": changed}


def _read(store: Store) -> Calendar:
    """The calendar as it was written last; an empty one before the first."""
    before: Calendar | None = store.get_json("released/calendar.json")
    return before or {"as_of": "", "datasets": [], "releases": [], "changes": []}


def list_notices(store: Store) -> dict[str, list[RecordedNotice]]:
    """The breaking changes of each dataset that the calendar has on record: date, reason, and when each was
    recorded."""
    notices: dict[str, list[RecordedNotice]] = {}
    for change in _read(store)["changes"]:
        if change["change"] == "breaking change":
            notices.setdefault(change["dataset"], []).append(
                {
                    "date": change["after"],
                    "reason": change["reason"],
                    "recorded": f"{change['recorded']}T00:00:00Z",
                }
            )
    return notices


def _place(release: CalendarRelease) -> tuple[str, str, str]:
    """Standing times first, then by date; what is not announced comes last."""
    never = "9999" if release["status"] in ("not announced", "not released") else ""
    return (release["date"] or never, release["dataset"], release["kind"])


def _first(releases: Sequence[CalendarRelease]) -> dict[str, int]:
    """Where each dataset stands first, for links to it."""
    places: dict[str, int] = {}
    for place, release in enumerate(releases):
        places.setdefault(release["dataset"], place)
    return places


def _of(contract: Contract, store: Store, today: dt.date) -> Iterator[CalendarRelease]:
    """The entries of one dataset: what its contract announces, else what its past releases let expect, else that
    nothing is announced."""
    until = _month(today, AHEAD + 1)
    shared: CalendarDataset = {
        "dataset": contract.dataset,
        "title": contract.title.as_dict(),
        "frequency": contract.frequency,
        "synthetic": contract.synthetic,
    }
    yield {**shared, **_next(contract, store, today, until)}
    notice = contract.release.breaking
    if notice is not None and today <= notice.notice < until:
        date = _entry("confirmed", notice.notice, None, "breaking")
        date["reason"] = notice.reason.as_dict()
        yield {**shared, **date}


def _next(contract: Contract, store: Store, today: dt.date, until: dt.date) -> CalendarDate:
    """The next release of a dataset: confirmed, scheduled, expected, late or not announced."""
    release = contract.release
    time = f"{release.hour:02}:00" if release.hour is not None else None
    if release.embargo_until is not None:
        held = release.embargo_until.astimezone(HONG_KONG)
        if today <= held.date() < until:
            return _entry("confirmed", held.date(), held.strftime("%H:%M"))
    if contract.frequency == "daily" and time:
        return _entry("scheduled", None, time, "standing")
    if contract.frequency == "weekly" and time and release.weekday:
        return {**_entry("scheduled", None, time, "standing"), "weekday": release.weekday}
    expected = expected_next(contract.frequency, release_days(store, contract.dataset))
    if expected is None:
        known = store.exists(layout.dataset(contract.dataset))
        return _entry("not announced" if known else "not released", None, time)
    first, last, past = expected
    late = last < today
    date = _entry("late" if late else "expected", first, time)
    return {**date, "until": last.isoformat(), "past": past}


def _entry(status: str, date: dt.date | None, time: str | None, kind: str = "release") -> CalendarDate:
    day = date.isoformat() if date else None
    return {"kind": kind, "status": status, "month": day[:7] if day else None, "date": day, "time": time}


def _month(day: dt.date, later: int) -> dt.date:
    """The first day of the month so many months after that of `day`."""
    years, month = divmod(day.month - 1 + later, 12)
    return dt.date(day.year + years, month + 1, 1)


def _changes(
    before: Calendar, releases: Sequence[CalendarRelease], datasets: list[str], today: dt.date
) -> Iterator[CalendarChange]:
    """What of the last calendar is otherwise in this one; that time goes on is no change."""
    known_datasets = before["datasets"] or datasets
    recorded = today.isoformat()
    for name in sorted({*known_datasets, *datasets}):
        if name not in datasets or name not in known_datasets:
            change = "added" if name in datasets else "removed"
            yield {"recorded": recorded, "dataset": name, "change": change}
    old, new = _dated(before["releases"], today), _dated(releases, today)
    for key in sorted(old.keys() & new.keys()):
        if old[key] != new[key]:
            yield {
                "recorded": recorded,
                "dataset": key[0],
                "change": "moved",
                "before": old[key],
                "after": new[key],
            }
    known = {
        (change["dataset"], change.get("after"))
        for change in before["changes"]
        if change["change"] == "breaking change"
    }
    for release in releases:
        if release["kind"] == "breaking" and (release["dataset"], release["date"]) not in known:
            yield {
                "recorded": recorded,
                "dataset": release["dataset"],
                "change": "breaking change",
                "after": str(release["date"]),
                "reason": release["reason"],
            }


def _dated(releases: Sequence[CalendarRelease], today: dt.date) -> dict[tuple[str, str], str]:
    """When each announced release is to come, by dataset; what is only expected was announced by nobody."""
    dates: dict[tuple[str, str], str] = {}
    for release in releases:
        if release["kind"] == "standing" and release["status"] == "scheduled":
            dates[(release["dataset"], "standing")] = (
                f"{release.get('weekday', '')} {release['time']}".strip()
            )
        elif release["kind"] == "release" and release["status"] == "confirmed" and _comes(release, today):
            dates[(release["dataset"], "embargo")] = f"{release['date']} {release['time']}"
    return dates


def _comes(release: CalendarRelease, today: dt.date) -> bool:
    """Whether it is in the month of `today` or later."""
    return release["month"] is not None and release["month"] >= f"{today:%Y-%m}"
