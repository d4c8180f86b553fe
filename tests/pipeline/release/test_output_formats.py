"""Every output format that there is: its rows read back are those of the table, and what its spec says holds."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Callable
from decimal import Decimal
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import icalendar
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from made import field, make_contract, project, publish, rows_of
from made.expected import stops
from praya.contract import Contract, Field, output_spec, read_contracts
from praya.contract.output_spec import output_specs, spec_of_file
from praya.contract.rules import format_rules
from praya.contract.sdmx import components
from praya.errors import ExtensionError, codes
from praya.extensions import OUTPUT_FORMATS, discovery
from praya.history.rows import comparable, compare_rows
from praya.pipeline.release.output_format import output_formats
from praya.store import Store, file_sha256
from release_reading import (
    Rows,
    from_csv_by_duckdb,
    from_json,
    from_json_lines,
    from_xlsx,
    from_xml,
    part_of,
    records,
    typed,
    unmarked,
    without_empty,
)

pytestmark = pytest.mark.slow

REQUIRED = {"required": True}
COLUMNS = [
    field("series", constraints=REQUIRED),
    field("period", "year", constraints=REQUIRED),
    field("value", "number", decimals=2),
    field("lat", "number", decimals=4),
    field("lon", "number", decimals=4),
    field("day", "date", constraints=REQUIRED),
    field("name", constraints=REQUIRED),
    field("free"),
    field("yes", "boolean"),
    field("at", "datetime"),
    field("ratio", "number"),
    field("month", "yearmonth"),
]
SCHEMA = pa.schema(
    [
        ("series", pa.string()),
        ("period", pa.int64()),
        ("value", pa.decimal128(18, 2)),
        ("lat", pa.decimal128(18, 4)),
        ("lon", pa.decimal128(18, 4)),
        ("day", pa.date32()),
        ("name", pa.string()),
        ("free", pa.string()),
        ("yes", pa.bool_()),
        ("at", pa.timestamp("us", "UTC")),
        ("ratio", pa.float64()),
        ("month", pa.string()),
    ]
)
PLACES = {"latitude": "lat", "longitude": "lon"}
WHY = "A register of public premises."
REGISTER = {"class": "public register", "reason": WHY, "publicContact": {"lat": WHY, "lon": WHY}}


def contract_for(*formats: str, **more: Any) -> Contract:
    """A contract that fits every format."""
    release = {"formats": list(formats), **more}
    needed = {"places": PLACES, "days": {"date": "day", "summary": {"en": "name"}}}
    release |= {key: needed[key] for name in formats for key in output_specs()[name].needs}
    schema = {"primaryKey": ["series", "period"], "fields": COLUMNS}
    return make_contract(*COLUMNS, schema=schema, release=release, disclosure=REGISTER)


# --- readers, of other libraries than write --------------------------------------------------------------------


def from_geojson(path: Path, fields: list[Field]) -> Rows:
    """The properties; a geometry is where both coordinates are, longitude first."""
    found = json.loads(path.read_bytes(), parse_float=str, parse_int=str)["features"]
    for feature in found:
        place = [feature["properties"][name] for name in ("lon", "lat")]
        expected = None if None in place else {"type": "Point", "coordinates": place}
        assert feature["geometry"] == expected
    return records([feature["properties"] for feature in found], fields)


def from_geoparquet(path: Path, fields: list[Field]) -> Rows:
    rows = rows_of(path)
    assert all((row[-1] is None) == (row[3] is None or row[4] is None) for row in rows)
    return [row[:-1] for row in rows]


def from_sdmx_csv(path: Path, fields: list[Field]) -> Rows:
    """By Python's csv, in which a missing value is an empty text."""
    ids = {one.id: one.field for one in components(["series", "period"], fields)}
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file, strict=True))
    found = [{ids[key].name: text for key, text in line.items() if key in ids} for line in lines]
    return [tuple(typed(one, unmarked(one, row[one.name] or None)) for one in fields) for row in found]


