"""The Controlling Officer's Report on Head 135, in the order and the tables of the Estimates; real figures only."""

from praya.contract.text import Text
from praya.extensions import call_later
from praya.reports.report import Report

HEAD = (
    "head-135-changes",
    "head-135-commitments",
    "head-135-establishment",
    "head-135-operational-expenses",
    "head-135-provision",
    "head-135-subheads",
)
MEASURES, INITIATIVES = "1823-performance-measures", "programme-initiatives"

REPORT = Report(
    "controlling-officer-head-135",
    Text(en="Controlling Officer’s Report: Head 135", zh_hant="管制人員報告：總目135"),
    (*HEAD, MEASURES, "metrics-register"),
    call_later("praya_hk.reports.controlling_officer", "build"),
    synthetic="never",
    optional=(INITIATIVES,),
)
