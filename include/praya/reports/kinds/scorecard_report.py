"""The programme scorecard: every metric with target, latest figure, trend and status in words."""

from praya.contract.text import Text
from praya.extensions import call_later
from praya.reports.report import Report

REPORT = Report(
    "programme-scorecard",
    Text(en="Programme scorecard", zh_hant="計劃表現一覽"),
    ("metrics-register", "programme-observations"),
    call_later("praya.reports.scorecard", "build"),
    optional=("source-documents",),
)
