"""reporting: reports made from released data, as web page, XLSX and PDF in three languages, as known on any day.

It reads the released area and the register of metrics, and imports no step.
"""

from praya.reporting.edition import Edition, make, pending_reports, publish
from praya.reporting.report import Report, all_reports, report_of

__all__ = ["Edition", "Report", "all_reports", "make", "pending_reports", "publish", "report_of"]
