"""CSV: UTF-8 with BOM, RFC 4180 (CRLF, quotes where needed), every figure in its shortest exact form.

Missing is nothing between the commas, an empty text is `""`. What a spreadsheet would run is marked
(`praya.contract.spreadsheet`).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from praya.contract import Text
from praya.contract.output_spec import RowReader
from praya.pipeline.release.csv_cells import cell
from praya.pipeline.release.output_format import OutputFormat
from praya.pipeline.release.part import Part
from praya.pipeline.release.text_lines import copy_lines, joined
from praya.store.duck import connect, literal

BOM = "\ufeff"


def write(part: Part, target: Path, work: Path) -> None:
    # A line without anything would be passed over by readers.
    missing = "" if len(part.fields) > 1 else '""'
    line = joined([f"coalesce({cell(field)}, '{missing}')" for field in part.fields], ",")
    header = BOM + ",".join(field.name for field in part.fields) + "\r"
    with connect(work) as con:
        copy_lines(con, header, f"{line} || chr(13)", part.source, target)


def read(files: Sequence[Path]) -> str:
    """Every value as its text, marks included."""
    names = ", ".join(literal(str(file)) for file in files)
    return f"read_csv([{names}], all_varchar = true, header = true, delim = ',', quote = '\"', escape = '\"')"


CSV = OutputFormat(
    name="csv",
    suffix="csv",
    media_type="text/csv; charset=utf-8",
    label="CSV",
    eu_file_type="CSV",
    title=Text(en="Comma-separated values", zh_hant="逗號分隔值"),
    description=Text(
        en='UTF-8 with BOM, comma, CRLF, RFC 4180; missing values are empty, an empty text is `""`; dates ISO 8601; '
        "moments in UTC",
        zh_hant='UTF-8（附BOM），以逗號分隔，行末為CRLF，符合RFC 4180；缺失值留空，空白文字為`""`；日期採用ISO 8601；'
        "時刻為協調世界時",
    ),
    write=write,
    is_text=True,
    reader=RowReader(2, read),
)
