"""The cells of CSV: quotes where RFC 4180 needs them, every figure in its shortest exact form, and the mark in front of
what a spreadsheet would run.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from praya.contract import Field
from praya.contract.spreadsheet import MARK, MARKED
from praya.pipeline.release.text_lines import text_of
from praya.store.duck import connect, identifier, literal, scan

if TYPE_CHECKING:
    from praya.disclosure.protect import ProtectedTable

STARTS_MARKED = f"^[{re.escape(MARKED)}]"
NEEDS_QUOTES = f'^$|[",\r\n]|{STARTS_MARKED}'


def cell(field: Field) -> str:
    """SQL of a field's value as it stands between commas; null where it is missing."""
    text = text_of(field)
    if not _free(field):
        return text
    marked = f"case when {_is_marked(text)} then {literal(MARK)} || {text} else {text} end"
    quoted = f"'\"' || replace({marked}, '\"', '\"\"') || '\"'"
    return f"case when regexp_matches({text}, {literal(NEEDS_QUOTES)}) then {quoted} else {text} end"


def marked_fields(table: ProtectedTable, work: Path) -> list[str]:
    """The fields of `table` in which some text is marked; no label of a code list is."""
    texts = [field.name for field in table.fields if _free(field)]
    if not texts:
        return []
    tests = ", ".join(f"coalesce(bool_or({_is_marked(identifier(name))}), false)" for name in texts)
    with connect(work) as con:
        (flags,) = con.execute(f"select {tests} from {scan(table.path)}").fetchall()
    return [name for name, flag in zip(texts, flags, strict=True) if flag]


def _free(field: Field) -> bool:
    """Whether the field holds text in which anything may stand."""
    return field.type == "string"


def _is_marked(text: str) -> str:
    return f"regexp_matches({text}, {literal(STARTS_MARKED)})"
