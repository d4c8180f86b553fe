"""JSON: an array of records, a line each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from praya.contract import Text
from praya.contract.output_spec import RowReader
from praya.pipeline.release.output_format import OutputFormat
from praya.pipeline.release.part import Part
from praya.pipeline.release.record_values import copy_records
from praya.store.duck import literal


def write(part: Part, target: Path, work: Path) -> None:
    copy_records(part, target, work, "array")


def read(files: Sequence[Path]) -> str:
    names = ", ".join(literal(str(file)) for file in files)
    return f"read_json([{names}], format = 'array')"


JSON = OutputFormat(
    name="json",
    suffix="json",
    media_type="application/json",
    label="JSON",
    eu_file_type="JSON",
    title=Text(en="JSON", zh_hant="JSON"),
    description=Text(
        en="an array of records; missing values are `null`", zh_hant="紀錄的陣列；缺失值為`null`"
    ),
    write=write,
    is_text=True,
    reader=RowReader(3, read),
)
