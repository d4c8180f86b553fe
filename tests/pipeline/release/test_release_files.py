"""Which files a release holds: years, gzipped ones, places, days; what the manifest says of them; what they cost."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import icalendar
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from made import RECEIVED, field, make_contract, open_store, project, publish, rows_of, text
from made.expected import refuses, stops
from praya.assurance.verify import list_findings
from praya.errors import codes
from praya.pipeline.release import data_files as files_module
from praya.pipeline.release.data_files import GZIP_ABOVE
from praya.pipeline.release.output_format import output_formats
from praya.pipeline.release.output_formats.ics_output import ICALENDAR
from praya.site.portal import write_catalogue
from praya.store import Store, file_sha256
from release_reading import from_csv, part_of

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
REQUIRED = {"required": True}


def manifest_of(folder: Path) -> dict[str, dict[str, Any]]:
    manifest = json.loads((folder / "manifest.json").read_bytes())
    return {file["name"]: file for file in manifest["files"]}


# --- files by year -----------------------------------------------------------------------------------------

PERIODS = b"period,n\n2023-01,1\n2023-12,2\n2024-01,3\n2022-05,4\n"


@pytest.mark.parametrize(
    ("files", "stems"),
    [
        ("both", ["sample", "sample-2022", "sample-2023", "sample-2024"]),
        ("by year", ["sample-2022", "sample-2023", "sample-2024"]),
    ],
)
def test_a_file_a_year_or_both(store: Store, files: str, stems: list[str]) -> None:
    contract = make_contract(
        field("period", "yearmonth", constraints=REQUIRED),
        field("n", "integer"),
        release={"formats": ["csv", "parquet"], "files": files, "year_field": "period"},
    )
    folder = publish(store, contract, PERIODS)
    told = manifest_of(folder)
    data = {name: file for name, file in told.items() if "rows" in file}
    assert sorted(data) == sorted(f"{stem}.{kind}" for stem in stems for kind in ("csv", "parquet"))
    assert [file.get("part") for name, file in sorted(data.items()) if name.endswith("parquet")][:3] == [
        "2022",
        "2023",
        "2024",
    ]
    for name, file in data.items():
        rows = (
            rows_of(folder / name) if name.endswith("parquet") else from_csv(folder / name, contract.fields)
        )
        assert len(rows) == file["rows"], name
        assert file.get("part") is None or {row[0][:4] for row in rows} == {file["part"]}
    together = [row for stem in stems[-3:] for row in rows_of(folder / f"{stem}.parquet")]
    assert together == [("2022-05", 4), ("2023-01", 1), ("2023-12", 2), ("2024-01", 3)]
    assert list(list_findings(store)) == []


@pytest.mark.parametrize(
    ("kind", "more", "values", "years"),
    [
        ("year", {}, ["2023", "2024"], ["2023", "2024"]),
        ("date", {}, ["2023-12-31", "2024-01-01"], ["2023", "2024"]),
        # In Hong Kong the second is in the new year already.
        ("datetime", {}, ["2023-12-31T15:59:59Z", "2023-12-31T16:00:00Z"], ["2023", "2024"]),
        ("string", {"pattern": r"\d{4}(-\d{2})?"}, ["2023", "2023-24"], ["2023", "2023"]),
    ],
)
def test_the_year_of_a_row(
    store: Store, kind: str, more: dict[str, Any], values: list[str], years: list[str]
) -> None:
    contract = make_contract(
        field("when", kind, constraints=REQUIRED | more),
        release={"formats": ["csv"], "files": "by year", "year_field": "when"},
    )
    told = manifest_of(publish(store, contract, "\n".join(["when", *values, ""]).encode()))
    found = {file["part"]: file["rows"] for file in told.values() if "rows" in file}
    assert found == {year: years.count(year) for year in years}


def test_other_files_are_another_release_and_another_hour_is_not(store: Store) -> None:
    field_of_year = field("period", "yearmonth", constraints=REQUIRED)
    asked = [
        {"formats": ["csv"]},
        {"formats": ["csv"], "hour": 0, "embargo_until": "2020-01-01T00:00:00+08:00"},
        {"formats": ["csv"], "files": "both", "year_field": "period"},
    ]
    names = []
    for release in asked:
        contract = make_contract(field_of_year, release=release)
        names.append(publish(store, contract, b"period\n2023-01\n").name)
    assert names == ["20260105T020000Z", "20260105T020000Z", "20260105T020000Z-2"]


def test_no_rows_are_one_empty_file_and_no_years(store: Store) -> None:
    contract = make_contract(
        field("period", "yearmonth", constraints=REQUIRED),
        release={"formats": ["csv", "xlsx", "xml"], "files": "by year", "year_field": "period"},
    )
    told = manifest_of(publish(store, contract, b"period\n"))
    assert {name for name, file in told.items() if file.get("rows") == 0} == {
        "sample.csv",
        "sample.xlsx",
        "sample.xml",
    }


# --- what a contract may ask for ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("release", "key", "value"),
    [
        ({"formats": ["geojson"]}, "formats.0", "`places`"),
        ({"formats": ["ics"]}, "formats.0", "`days`"),
        ({"formats": ["csv"], "places": {"latitude": "lat", "longitude": "lon"}}, "places", "geojson"),
        ({"formats": ["csv"], "files": "both"}, "files", "`year_field`"),
        ({"formats": ["csv"], "year_field": "day"}, "year_field", "`files: by year`"),
        ({"formats": ["csv", "csv"]}, "formats.1", "csv"),
        ({"formats": ["pdf"]}, "formats.0", "'parquet'"),
        (
            {"formats": ["geojson"], "places": {"latitude": "name", "longitude": "lon"}},
            "places.latitude",
            "name",
        ),
        (
            {"formats": ["geoparquet"], "places": {"latitude": "lat", "longitude": "x"}},
            "places.longitude",
            "x",
        ),
        ({"formats": ["ics"], "days": {"date": "maybe", "summary": {"en": "name"}}}, "days.date", "maybe"),
        ({"formats": ["ics"], "days": {"date": "day", "summary": {"en": "free"}}}, "days.summary.en", "free"),
        ({"formats": ["ics"], "days": {"date": "day", "summary": {}}}, "days.summary", "1"),
        ({"files": "both", "year_field": "name"}, "year_field", "`pattern`"),
        ({"files": "both", "year_field": "maybe"}, "year_field", "maybe"),
    ],
)
def test_a_format_that_the_contract_cannot_serve_does_not_load(
    release: dict[str, Any], key: str, value: str
) -> None:
    columns = [
        field("day", "date", constraints=REQUIRED),
        field("maybe", "date"),
        field("name", constraints=REQUIRED),
        field("free"),
        field("lat", "number"),
        field("lon", "number"),
    ]
    with refuses(f"release.{key}", value):
        make_contract(*columns, release=release)


def test_a_figure_that_may_be_withheld_is_no_place_and_no_year(store: Store) -> None:
    columns = [field("place"), field("n", "integer", constraints=REQUIRED)]
    rules = {"class": "aggregated counts", "counts": ["n"], "reason": "Counts of people by place."}
    with refuses("release.year_field", "n is none"):
        make_contract(*columns, disclosure=rules, release={"files": "both", "year_field": "n"})


def test_the_dictionary_of_formats_knows_what_a_contract_may_name() -> None:
    schema = json.loads((ROOT / "include" / "contracts" / "contract.schema.json").read_text())
    assert set(schema["$defs"]["Release"]["properties"]["formats"]["items"]["enum"]) == set(output_formats())


# --- gzipped -----------------------------------------------------------------------------------------------


def test_large_text_is_there_gzipped_too(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    assert GZIP_ABOVE >= 1_000_000
    monkeypatch.setattr(files_module, "GZIP_ABOVE", 1_000)
    contract = make_contract(release={"formats": ["csv", "jsonl", "parquet"]})
    data = b"id,name\n" + b"".join(b"%d,name %d\n" % (number, number) for number in range(200))
    folder = publish(store, contract, data)
    told = manifest_of(folder)
    assert {name for name in told if name.endswith(".gz")} == {"sample.csv.gz", "sample.jsonl.gz"}
    for name in ("sample.csv.gz", "sample.jsonl.gz"):
        packed = (folder / name).read_bytes()
        # RFC 1952: no flags, so no name; no time.
        assert packed[3:8] == b"\0" * 5
        inside = told[name]["content"]
        plain = gzip.decompress(packed)
        assert plain == (folder / inside["name"]).read_bytes()
        assert (inside["sha256"], inside["bytes"]) == (hashlib.sha256(plain).hexdigest(), len(plain))
        assert told[name]["media_type"] == "application/gzip" and told[name]["rows"] == 200
    assert list(list_findings(store)) == []


def test_what_the_manifest_says_of_each_file(store: Store) -> None:
    formats = ["csv", "json", "jsonl", "xml", "xlsx", "parquet"]
    folder = publish(store, make_contract(release={"formats": formats}), b"id,name\n1,a\n2,b\n")
    told = manifest_of(folder)
    assert {file["format"] for file in told.values() if file.get("rows") == 2} == set(formats)
    assert told["sample.jsonl"]["media_type"] == "application/x-ndjson"
    assert "rows" not in told["schema.json"] and told["schema.json"]["format"] == "json"
    write_catalogue(store)
    listed = json.loads(store.path("released/catalogue.json").read_bytes())["datasets"][0]["files"]
    assert [file["name"] for file in listed][:6] == sorted(f"sample.{kind}" for kind in formats)


# --- text that a spreadsheet would run ---------------------------------------------------------------------


def test_the_dictionary_says_which_fields_are_marked_and_the_schema_holds(store: Store) -> None:
    import frictionless

    columns = [
        field("id", "integer"),
        field("sign", constraints={"enum": ["-", "+", "0"]}),
        field("phone", constraints={"pattern": r"\+?[0-9 ]+", "maxLength": 14}),
        field("name"),
    ]
    folder = publish(store, make_contract(*columns), b"id,sign,phone,name\n1,-,+852 1823,a\n2,0,1823,b\n")
    described = json.loads((folder / "dictionary.json").read_bytes())["text_in_csv"]
    assert described["fields"] == ["phone", "sign"] and {"en", "zh-Hant", "zh-Hans"} <= set(described)
    with (folder / "sample.csv").open(encoding="utf-8-sig", newline="") as file:
        assert next(csv.DictReader(file)) == {
            "id": "1",
            "sign": "'-",
            "phone": "'+852 1823",
            "name": "a",
        }
    resource = {"name": "sample", "path": "sample.csv", "schema": "schema.json"}
    report = frictionless.Resource(resource, basepath=str(folder)).validate()
    assert report.flatten(["rowNumber", "fieldName", "type", "note"]) == []


def test_the_dictionary_itself_runs_nothing(store: Store) -> None:
    described = field("id", "integer", description=text("=1+1"))
    folder = publish(store, make_contract(described), b"id\n1\n")
    assert ",'=1+1," in (folder / "dictionary-en.csv").read_text("utf-8-sig")


# --- places ------------------------------------------------------------------------------------------------

PLACES = {"latitude": "lat", "longitude": "lon"}
WHY = "A register of public premises."
REGISTER = {"class": "public register", "reason": WHY, "publicContact": {"lat": WHY, "lon": WHY}}
PLACED = [
    field("id", "integer"),
    field("name"),
    field("lat", "number", decimals=6),
    field("lon", "number", decimals=6),
]
SPOTS = "id,name,lat,lon\n1,中環,22.281900,114.158100\n2,somewhere,,\n3,half,22.3,\n4,長洲,22.208,114.029\n".encode()


@pytest.fixture(scope="module")
def placed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    contract = make_contract(
        *PLACED,
        release={"formats": ["geojson", "geoparquet", "parquet"], "places": PLACES},
        disclosure=REGISTER,
    )
    return publish(open_store(tmp_path_factory.mktemp("store")), contract, SPOTS)


def test_geojson_has_longitude_first(placed: Path) -> None:
    found = json.loads((placed / "sample.geojson").read_bytes())
    assert (found["type"], found["bbox"]) == ("FeatureCollection", [114.029, 22.208, 114.1581, 22.2819])
    points = [feature["geometry"] for feature in found["features"]]
    assert points == [
        {"type": "Point", "coordinates": [114.1581, 22.2819]},
        None,
        None,
        {"type": "Point", "coordinates": [114.029, 22.208]},
    ]
    assert {feature["type"] for feature in found["features"]} == {"Feature"}
    assert found["features"][0]["properties"] == {"id": 1, "name": "中環", "lat": 22.2819, "lon": 114.1581}
    assert shapely.from_geojson(json.dumps(points[0])) == shapely.Point(114.1581, 22.2819)


def test_geoparquet_s_points_are_the_table_s(placed: Path) -> None:
    file = pq.ParquetFile(placed / "sample.geo.parquet")
    told = json.loads(file.schema_arrow.metadata[b"geo"])
    assert (told["version"], told["primary_column"]) == ("1.1.0", "geometry")
    assert told["columns"]["geometry"] == {
        "encoding": "WKB",
        "geometry_types": ["Point"],
        "bbox": [114.029, 22.208, 114.1581, 22.2819],
    }
    assert file.schema_arrow.field("geometry").type == pa.binary()
    table = file.read()
    points = shapely.from_wkb(table["geometry"].to_pylist())
    assert [(point.x, point.y) if point else None for point in points] == [
        (114.1581, 22.2819),
        None,
        None,
        (114.029, 22.208),
    ]
    assert [tuple(row.values()) for row in table.drop_columns(["geometry"]).to_pylist()] == rows_of(
        placed / "sample.parquet"
    )


def test_places_that_are_swapped_are_refused(store: Store) -> None:
    contract = make_contract(*PLACED, release={"formats": ["geojson"], "places": PLACES}, disclosure=REGISTER)
    with stops(codes.format.COORDINATES_OUT_OF_RANGE, '"lon"', "22.2819", '"lat"', "114.1581"):
        publish(store, contract, b"id,name,lat,lon\n1,a,114.158100,22.281900\n")


def test_no_place_at_all_is_a_collection_without_a_box(store: Store) -> None:
    contract = make_contract(
        *PLACED, release={"formats": ["geojson", "geoparquet"], "places": PLACES}, disclosure=REGISTER
    )
    folder = publish(store, contract, b"id,name,lat,lon\n1,a,,\n")
    found = json.loads((folder / "sample.geojson").read_bytes())
    assert "bbox" not in found and found["features"][0]["geometry"] is None


# --- days --------------------------------------------------------------------------------------------------

EVENTS = [
    field("uid", constraints=REQUIRED),
    field("first", "date", constraints=REQUIRED),
    field("end", "date"),
    field("name_en", constraints=REQUIRED),
    field("name_tc", constraints=REQUIRED),
]
DAYS = {
    "date": "first",
    "until": "end",
    "summary": {"en": "name_en", "zh-Hant": "name_tc"},
    "uid": "uid",
}
LONG = "The day following the Chinese Mid-Autumn Festival; and, of all names, the longest \\ that there is"


def calendar_of(path: Path) -> Any:
    return icalendar.Calendar.from_ical(path.read_bytes())


def test_a_calendar_a_language_with_events_of_whole_days(store: Store) -> None:
    contract = make_contract(*EVENTS, release={"formats": ["ics"], "days": DAYS}, synthetic=True)
    data = f'uid,first,end,name_en,name_tc\nb@x,2026-09-26,2026-09-28,"{LONG}",中秋節翌日\n'
    data += "a@x,2026-01-01,,New year,一月一日\n"
    folder = publish(store, contract, data.encode())
    assert {path.name for path in folder.glob("*.ics")} == {"sample-en.ics", "sample-tc.ics"}
    assert manifest_of(folder)["sample-tc.ics"]["language"] == "zh-Hant"
    raw = (folder / "sample-en.ics").read_bytes()
    lines = raw.split(b"\r\n")
    assert lines.pop() == b"" and all(len(line) <= 75 and b"\n" not in line for line in lines)
    english, chinese = (calendar_of(folder / f"sample-{language}.ics") for language in ("en", "tc"))
    assert "synthetic" in str(english["X-WR-CALNAME"])
    events = english.walk("VEVENT")
    assert [str(event["UID"]) for event in events] == ["a@x", "b@x"]
    assert [str(event["SUMMARY"]) for event in events] == ["New year", LONG]
    assert [event["DTSTART"].dt for event in events] == [dt.date(2026, 1, 1), dt.date(2026, 9, 26)]
    assert "DTEND" not in events[0] and events[1]["DTEND"].dt == dt.date(2026, 9, 28)
    assert events[0]["DTSTAMP"].dt == dt.datetime.fromisoformat(RECEIVED)
    assert events[1]["SUMMARY"].params["LANGUAGE"] == "en"
    assert [str(event["SUMMARY"]) for event in chinese.walk("VEVENT")] == ["一月一日", "中秋節翌日"]


def test_an_event_that_ends_before_it_began_is_refused(store: Store) -> None:
    contract = make_contract(*EVENTS, release={"formats": ["ics"], "days": DAYS})
    with stops(codes.format.EVENT_ENDS_BEFORE_IT_BEGINS, "event k", "2026-01-01"):
        publish(store, contract, b"uid,first,end,name_en,name_tc\nk,2026-01-01,2026-01-01,x,x\n")


def test_without_a_uid_it_is_made_from_the_key_and_stays(store: Store) -> None:
    days = {"date": "first", "summary": {"en": "name_en"}}
    contract = make_contract(*EVENTS, release={"formats": ["ics"], "days": days})
    head = "uid,first,end,name_en,name_tc\n"
    first = publish(store, contract, f"{head}k,2026-01-01,,New year,x\n".encode())
    second = publish(store, contract, f"{head}k,2026-01-02,,New name,x\n".encode(), "2026-01-06T02:00:00Z")
    uids = [calendar_of(folder / "sample-en.ics").walk("VEVENT")[0]["UID"] for folder in (first, second)]
    assert uids[0] == uids[1] and str(uids[0]).endswith("@sample") and first != second


def test_the_public_holidays_are_a_calendar_in_three_languages(tmp_path: Path) -> None:
    from praya.contract import load_contract

    contract = load_contract(ROOT / "include" / "contracts" / "hk-dpo" / "public-holidays.yaml", project())
    rows = [
        {
            "date": dt.date(2026, 1, 1),
            "end_date": dt.date(2026, 1, 2),
            "name_en": "The first day of January",
            "name_tc": "一月一日",
            "name_sc": "一月一日",
            "uid": "20260101@1823.gov.hk",
        }
    ]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "table.parquet")
    part = part_of(contract, tmp_path / "table.parquet", 1).in_language("zh-Hans")
    assert part.stem == "public-holidays-sc"
    ICALENDAR.write(part, tmp_path / "x.ics", tmp_path)
    (event,) = calendar_of(tmp_path / "x.ics").walk("VEVENT")
    assert (str(event["UID"]), event["DTEND"].dt) == ("20260101@1823.gov.hk", dt.date(2026, 1, 2))


# --- the same bytes, and flat memory -----------------------------------------------------------------------

ALL = ["csv", "json", "jsonl", "xml", "xlsx", "parquet", "geojson", "geoparquet", "ics"]
WRITE = """
import re, sys, json
from pathlib import Path
from made import make_contract
from release_reading import part_of
from praya.store import duck
from praya.pipeline.release.output_format import output_formats
spec, source, folder, threads, rows = json.loads(sys.argv[1])
folder = Path(folder)
with duck.connect() as con:
    con.execute(f"set global threads = {threads}")
