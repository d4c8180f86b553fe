"""The data dictionary in three languages: one JSON with all, one CSV a language."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Sequence
from typing import Any

from praya.contract import Contract, Field
from praya.describe.spreadsheet import RULE, harmless

HEADINGS = {
    "en": ["field", "title", "type", "unit", "description", "required", "allowed values", "primary key"],
    "zh-Hant": ["欄位", "名稱", "類型", "單位", "說明", "必填", "可用的值", "主鍵"],
    "zh-Hans": ["字段", "名称", "类型", "单位", "说明", "必填", "可用的值", "主键"],
}
YES = {"en": "yes", "zh-Hant": "是", "zh-Hans": "是"}


def dictionary(contract: Contract, fields: Sequence[Field], marked: Collection[str] = ()) -> dict[str, Any]:
    """All that a reader needs to know of the fields, texts in `en`, `zh-Hant`, `zh-Hans`; where a machine
    made a text, `made_by_machine` says which language. `marked` are the fields with texts that CSV marks."""
    return {
        "dataset": contract.dataset,
        "title": contract.title.as_dict(),
        "description": contract.description.as_dict(),
        "synthetic": contract.synthetic,
        "primary_key": contract.primary_key,
        "missing_value": "",
        "text_in_csv": RULE.as_dict() | {"fields": sorted(marked)},
        "fields": [_field(field) for field in fields],
    }


def dictionary_csv(contract: Contract, fields: Sequence[Field], language: str) -> bytes:
    """The dictionary in one language as CSV (UTF-8 with BOM, CRLF)."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    for row in dictionary_rows(contract, fields, language):
        writer.writerow([harmless(cell) for cell in row])
    return text.getvalue().encode("utf-8-sig")


def dictionary_rows(contract: Contract, fields: Sequence[Field], language: str) -> list[list[str]]:
    """The dictionary in one language as a table: a row of headings, then a row a field."""
    return [HEADINGS[language], *(_row(contract, field, language) for field in fields)]


def _row(contract: Contract, field: Field, language: str) -> list[str]:
    return [
        field.name,
        field.title.in_language(language),
        field.type,
        field.unit or "",
        field.description.in_language(language) if field.description else "",
        YES[language] if field.constraints.required else "",
        " | ".join(str(item) for item in field.constraints.enum or []),
        YES[language] if field.name in contract.primary_key else "",
    ]


def _field(field: Field) -> dict[str, Any]:
    described: dict[str, Any] = {"name": field.name, "type": field.type, "title": field.title.as_dict()}
    if field.description:
        described["description"] = field.description.as_dict()
    if field.unit:
        described["unit"] = field.unit
    if field.decimals is not None:
        described["decimals"] = field.decimals
    constraints = field.constraints.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    if constraints:
        described["constraints"] = constraints
    return described
