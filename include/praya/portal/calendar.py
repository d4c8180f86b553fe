"""calendar: what will be released in the next twelve months, as page, JSON and iCalendar, and what changed in that."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from praya.contract import Contract
from praya.contract.codes import WEEKDAYS
from praya.contract.zone import HONG_KONG
from praya.describe import as_json
from praya.history import latest
from praya.portal.ical import ical
from praya.portal.pages import in_languages
from praya.store import Store

MONTHS = {"monthly": 1, "quarterly": 3, "half-yearly": 6, "annual": 12}
AHEAD = 12  # months after the one that runs

Release = dict[str, Any]


def calendar(store: Store, contracts: Sequence[Contract], today: dt.date) -> dict[str, Any]:
    """Write `released/calendar.json`, `calendar.ics` and `calendar-{en,tc,sc}.html` for the twelve months from `today`
    (Hong Kong); returns the calendar with `changed` added.

    `releases` has what each contract says of its time: `month`, `date` and `time` as far as they are fixed, `status`
    (confirmed: an embargo or a notice; expected: from frequency and standing time). `changes` is the record of what
    was moved, added or removed after it had been announced, and of breaking changes; it only grows.
    """
    with store.lock("calendar"):
        before = store.get_json("released/calendar.json") or {"releases": [], "changes": [], "datasets": []}
        releases = [one for contract in contracts if contract.released for one in _of(contract, store, today)]
        releases.sort(key=lambda one: (one["date"] or one["month"] or "", one["dataset"], one["kind"]))
        datasets = sorted(contract.dataset for contract in contracts if contract.released)
        record = [*before["changes"], *_changes(before, releases, datasets, today)]
        made = {"as_of": today.isoformat(), "datasets": datasets, "releases": releases, "changes": record}
        files = {
            "calendar.ics": ical(releases, today),
            **in_languages("calendar.html", "calendar", c=made, first=_first(releases)),
            "calendar.json": as_json(made),
        }
        changed = store.put_if_new({f"released/{name}": data for name, data in files.items()})
    return made | {"changed": changed}


def notices(store: Store, dataset: str) -> list[dict[str, Any]]:
    """The breaking changes of a dataset that the calendar has on record: date, reason, and when each was recorded."""
    made = store.get_json("released/calendar.json") or {"changes": []}
    return [
        {"date": one["after"], "reason": one["reason"], "recorded": f"{one['recorded']}T00:00:00Z"}
        for one in made["changes"]
        if (one["dataset"], one["change"]) == (dataset, "breaking change")
    ]


def _first(releases: Sequence[Release]) -> dict[str, int]:
    """Where each dataset stands first, for links to it."""
    found: dict[str, int] = {}
    for place, one in enumerate(releases):
        found.setdefault(one["dataset"], place)
    return found


def _of(contract: Contract, store: Store, today: dt.date) -> Iterator[Release]:
    """The entries of one dataset in the window."""
    until = _month(today, AHEAD + 1)
    told = {
        "dataset": contract.dataset,
        "title": contract.title.as_dict(),
        "frequency": contract.frequency,
        "synthetic": contract.synthetic,
    }
    time = f"{contract.release.hour:02}:00" if contract.release.hour is not None else None
    embargo = contract.release.embargo_until
    held = embargo.astimezone(HONG_KONG) if embargo else None
    confirmed = held is not None and today <= held.date() < until
    if held is not None and confirmed:
        yield told | _entry("confirmed", held.date(), held.strftime("%H:%M"))
    for month, date in _expected(contract, store, today, until):
        if not (held is not None and month <= held.strftime("%Y-%m")):
            yield told | _entry("expected", date, time, month)
    if contract.frequency in ("hourly", "daily"):
        yield told | {"kind": "standing", "status": "expected", "month": None, "date": None, "time": time}
    notice = contract.release.breaking
    if notice is not None and today <= notice.notice < until:
        yield (
            told
            | _entry("confirmed", notice.notice, None)
            | {
                "kind": "breaking",
                "reason": notice.reason.as_dict(),
            }
        )


def _expected(
    contract: Contract, store: Store, today: dt.date, until: dt.date
) -> Iterator[tuple[str, dt.date | None]]:
    """(month, day where it is fixed) of each release that the frequency lets expect; they count from the latest."""
    now = latest(store, contract.dataset)
    if now is None:
        return
    received = str(
        store.read_json(f"released/{contract.dataset}/{now['version']}/manifest.json")["received_at"]
    )
    last = dt.datetime.fromisoformat(received).astimezone(HONG_KONG).date()
    weekday = WEEKDAYS.index(contract.release.weekday) if contract.release.weekday else None
    if contract.frequency == "weekly":
        day = today + dt.timedelta((last.weekday() if weekday is None else weekday) - today.weekday())
        while day < until:
            if day >= today and day > last:
                yield day.strftime("%Y-%m"), day
            day += dt.timedelta(7)
    step = MONTHS.get(contract.frequency)
    if step is None:
        return
    month = _month(last, step)
    # A dataset that is late is expected this month, not in the past.
    while month < today.replace(day=1):
        month = _month(month, step) if _month(month, step) <= today else today.replace(day=1)
    while month < until:
        first = None if weekday is None else month + dt.timedelta((weekday - month.weekday()) % 7)
        yield month.strftime("%Y-%m"), first
        month = _month(month, step)


def _entry(status: str, date: dt.date | None, time: str | None, month: str | None = None) -> Release:
    day = date.isoformat() if date else None
    return {"kind": "release", "status": status, "month": month or str(day)[:7], "date": day, "time": time}


def _month(day: dt.date, later: int) -> dt.date:
    """The first day of the month so many months after that of `day`."""
    years, month = divmod(day.month - 1 + later, 12)
    return dt.date(day.year + years, month + 1, 1)


def _changes(
    before: dict[str, Any], releases: Sequence[Release], datasets: list[str], today: dt.date
) -> Iterator[Release]:
    """What of the last calendar is otherwise in this one; that time goes on is no change."""
    if not before["datasets"]:
        before = before | {"datasets": datasets}
    recorded = {"recorded": today.isoformat()}
    for name in sorted({*before["datasets"], *datasets}):
        if name not in datasets or name not in before["datasets"]:
            yield recorded | {"dataset": name, "change": "added" if name in datasets else "removed"}
    old, new = _dated(before["releases"], today), _dated(releases, today)
    for key in sorted(old.keys() & new.keys()):
        if old[key] != new[key]:
            yield recorded | {"dataset": key[0], "change": "moved", "before": old[key], "after": new[key]}
    known = {
        (one["dataset"], one.get("after")) for one in before["changes"] if one["change"] == "breaking change"
    }
    for one in releases:
        if one["kind"] == "breaking" and (one["dataset"], one["date"]) not in known:
            more = {"change": "breaking change", "after": one["date"], "reason": one["reason"]}
            yield recorded | {"dataset": one["dataset"]} | more


def _dated(releases: Sequence[Release], today: dt.date) -> dict[tuple[str, str], str]:
    """When each announced release is to come, by dataset and by its place among the dataset's releases of the month."""
    found: dict[tuple[str, str], str] = {}
    for one in releases:
        if (
            one["kind"] == "release"
            and one["month"] >= today.strftime("%Y-%m")
            and one["status"] == "confirmed"
        ):
            found[(one["dataset"], "embargo")] = f"{one['date']} {one['time']}"
        elif one["kind"] == "standing":
            found[(one["dataset"], "standing")] = str(one["time"])
        elif (
            one["kind"] == "release"
            and one["month"] > today.strftime("%Y-%m")
            and one["frequency"] != "weekly"
        ):
            found[(one["dataset"], one["month"])] = (
                f"{one['date'] or one['month']} {one['time'] or ''}".strip()
            )
    return found