def from_icalendar(path: Path, fields: list[Field]) -> Rows:
    """What a calendar has of a row: its day and its name."""
    events = icalendar.Calendar.from_ical(path.read_bytes()).walk("VEVENT")
    return [(event["DTSTART"].dt, str(event["SUMMARY"])) for event in events]


def whole(rows: Rows) -> Rows:
    return rows


def days_and_names(rows: Rows) -> Rows:
    return [(row[5], row[6]) for row in rows]


# Format → its reader, and what of the rows it can have.
READERS: dict[str, tuple[Callable[[Path, list[Field]], Rows], Callable[[Rows], Rows]]] = {
    "csv": (from_csv_by_duckdb, whole),
    "geojson": (from_geojson, whole),
    "geoparquet": (from_geoparquet, whole),
    "ics": (from_icalendar, days_and_names),
    "json": (lambda path, fields: from_json(path.read_text("utf-8"), fields), whole),
    "jsonl": (lambda path, fields: from_json_lines(path.read_bytes().decode(), fields), whole),
    "parquet": (lambda path, fields: rows_of(path), whole),
    "sdmx-csv": (from_sdmx_csv, without_empty),
    "xlsx": (lambda path, fields: without_empty(from_xlsx(path, fields)), without_empty),
    "xml": (from_xml, whole),
}

# --- any rows --------------------------------------------------------------------------------------------------

ANY = st.text(st.characters(codec="utf-8"), max_size=10) | st.text("'\"=+-@\t\r\n,;_x0041A<&>]\\", max_size=8)
PRINTED = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=20)


def exact(places: int, largest: int) -> st.SearchStrategy[Decimal]:
    return st.decimals(-largest, largest, places=places, allow_nan=False)


ROW = st.tuples(
    PRINTED,
    st.integers(1000, 2999),
    st.none() | exact(2, 10**9),
    st.none() | exact(4, 90),
    st.none() | exact(4, 180),
    st.dates(dt.date(1900, 3, 1)),
    PRINTED,
    st.none() | ANY,
    st.none() | st.booleans(),
    # A spreadsheet has moments in Hong Kong, which are days of this range, in whole milliseconds.
    st.none()
    | st.datetimes(dt.datetime(1901, 1, 1), dt.datetime(9999, 12, 30), timezones=st.just(dt.UTC)).map(
        lambda at: at.replace(microsecond=0)
    ),
    st.none() | st.integers(-(10**12), 10**12).map(lambda number: number / 8),
    st.none() | st.dates(dt.date(1900, 1, 1)).map(lambda day: f"{day:%Y-%m}"),
)


def table(path: Path, rows: Rows) -> Path:
    found = [dict(zip(SCHEMA.names, row, strict=True)) for row in rows]
    pq.write_table(pa.Table.from_pylist(found, SCHEMA), path)
    return path


def write(name: str, contract: Contract, source: Path, rows: Rows, target: Path) -> Path:
    part = part_of(contract, source, len(rows))
    languages = output_specs()[name].languages
    part = part.in_language(languages(contract)[0]) if languages else part
    output_formats()[name].write(part, target, target.parent)
    return target


def test_there_is_a_reader_of_each_format() -> None:
    assert set(READERS) == set(output_formats())


@settings(max_examples=12, deadline=None)
@given(rows=st.lists(ROW, min_size=1, max_size=8))
def test_the_rows_of_every_format_read_back_are_those_of_the_table(
    rows: Rows, tmp_path_factory: pytest.TempPathFactory
) -> None:
    work = tmp_path_factory.mktemp("rows")
    source = table(work / "table.parquet", rows)
    for name, (read, part_of_rows) in READERS.items():
        contract = contract_for(name)
        first, again = (
            write(name, contract, source, rows, work / f"{number}.{output_specs()[name].suffix}")
            for number in (1, 2)
        )
        assert read(first, contract.fields) == part_of_rows(rows), name
        assert file_sha256(first) == file_sha256(again), name