contract = make_contract(*spec["fields"], release=spec["release"])
part = part_of(contract, Path(source), rows)
peaks = {}
for kind in spec["release"]["formats"]:
    each = part.in_language("en") if kind == "ics" else part
    form = output_formats()[kind]
    form.write(each, folder / f"x.{form.suffix}", folder)
    # Not getrusage, which counts the parent's memory before exec too.
    peaks[kind] = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024
print(json.dumps(peaks))
"""


def write_apart(
    folder: Path,
    source: Path,
    columns: list[dict[str, Any]],
    release: dict[str, Any],
    threads: int,
    rows: int,
) -> dict[str, int]:
    """Write all formats in a process of its own, in which DuckDB may take 256 MB; gives its peak in MiB after each."""
    folder.mkdir()
    task = json.dumps([{"fields": columns, "release": release}, str(source), str(folder), threads, rows])
    env = {"PYTHONPATH": f"{ROOT / 'include'}:{ROOT / 'tests'}", "PRAYA_DUCKDB_MEMORY": "256MB"}
    done = subprocess.run(
        [sys.executable, "-c", WRITE, task], capture_output=True, text=True, env=env, check=False
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


MANY = [
    field("id", "integer", constraints=REQUIRED),
    field("name", constraints=REQUIRED),
    field("day", "date", constraints=REQUIRED),
    field("lat", "number"),
    field("lon", "number"),
    field("amount", "number", decimals=2),
]


def many(path: Path, rows: int) -> Path:
    import duckdb

    with duckdb.connect() as con:
        con.execute(
            f"""copy (
                select range as id, 'name ' || range % 977 as name, date '2020-01-01' + (range % 2000)::int as day,
                    22 + (range % 500) / 1000 as lat, 114 + (range % 300) / 1000 as lon,
                    (range % 1000 / 4)::decimal(18, 2) as amount
                from range({rows})
            ) to '{path}' (format parquet)"""
        )
    return path


def test_every_format_has_the_same_bytes_on_any_number_of_threads_and_twice(tmp_path: Path) -> None:
    # More than one row group of 122,880 rows, so that several threads have something to do.
    source = many(tmp_path / "table.parquet", 130_000)
    formats = [kind for kind in ALL if kind not in ("xlsx", "ics")]
    release = {"formats": formats, "places": PLACES}
    found = []
    for number, threads in enumerate((1, 2, 8, 2)):
        folder = tmp_path / str(number)
        write_apart(folder, source, MANY, release, threads, 130_000)
        found.append({path.name: file_sha256(path) for path in folder.iterdir() if path.is_file()})
    assert len(found[0]) == len(formats)
    assert found[1:] == [found[0]] * 3


def test_workbooks_and_calendars_have_the_same_bytes_on_any_number_of_threads_and_twice(
    tmp_path: Path,
) -> None:
    source = many(tmp_path / "table.parquet", 12_000)
    days = {"date": "day", "summary": {"en": "name"}}
    found = []
    for number, threads in enumerate((1, 2, 8, 2)):
        folder = tmp_path / str(number)
        write_apart(folder, source, MANY, {"formats": ["xlsx", "ics"], "days": days}, threads, 12_000)
        found.append({path.name: file_sha256(path) for path in folder.iterdir() if path.is_file()})
    assert set(found[0]) == {"x.xlsx", "x.ics"} and found[1:] == [found[0]] * 3


@pytest.mark.full
def test_memory_stays_within_what_duckdb_may_take(tmp_path: Path) -> None:
    days = {"date": "day", "summary": {"en": "name"}}
    source = many(tmp_path / "table.parquet", 300_000)
    release = {"formats": ALL, "places": PLACES, "days": days}
    peaks = write_apart(tmp_path / "out", source, MANY, release, 2, 300_000)
    # 256 for DuckDB, some 200 for Python with its libraries. All cells of a workbook in memory would be 400 more.
    assert max(peaks.values()) < 450, peaks
