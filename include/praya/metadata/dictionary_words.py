"""The words of dictionaries and notes in three languages; Simplified Chinese is made from Traditional by machine
where it is not given."""

from __future__ import annotations

from typing import Any

from praya.contract.codes import LANGUAGES
from praya.contract.rule_kind import FieldRuleKind, rule_kinds
from praya.contract.text import to_simplified
from praya.metadata.release_facts import Texts
from praya.store.documents import DictionaryField


def say(en: str, zh_hant: str, zh_hans: str | None = None, **values: Any) -> Texts:
    """A sentence in three languages; of a value that is a text, each language has its own."""
    patterns = dict(zip(LANGUAGES, (en, zh_hant, zh_hans or to_simplified(zh_hant)), strict=True))
    return {
        language: pattern.format(
            **{name: value[language] if isinstance(value, dict) else value for name, value in values.items()}
        )
        for language, pattern in patterns.items()
    }


def labels(language: str) -> dict[str, str]:
    """All labels in one language."""
    return {name: say(*pair)[language] for name, pair in LABELS.items()}


def type_name(kind: str, language: str) -> str:
    return say(*TYPES[kind])[language]


def constraints_in_words(field: DictionaryField, language: str) -> list[str]:
    """What every value of a dictionary's field keeps, but for its code list."""
    kinds = rule_kinds(FieldRuleKind)
    phrases = [
        words.in_language(language).format(value=value)
        for name, value in field.get("constraints", {}).items()
        if name in kinds and (words := kinds[name].dictionary)
    ]
    if "decimals" in field:
        phrases.append(say("decimals: {value}", "小數位數：{value}", value=field["decimals"])[language])
    return phrases


LABELS: dict[str, tuple[str, ...]] = {
    "dictionary": ("Data dictionary", "數據字典"),
    "methodology": ("Methodology and quality note", "編製方法及質素說明"),
    "field": ("Field", "欄位"),
    "fields": ("Fields", "欄位"),
    "type": ("Type", "類型"),
    "unit": ("Unit", "單位"),
    "definition": ("Definition", "定義"),
    "values": ("Values", "值"),
    "codes": ("Code list", "代碼表"),
    "list_source": ("Source of the code list", "代碼表來源"),
    "own_list": ("Praya's own list", "Praya自訂"),
    "notation": ("in brackets", "括號內為"),
    "label_of": ("Labels of the codes in", "代碼標籤，所屬欄位："),
    "since": ("Since", "始見版本"),
    "first": ("first release", "首個版本"),
    "missing": ("Missing values", "缺失值"),
    "missing_how": (
        "A missing value is an empty cell; in JSON it is null. No other mark stands for one.",
        "缺失值以空白儲存格表示，在JSON中則為null；並無其他符號代表缺失值。",
    ),
    "key": ("Primary key", "主鍵"),
    "key_how": ("No two rows agree in all of", "任何兩行均不會在下列欄位完全相同："),
    "required": ("required", "必填"),
    "notes": ("Notes", "附註"),
    "break": ("Break in series", "數列中斷"),
    "proxy": ("Proxy", "替代數字"),
    "note": ("Note", "附註"),
    "period": ("Period", "時期"),
    "code": ("Code", "代碼"),
    "version": ("Version", "版本"),
    "publisher": ("Publisher", "發布機構"),
    "licence": ("Licence", "使用條款"),
    "contact": ("Contact", "聯絡"),
    "warnings": ("Checks that gave a warning", "出現警告的檢查"),
    "synthetic": (
        "Synthetic data. These figures were generated; they are not real.",
        "模擬數據，並非真實資料。",
    ),
}

TYPES = {
    "string": ("text", "文字"),
    "integer": ("whole number", "整數"),
    "number": ("number", "數字"),
    "boolean": ("true or false", "真或假"),
    "date": ("date (YYYY-MM-DD)", "日期（YYYY-MM-DD）"),
    "datetime": ("moment (ISO 8601, UTC)", "日期時間（ISO 8601，協調世界時）"),
    "time": ("time of day", "時間"),
    "year": ("year", "年份"),
    "yearmonth": ("month (YYYY-MM)", "月份（YYYY-MM）"),
}
