"""reporting: reports made from released data, as web page, XLSX and PDF in three languages, as known on any day.

It reads the released area and the register of metrics, and imports no step. What makes editions is in
`praya.reports.edition`; here is only what a DAG file may import.
"""

from praya.reports.report import Report, all_reports, report_of

__all__ = ["Report", "all_reports", "report_of"]
