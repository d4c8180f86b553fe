"""Real open-data files of Hong Kong departments as tables of text, one a file, just as a source gives them."""

from __future__ import annotations

import csv
import io
import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pyarrow as pa

# The files are no part of the project; a worktree elsewhere says where they are.
SHARED = Path(os.environ.get("PRAYA_SHARED", Path(__file__).resolve().parents[4] / "shared")) / "hkdata"

# Of each CSV file: its encoding, and the lines that stand above the header.
CSV = {
    "censtatd_Population_by_Sex_and_Age_2022": ("utf-8", 4),
    "edb_SCH_LOC_EDB_beejai": ("utf-16", 0),
    "hko_CLMTEMP_HKO_": ("utf-8-sig", 2),
    "hkpf_crime_details": ("big5hkscs", 0),
}
RECORDS = {
    "lcsd_facility-fw": lambda whole: whole["Items"],
    "fehd_HKGS_facility_and_service_locations_2023-03-14": lambda whole: whole["features"],
    "hd_prh-estates": lambda whole: whole,
}
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def tables(folder: Path = SHARED) -> Iterator[tuple[str, pa.Table]]:
    """Name and table of every file, in order of name; all columns are text, empty cells are null."""
    read = {".csv": _csv, ".json": _json, ".geojson": _json, ".xml": _xml, ".xlsx": _xlsx}
    for path in sorted(folder.iterdir()):
        if path.suffix in read:
            yield path.stem, _table(read[path.suffix](path))


def _table(records: list[dict[str, Any]]) -> pa.Table:
    names = list(dict.fromkeys(name for record in records for name in record))
    text = pa.string()
    return pa.table(
        {name: pa.array([str(record.get(name, "")) or None for record in records], text) for name in names}
    )


def _csv(path: Path) -> list[dict[str, Any]]:
    encoding, above = CSV.get(path.stem, ("utf-8-sig", 0))
    lines = path.read_bytes().decode(encoding).splitlines(keepends=True)[above:]
    rows = csv.reader(io.StringIO("".join(lines), newline=""))
    # A header may hold a name twice, or none: the position keeps the columns apart.
    header = next(rows)
    names = [name if name and header.count(name) == 1 else f"{name}#{at}" for at, name in enumerate(header)]
    return [dict(zip(names, row, strict=False)) for row in rows]


def _json(path: Path) -> list[dict[str, Any]]:
    whole = json.loads(path.read_text("utf-8-sig"))
    records = RECORDS.get(path.stem, lambda calendar: calendar["vcalendar"][0]["vevent"])(whole)
    return [dict(_leaves(record)) for record in records]


def _leaves(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """The values of a nested record under their dotted names; positions in a list count as names."""
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _leaves(inner, f"{name}.{key}" if name else str(key))
    else:
        yield name, "" if value is None else str(value)


def _xml(path: Path) -> list[dict[str, Any]]:
    root = ElementTree.parse(path).getroot()
    return [{cell.tag: cell.text or "" for cell in record} for record in root]


def _xlsx(path: Path) -> list[dict[str, Any]]:
    """The first sheet; its columns are named by their letters, its header is a row like the others."""
    with zipfile.ZipFile(path) as book:
        strings = [
            "".join(text.text or "" for text in item.iter(f"{SHEET}t"))
            for item in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
        ]
        sheet = min(name for name in book.namelist() if name.startswith("xl/worksheets/sheet"))
        rows = ElementTree.fromstring(book.read(sheet)).iter(f"{SHEET}row")
        return [{_letters(cell): _cell(cell, strings) for cell in row} for row in rows]


def _letters(cell: ElementTree.Element) -> str:
    return cell.attrib["r"].rstrip("0123456789")


def _cell(cell: ElementTree.Element, strings: list[str]) -> str:
    value = cell.findtext(f"{SHEET}v") or ""
    return strings[int(value)] if cell.get("t") == "s" else value
