"""What somebody has to know who has only the spreadsheet: the sheet `notes`, in three languages."""

from __future__ import annotations

from praya.contract import Text
from praya.contract.codes import LANGUAGES, LICENCES
from praya.contract.licences import licence_title, licence_url
from praya.contract.zone import show_moment
from praya.pipeline.release.part import Part
from praya.text.punctuation import marks

HEADING = Text(en="English", zh_hant="繁體中文", zh_hans="简体中文")
SYNTHETIC = Text(
    en="synthetic: generated data, no real case or person",
    zh_hant="模擬數據（synthetic）：由程式產生，並非真實個案或人士",
)
LABELS = {
    "title": Text(en="Title", zh_hant="名稱"),
    "description": Text(en="Description", zh_hant="說明"),
    "contact": Text(en="Contact", zh_hant="聯絡"),
    "licence": Text(en="Licence", zh_hant="使用條款"),
    "received": Text(en="Content received", zh_hant="收到內容的時間"),
    "rows": Text(en="Rows", zh_hant="行數"),
    "year": Text(en="Year", zh_hant="年份"),
    "cells": Text(en="Cells", zh_hant="儲存格"),
}
CELLS = [
    Text(en="An empty cell is a missing value.", zh_hant="空白儲存格表示沒有數值。"),
    Text(
        en="Moments are in Hong Kong time, 8 hours ahead of Coordinated Universal Time (UTC).",
        zh_hant="時刻以香港時間表示，較協調世界時（UTC）快8小時。",
    ),
    Text(
        en=(
            "Whole numbers and decimals of more than 15 digits, and days before March 1900, are written as text, for a "
            "spreadsheet would change them. Of other numbers it keeps 15 digits; the other formats keep all."
        ),
        zh_hant=(
            "超過15位數字的整數及小數，以及1900年3月前的日期，均以文字表示，以免試算表更改其值。"
            "其他數字在試算表內只保留15位，其他檔案格式則全部保留。"
        ),
    ),
    Text(
        en="A character that XML cannot hold is written as _xHHHH_, with its code in hexadecimal digits.",
        zh_hant="XML不容許的字元以 _xHHHH_ 表示，HHHH為其十六進制編碼。",
    ),
]


def notes(part: Part) -> list[list[str]]:
    """A row of headings, then rows of a label and its text, a column a language."""
    contract = part.contract
    lines: list[tuple[Text, Text]] = [(LABELS["title"], contract.title)]
    if part.table.synthetic:
        lines.append((LABELS["description"], SYNTHETIC))
    lines += [
        (LABELS["description"], contract.description),
        (LABELS["contact"], _with(contract.contact.name, contract.contact.email)),
        (LABELS["licence"], _licence(contract.licence)),
        (LABELS["received"], _moment(part.table.received_at)),
        *([(LABELS["year"], _same(part.year))] if part.year else []),
        (LABELS["rows"], _same(str(part.rows))),
        *((LABELS["cells"], text) for text in CELLS),
    ]
    rows = [[HEADING.in_language(language) for language in LANGUAGES]]
    for label, text in lines:
        rows.append(
            [
                f"{label.in_language(language)}{marks(language).colon}{text.in_language(language)}"
                for language in LANGUAGES
            ]
        )
    return rows


def _licence(name: str) -> Text:
    licence = LICENCES[name]
    texts = {
        language: marks(language).comma.join(
            (
                licence_title(name, licence["title"], language),
                licence_url(name, licence["url"], language),
            )
        )
        for language in LANGUAGES
    }
    return Text.model_validate(texts)


def _same(text: str) -> Text:
    return Text(en=text, zh_hant=text, zh_hans=text)


def _moment(at: str) -> Text:
    en, zh_hant, zh_hans = (show_moment(at, language) for language in LANGUAGES)
    return Text(en=en, zh_hant=zh_hant, zh_hans=zh_hans)


def _with(name: Text, more: str) -> Text:
    return Text(
        en=f"{name.en}, {more}",
        zh_hant=f"{name.zh_hant}，{more}",
        zh_hans=f"{name.in_language('zh-Hans')}，{more}",
    )
