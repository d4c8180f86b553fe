"""The reports with their newest edition of each period, and whether it is made from today's releases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from praya.history.editions import POINTER, REPORTS, latest_edition
from praya.reports.edition import pending_reports
from praya.reports.report import Report, all_reports
from praya.store import Store


@dataclass(frozen=True)
class ListedEdition:
    """A report, the period it is of (empty where it has none), its newest edition, and why that is not current."""

    report: str
    period: str
    edition: str
    state: str


def list_newest_editions(store: Store) -> list[ListedEdition]:
    """One entry a report and period that is out, and one a report of which nothing is out yet."""
    behind = pending_reports(store)
    return [
        entry for name, report in all_reports().items() for entry in _list_report(store, name, report, behind)
    ]


def _list_report(store: Store, name: str, report: Report, behind: dict[str, str]) -> Iterator[ListedEdition]:
    pointers = store.keys(f"{REPORTS}/{name}", f"**/{POINTER}")
    for key in reversed(pointers):
        folder = key.removesuffix(f"/{POINTER}")
        pointer = latest_edition(store, folder)
        period = folder.rpartition("/")[2] if report.periods else ""
        why = behind.get(f"report {name}/{period}" if period else f"report {name}")
        yield ListedEdition(name, period, pointer["edition"] if pointer else "withdrawn", why or "current")
    if not pointers:
        yield ListedEdition(name, "", "none", behind.get(f"report {name}", "not made yet"))
