"""The programme scorecard: every metric with target, latest figure, trend and status in words."""

from praya.contract.text import Text
from praya.reports.report import Report, later

REPORT = Report(
    "programme-scorecard",
    Text(en="Programme scorecard", zh_hant="計劃表現一覽"),
    ("metrics-register", "programme-observations"),
    later("praya.reports.scorecard", "build"),
    optional=("source-documents",),
)
