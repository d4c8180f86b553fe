"""The close of a month: what is due and has not come, what is still an estimate, what was revised."""

from __future__ import annotations

from typing import TYPE_CHECKING

from praya.contract.text import Text
from praya.reporting.report import Report

if TYPE_CHECKING:
    from praya.reporting.document import Document
    from praya.reporting.sources import Sources


def build(sources: Sources, period: str | None) -> Document:
    """The document, by a module that reads data: DAGs import this one when they are parsed."""
    from praya.reporting.month_end import build as step

    return step(sources, period)


REPORT = Report(
    "month-end",
    Text(en="Close of the month", zh_hant="月結報告"),
    ("metrics-register", "programme-observations"),
    build,
    optional=("source-documents",),
    monthly=True,
)
