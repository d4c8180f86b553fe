"""JSON lines: a record a line, and nothing around them."""

from __future__ import annotations

from pathlib import Path

from praya.contract import Text
from praya.pipeline.release.output_format import OutputFormat
from praya.pipeline.release.part import Part
from praya.pipeline.release.record_values import copy_records


def write(part: Part, target: Path, work: Path) -> None:
    copy_records(part, target, work, "lines")


JSON_LINES = OutputFormat(
    name="jsonl",
    suffix="jsonl",
    media_type="application/x-ndjson",
    label="JSONL",
    title=Text(en="JSON lines", zh_hant="JSON lines"),
    description=Text(
        en="a JSON record a line; missing values are `null`", zh_hant="每行一個JSON紀錄；缺失值為`null`"
    ),
    write=write,
    is_text=True,
)
