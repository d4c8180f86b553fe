"""Open-data progress: plan against release, freshness, quality, and what is not counted."""

from praya.contract.text import Text
from praya.extensions import call_later
from praya.reports.report import Report

REPORT = Report(
    "open-data-progress",
    Text(en="Open-data progress", zh_hant="開放數據進度報告"),
    (),
    call_later("praya.reports.open_data_progress", "build"),
    synthetic="marked",
    monthly=True,
    everything=True,
)
