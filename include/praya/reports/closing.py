"""close: a month is over; the reports are made as known on its last day, and the close goes on record.

What was released later never changes a close. It may be killed anywhere: editions that are out are taken as they are,
and the ledger's line comes last.
"""

from __future__ import annotations

import datetime as dt

from praya.contract.zone import HONG_KONG
from praya.errors import CloseRefused, NotKnown, PrayaError, codes
from praya.ledger import Ledger
from praya.ledger.bodies import CloseBody
from praya.reports import Report, all_reports
from praya.reports.edition import periods_of, publish
from praya.reports.metrics import Figures
from praya.reports.metrics.cycle import due, waiting
from praya.reports.metrics.observations import OBSERVATIONS
from praya.reports.metrics.periods import ends
from praya.store import Store

SUBJECT = "close/{month}"


class Closed(CloseBody):
    """The close of a month, and whether that has just been done."""

    changed: bool


def close(store: Store, month: str, now: dt.datetime, by: str | None = None) -> Closed:
    """Close a month (`2026-10`) at `now` (UTC); returns what the ledger says of it, with `changed` added.

    `editions` has the edition of every report as known on the month's last day, `not_made` why there is none; `due`,
    `waiting` and `revised` count what the report `month-end` lists; `by` is who closes it, a person or a run. A month
    that was closed stays as it was. Raises CloseRefused where the month is not over or a report fails, and NotKnown
    where nothing was released by its end.
    """
    day = ends(month, "month")
    if now.astimezone(HONG_KONG).date() <= day:
        raise CloseRefused(
            codes.month.NOT_OVER,
            f"{month} is not over in Hong Kong; it can be closed from the day after {day}",
        )
    with store.lock("close"):
        standing = closed(store, month)
        if standing is not None:
            return {**standing, "changed": False}
        figures = Figures(store, day)
        listed = [metric for metric in figures.metrics.values() if metric.observed.dataset == OBSERVATIONS]
        made, left = _editions(store, day)
        body: CloseBody = {
            "month": month,
            "as_of": day.isoformat(),
            "editions": made,
            "not_made": left,
            "due": sum(1 for metric in listed if due(figures, metric, day)),
            "waiting": sum(len(waiting(figures, metric, day)) for metric in listed),
            "revised": sum(
                _in(month, each.published_at) for metric in listed for each in figures.revised(metric)
            ),
        }
        if by:
            body["by"] = by
        Ledger(store).record("close", SUBJECT.format(month=month), body)
    return {**body, "changed": True}


def closed(store: Store, month: str) -> CloseBody | None:
    """What the ledger says of the close of a month; None where it is open."""
    line = Ledger(store).find("close", SUBJECT.format(month=month))
    return line.close if line is not None else None


def to_close(store: Store, now: dt.datetime) -> list[str]:
    """The months that are over and open, oldest first: those after the last that was closed, else the last one."""
    last = last_month(now)
    done = [line.close["month"] for line in Ledger(store).of_kind("close")]
    if not done:
        return [last]
    months, month = [], max(done)
    while month < last:
        month = (ends(month, "month") + dt.timedelta(1)).strftime("%Y-%m")
        months.append(month)
    return months


def last_month(now: dt.datetime) -> str:
    """The latest month (`2026-10`) that is over in Hong Kong at `now` (UTC)."""
    today = now.astimezone(HONG_KONG).date()
    return (today.replace(day=1) - dt.timedelta(1)).strftime("%Y-%m")


def _editions(store: Store, day: dt.date) -> tuple[dict[str, str], dict[str, str]]:
    """Every report as known on `day`: its edition by name (and period), and why others could not be made."""
    made, left = dict[str, str](), dict[str, str]()
    problems = []
    for report in all_reports().values():
        try:
            edition = publish(report, store, day, _newest(report, store, day))
        except NotKnown as missing:
            left[report.name] = str(missing)
        except PrayaError as error:
            problems.append(f"{report.name}: {error}")
        else:
            made[f"{report.name}/{edition.period}" if edition.period else report.name] = edition.name
    if problems:
        raise CloseRefused(codes.month.NOT_CLOSED, "; ".join(problems))
    return made, left


def _newest(report: Report, store: Store, day: dt.date) -> str | None:
    periods = periods_of(report, store, day)
    if not periods:
        raise NotKnown(
            codes.history.NOTHING_RELEASED_THEN,
            f"{report.name}: had nothing by {day} that it could be made for",
        )
    return periods[-1]


def _in(month: str, moment: str) -> bool:
    return dt.datetime.fromisoformat(moment).astimezone(HONG_KONG).strftime("%Y-%m") == month
