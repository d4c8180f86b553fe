"""XML 1.0: `<records>` of `<record>`s, an element a field; a missing value is an element that is not there.

Characters that XML 1.0 cannot hold become `_xHHHH_`, as in spreadsheets (ECMA-376, ST_Xstring); where a text already
has `_x` and four hexadecimal digits, its `_` becomes `_x005F_`.
"""

from __future__ import annotations

from pathlib import Path

from praya.contract import Field, Text
from praya.pipeline.release.output_format import OutputFormat
from praya.pipeline.release.part import Part
from praya.pipeline.release.text_lines import copy_lines, joined, text_of
from praya.store.duck import connect, literal

FORBIDDEN = [*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0xFFFE, 0xFFFF]
# A parser would read a bare CR as LF.
ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}
LOOKS_ESCAPED = "_(x[0-9A-Fa-f]{4})"
SPECIAL = r"[&<>\r\x00-\x08\x0b\x0c\x0e-\x1f\x{fffe}\x{ffff}]|_x[0-9A-Fa-f]{4}"


def write(part: Part, target: Path, work: Path) -> None:
    marks = f' dataset="{part.contract.dataset}"' + (' synthetic="true"' if part.table.synthetic else "")
    header = f'<?xml version="1.0" encoding="UTF-8"?><records{marks}>'
    line = joined([f"coalesce({_element(field)}, '')" for field in part.fields], "")
    with connect(work) as con:
        copy_lines(con, header, f"'<record>' || {line} || '</record>'", part.source, target)
    with target.open("ab") as file:
        file.write(b"</records>\n")


def _element(field: Field) -> str:
    text = text_of(field)
    if field.type == "string":
        text = f"case when regexp_matches({text}, {literal(SPECIAL)}) then {_escaped(text)} else {text} end"
    return f"'<{field.name}>' || {text} || '</{field.name}>'"


def _escaped(text: str) -> str:
    text = f"regexp_replace({text}, '{LOOKS_ESCAPED}', '_x005F_\\1', 'g')"
    for character, entity in ENTITIES.items():
        text = f"replace({text}, {literal(character)}, '{entity}')"
    for code in FORBIDDEN:
        text = f"replace({text}, chr({code}), '_x{code:04X}_')"
    return text


XML = OutputFormat(
    name="xml",
    suffix="xml",
    media_type="application/xml",
    label="XML",
    eu_file_type="XML",
    title=Text(en="XML", zh_hant="XML"),
    description=Text(
        en="`<records>` of `<record>`s, an element a field; a missing value is an element that is not there",
        zh_hant="`<records>`內每個`<record>`為一行，每個欄位一個元素；缺失值不設元素",
    ),
    write=write,
    is_text=True,
)
