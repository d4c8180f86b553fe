"""What a report is: a name, the datasets that it reads, and the function that builds it.

A report is one file that declares a `Report`, in `praya.reports.kinds` or in another package of the entry points
`praya.reports`. These files are imported where DAGs are parsed: they name the function by `call_later`, and its module
is imported when a report is made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from praya.contract.text import Text
from praya.errors import ReportError, codes
from praya.extensions import REPORTS, discover_specs
from praya.text.outside import quote

if TYPE_CHECKING:
    from praya.reports.document import Document
    from praya.reports.sources import Sources


@dataclass(frozen=True)
class Report:
    """A report that can be made as known on any day.

    `build` gets its sources and, where `periods` tells which there are in them, one of these (`2023-01`).
    A `monthly` one is of the month of that day, and the day is part of it. `synthetic="never"` refuses releases of
    generated data; "marked" takes them and marks every page.
    """

    name: str
    title: Text
    datasets: tuple[str, ...]
    build: Callable[[Sources, str | None], Document]
    synthetic: Literal["never", "marked"] = "never"
    optional: tuple[str, ...] = ()
    periods: Callable[[Sources], Sequence[str]] | None = None
    monthly: bool = False  # tells how things stood on the day: made when a month is closed, and by hand
    everything: bool = False  # reads whatever is released
    layout: int = 1  # raised where the same releases are to be shown in another way: a new edition comes out


def all_reports() -> dict[str, Report]:
    """Every report by its name, in the order of names; ExtensionError where two have one name."""
    return discover_specs(Report, REPORTS)


def report_of(name: str) -> Report:
    """The report of that name; ReportError, with the names that there are, where there is none."""
    if name not in all_reports():
        raise ReportError(
            codes.report.UNKNOWN, f"there is no report '{quote(name)}'; there are: {', '.join(all_reports())}"
        )
    return all_reports()[name]
