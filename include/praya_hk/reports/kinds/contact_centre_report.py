"""The monthly performance report of 1823: its figures are those of the synthetic 1823, and marked so on every page."""

from praya.contract.text import Text
from praya.extensions import call_later
from praya.reports.report import Report

VOLUMES, LEVELS, SATISFACTION = "1823-contact-volumes", "1823-service-levels", "1823-satisfaction"
BY_DEPARTMENT, BY_SUBJECT, BY_DISTRICT = (
    "1823-cases-by-department",
    "1823-cases-by-subject",
    "1823-cases-by-district",
)
MONTHLY = (VOLUMES, LEVELS, SATISFACTION, BY_DEPARTMENT, BY_SUBJECT, BY_DISTRICT)
ESTIMATES = "1823-performance-measures"

REPORT = Report(
    "1823-monthly",
    Text(en="1823 monthly performance report", zh_hant="1823每月服務表現報告"),
    (*MONTHLY, ESTIMATES, "metrics-register"),
    call_later("praya_hk.reports.contact_centre", "build"),
    synthetic="marked",
    periods=call_later("praya_hk.reports.contact_centre", "periods"),
)
