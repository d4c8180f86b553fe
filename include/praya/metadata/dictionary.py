"""The data dictionary in three languages: one JSON with all; one CSV and one page a language, made from that."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Sequence
from typing import Any, cast

from praya.contract import Contract, Field
from praya.contract.notes import Note
from praya.contract.spreadsheet import RULE, harmless
from praya.metadata.code_labels import add_codes, label_of
from praya.metadata.described_release import DescribedRelease
from praya.metadata.dictionary_words import constraints_in_words, labels, type_name
from praya.metadata.release_facts import Facts
from praya.metadata.release_page import render
from praya.metadata.unit_labels import UnitLabels, name_unit
from praya.store.documents import DictionaryField, DictionaryNote, FieldConstraints, ListSource
from praya.text.punctuation import marks
from praya.text.three_languages import in_language

HEADINGS = {
    "en": [
        "field", "title", "type", "unit", "description", "required", "allowed values", "primary key",
        "constraints", "missing value", "since", "notes", "code list", "labels of codes",
    ],
    "zh-Hant": [
        "欄位", "名稱", "類型", "單位", "說明", "必填", "可用的值", "主鍵", "限制", "缺失值", "始見版本", "附註",
        "代碼表", "代碼標籤",
    ],
    "zh-Hans": [
        "字段", "名称", "类型", "单位", "说明", "必填", "可用的值", "主键", "限制", "缺失值", "始见版本", "附注",
        "代码表", "代码标签",
    ],
}  # fmt: skip
# What code lists say that come from no document.
OWN_LIST = "Praya: this project's own list"
YES = {"en": "yes", "zh-Hant": "是", "zh-Hans": "是"}
EMPTY = {"en": "empty", "zh-Hant": "留空", "zh-Hans": "留空"}


def describe_dictionary(release: DescribedRelease) -> dict[str, Any]:
    """All that a reader needs to know of the fields, texts in `en`, `zh-Hant`, `zh-Hans`; where a machine
    made a text, `made_by_machine` says which language. A field without `since` came with the first release."""
    contract, facts = release.contract, release.facts
    return {
        "dataset": contract.dataset,
        "version": facts.version,
        "title": contract.title.as_dict(),
        "description": contract.description.as_dict(),
        "synthetic": facts.synthetic,
        "primary_key": contract.primary_key,
        "missing_value": "",
        "text_in_csv": RULE.as_dict() | {"fields": sorted(release.marked)},
        "fields": describe_fields(contract, release.fields),
        "notes": list_notes(note for note in contract.notes if note.field is None),
    }


def dictionary_csv(described: dict[str, Any], language: str, units: UnitLabels) -> bytes:
    """The dictionary in one language as CSV (UTF-8 with BOM, CRLF)."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    for row in dictionary_rows(described["fields"], described["primary_key"], language, units):
        writer.writerow([harmless(cell) for cell in row])
    return text.getvalue().encode("utf-8-sig")


def dictionary_rows(
    fields: Sequence[DictionaryField], primary_key: Collection[str], language: str, units: UnitLabels
) -> list[list[str]]:
    """The dictionary in one language as a table: a row of headings, then a row a field as `describe_fields` has it."""
    return [HEADINGS[language], *(_row(field, primary_key, language, units) for field in fields)]


def _row(field: DictionaryField, primary_key: Collection[str], language: str, units: UnitLabels) -> list[str]:
    constraints = field.get("constraints", {})
    return [
        field["name"],
        in_language(field["title"], language),
        field["type"],
        name_unit(field.get("unit", ""), language, units),
        in_language(field["description"], language) if "description" in field else "",
        YES[language] if constraints.get("required") else "",
        " | ".join(str(code) for code in constraints.get("enum", [])),
        YES[language] if field["name"] in primary_key else "",
        marks(language).semicolon.join(constraints_in_words(field, language)),
        EMPTY[language],
        field.get("since", labels(language)["first"]),
        " | ".join(_remark(note, language) for note in field.get("notes", [])),
        _list(field, language),
        " | ".join(label_of(code, language) for code in field.get("codes", [])),
    ]


def _list(field: DictionaryField, language: str) -> str:
    """The code list of a field and where it comes from; nothing where it has none."""
    if "code_list" not in field:
        return ""
    listed = field["code_list"]
    source, m = listed["source"], marks(language)
    name = f"{in_language(listed['title'], language)}{m.left}{listed['id']}{m.right}"
    return f"{name}{m.colon}{source_words(source, language)}"


def source_words(source: ListSource, language: str) -> str:
    """Where a code list comes from: document and place, or that it is Praya's own."""
    if source["document"] == OWN_LIST:
        return labels(language)["own_list"]
    return f"{source['document']}, {source['place']}"


def dictionary_page(described: dict[str, Any], facts: Facts, language: str, units: UnitLabels) -> bytes:
    """The dictionary in one language as a page."""
    fields = [
        field
        | {
            "type_name": type_name(field["type"], language),
            "unit_name": name_unit(field.get("unit", ""), language, units),
            "list_source": source_words(field["code_list"]["source"], language)
            if "code_list" in field
            else "",
            "own_list": field.get("code_list", {}).get("source", {}).get("document") == OWN_LIST,
            "limits": constraints_in_words(field, language),
            "enum": field.get("constraints", {}).get("enum", []),
            "required": field.get("constraints", {}).get("required", False),
        }
        for field in described["fields"]
    ]
    return render("dictionary.html", facts, language, described=described, fields=fields)


def list_notes(notes: Iterable[Note]) -> list[DictionaryNote]:
    """Notes as a dictionary and a note page have them."""
    return [
        cast(
            DictionaryNote,
            note.model_dump(mode="json", exclude_none=True, exclude={"text"}) | {"text": note.text.as_dict()},
        )
        for note in notes
    ]


def _remark(note: DictionaryNote, language: str) -> str:
    bound = [str(value) for value in (note.get("code"), note.get("period")) if value is not None]
    kind, m = labels(language)[note["kind"]], marks(language)
    return f"{kind}{m.left + m.listed(bound) + m.right if bound else ''}{m.colon}{in_language(note['text'], language)}"


def describe_fields(contract: Contract, fields: Sequence[Field]) -> list[DictionaryField]:
    """What the dictionary says of each field."""
    return [_field(field, contract.notes) for field in fields]


def _field(field: Field, notes: Sequence[Note]) -> DictionaryField:
    described: DictionaryField = {"name": field.name, "type": field.type, "title": field.title.as_dict()}
    if field.description:
        described["description"] = field.description.as_dict()
    if field.unit:
        described["unit"] = field.unit
    if field.decimals is not None:
        described["decimals"] = field.decimals
    constraints = cast(
        FieldConstraints, field.constraints.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    )
    if constraints:
        described["constraints"] = constraints
    add_codes(described, field)
    if field.since:
        described["since"] = field.since
    if bound := list_notes(note for note in notes if note.field == field.name):
        described["notes"] = bound
    return described
