"""Open-data progress: plan against release, freshness, quality, and what is not counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from praya.contract.text import Text
from praya.reporting.report import Report

if TYPE_CHECKING:
    from praya.reporting.document import Document
    from praya.reporting.sources import Sources


def build(sources: Sources, period: str | None) -> Document:
    """The document, by a module that reads data: DAGs import this one when they are parsed."""
    from praya.reporting.open_data_progress import build as step

    return step(sources, period)


REPORT = Report(
    "open-data-progress",
    Text(en="Open-data progress", zh_hant="開放數據進度報告"),
    (),
    build,
    synthetic="marked",
    monthly=True,
    everything=True,
)
