"""The close of a month: what is due and has not come, what is still an estimate, what was revised."""

from praya.contract.text import Text
from praya.extensions import call_later
from praya.reports.report import Report

REPORT = Report(
    "month-end",
    Text(en="Close of the month", zh_hant="月結報告"),
    ("metrics-register", "programme-observations"),
    call_later("praya.reports.month_end", "build"),
    optional=("source-documents",),
    monthly=True,
)