# --- what else a spec says -------------------------------------------------------------------------------------

ROWS = "series,period,value,lat,lon,day,name,free,yes,at,ratio,month\n"
ROWS += "a,2023,1.50,22.2819,114.1581,2023-02-03,First,=1+1,true,2023-02-03T10:00:00Z,0.125,2023-02\n"
ROWS += 'a,2024,,,,2024-02-03,Second,"say ""hi""",,,,\n'


def readable() -> list[str]:
    return [name for name, spec in output_specs().items() if spec.reader]


@pytest.mark.parametrize("files", ["one", "by year"])
@pytest.mark.parametrize("name", readable())
def test_releases_in_a_format_with_a_reader_are_compared(
    store: Store, tmp_path: Path, name: str, files: str
) -> None:
    years = {"files": files, "year_field": "period"} if files == "by year" else {}
    contract = contract_for(name, **years)
    before = publish(store, contract, ROWS.encode())
    after = publish(store, contract, ROWS.replace("1.50", "2.50").encode(), "2026-01-06T02:00:00Z")
    (tmp_path / "work").mkdir()
    same, other = (
        compare_rows("sample", before, one, contract.primary_key, tmp_path, tmp_path / "work")
        for one in (before, after)
    )
    assert (same.comparable, same.columns) == (True, {})
    assert other.columns == {"value": 1}


@pytest.mark.parametrize("name", sorted(set(output_specs()) - set(readable())))
def test_a_release_in_no_format_with_a_reader_is_not_compared(store: Store, name: str) -> None:
    assert not comparable("sample", publish(store, contract_for(name), ROWS.encode()))


@pytest.mark.parametrize("both", [("csv", "sdmx-csv"), ("parquet", "geoparquet")])
def test_files_of_years_are_not_taken_for_those_of_a_shorter_suffix(
    store: Store, tmp_path: Path, both: tuple[str, str]
) -> None:
    contract = contract_for(*both, files="by year", year_field="period")
    folder = publish(store, contract, ROWS.encode())
    found = compare_rows("sample", folder, folder, contract.primary_key, tmp_path, tmp_path)
    assert found.comparable and found.counts["before"] == 2


def test_a_file_is_of_the_format_with_the_longest_suffix_also_where_it_is_gzipped() -> None:
    for name, spec in output_specs().items():
        for file in (f"x.{spec.suffix}", f"x-2023-synthetic.{spec.suffix}", f"x.{spec.suffix}.gz"):
            assert (found := spec_of_file(file)) and found.name == name
    assert spec_of_file("x.pdf") is None and spec_of_file("csv") is None


def test_two_formats_with_one_suffix_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "second_csv.py").write_text(
        "from dataclasses import replace\n"
        "from praya.pipeline.release.output_formats.csv_output import CSV as FIRST\n"
        'SECOND = replace(FIRST, name="csv-two")\ndel FIRST\n'
    )
    monkeypatch.syspath_prepend(tmp_path)
    points = [
        EntryPoint("praya", "praya.pipeline.release.output_formats", OUTPUT_FORMATS),
        EntryPoint("two", "second_csv", OUTPUT_FORMATS),
    ]
    monkeypatch.setattr(discovery, "entry_points", lambda **_: points)
    monkeypatch.setattr(output_spec, "discover_specs", discovery.discover_specs.__wrapped__)
    with stops(codes.package.EXTENSION_NAME_TAKEN, "csv-two"):
        output_spec._with_own_suffixes.__wrapped__()


def test_a_package_that_cannot_be_imported_is_named_once_and_not_for_each_contract(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken() -> None:
        raise ExtensionError(codes.package.EXTENSION_NOT_IMPORTED, "the entry point one cannot be imported")

    monkeypatch.setattr(format_rules, "output_specs", broken)
    with stops(codes.package.EXTENSION_NOT_IMPORTED, "the entry point one"):
        read_contracts(project())
