"""The programme scorecard: every metric with target, latest figure, trend and status in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from praya.contract.text import Text
from praya.reporting.report import Report

if TYPE_CHECKING:
    from praya.reporting.document import Document
    from praya.reporting.sources import Sources


def build(sources: Sources, period: str | None) -> Document:
    """The document, by a module that reads data: DAGs import this one when they are parsed."""
    from praya.reporting.scorecard import build as step

    return step(sources, period)


REPORT = Report(
    "programme-scorecard",
    Text(en="Programme scorecard", zh_hant="計劃表現一覽"),
    ("metrics-register", "programme-observations"),
    build,
    optional=("source-documents",),
)
