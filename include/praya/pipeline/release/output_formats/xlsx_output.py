"""XLSX: a workbook with the sheets `data`, `dictionary` and `notes` (praya.pipeline.release.workbook)."""

from __future__ import annotations

from praya.contract import Text
from praya.extensions import call_later
from praya.pipeline.release.output_format import OutputFormat

XLSX = OutputFormat(
    name="xlsx",
    suffix="xlsx",
    media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    label="XLSX",
    eu_file_type="XLSX",
    title=Text(en="Excel workbook", zh_hant="Excel活頁簿"),
    description=Text(
        en="a workbook with the sheets `data` (`data 2` … where one is full), `dictionary` and `notes`",
        zh_hant="設有`data`（一頁不足時另設`data 2`等）、`dictionary`及`notes`工作表的活頁簿",
    ),
    write=call_later("praya.pipeline.release.workbook", "write_workbook"),
)
