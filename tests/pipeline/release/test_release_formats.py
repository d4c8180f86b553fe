"""One table with hard values, written in every format, is the same table to every reader."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import shutil
import subprocess
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from made import RECEIVED, field, make_contract, open_store, publish, rows_of, text
from made.expected import stops
from praya.contract.spreadsheet import RUNS
from praya.errors import codes
from praya.pipeline.release import workbook
from praya.pipeline.release.output_format import output_formats
from release_reading import (
    Rows,
    from_csv,
    from_csv_by_duckdb,
    from_json,
    from_json_lines,
    from_xlsx,
    from_xml,
    part_of,
    without_empty,
)

pytestmark = pytest.mark.slow

TABLE = ["csv", "json", "jsonl", "xml", "xlsx", "parquet"]
COLUMNS = [
    field("id", "integer"),
    field("code", description=text("Begins with zeros")),
    field("words"),
    field("amount", "number", decimals=1, unit="HKD million"),
    field("ratio", "number"),
    field("large", "integer"),
    field("day", "date"),
    field("at", "datetime"),
    field("clock", "time"),
    field("yes", "boolean"),
    field("period", "yearmonth"),
    field("since", "year"),
]
MISSING = "N/A"
WORDS = [
    'say "hi"',
    "a,b;c\td",
    "line\r\nbreak\nand\rmore",
    "",
    MISSING,
    "衞生署；嘅",
    "👩‍👩‍👧 emoji 𠮷",
    "=1+1",
    "'=1+1",
    "-3",
    "+852 1823",
    "@SUM(A1)",
    "\tcmd",
    "＝1＋1",
    "'tis",
    " spaces ",
    "<b>&amp; ]]>",
    "_x0041_x0042_ \\ back",
    "<r><t>x</t></is></c><c><f>1+1</f></c></r>",
    "https://example.gov.hk",
    "1e5",
    "TRUE",
    "\u2028 \ufeff",
]
AMOUNTS = ["20.0", "-0.5", "0.1", "99999999999999.9", "12345678901234567.8", MISSING]
RATIOS = ["0.1", "20", "1e-7", "-123456.75", "1e21", MISSING]
LARGE = ["9223372036854775807", "-9223372036854775808", "999999999999999", "1000000000000000", "0", MISSING]
DAYS = ["2024-02-29", "1900-02-28", "1900-03-01", "1000-01-01", "9999-12-31", MISSING]
MOMENTS = [
    "2024-01-05T10:00:00Z",
    "2024-12-31T23:59:59+08:00",
    "2024-01-05T10:00:00.5Z",
    "1899-12-31T00:00:00Z",
    "2024-06-30T16:00:00",
    MISSING,
]
CLOCKS = ["00:00:00", "23:59:59", "09:30:00", "12:00:00", MISSING]


def hard() -> bytes:
    """The table as a department would send it."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow([column["name"] for column in COLUMNS])
    for number, words in enumerate(WORDS):
        writer.writerow(
            [number, f"{number:05}", words]
            + [values[number % len(values)] for values in (AMOUNTS, RATIOS, LARGE, DAYS, MOMENTS, CLOCKS)]
            + [["true", "false", MISSING][number % 3], ["2024-06", MISSING][number % 2]]
            + [["1999", MISSING, "2024"][number % 3]]
        )
    return buffer.getvalue().encode()


@pytest.fixture(scope="module")
def contract() -> Any:
    schema = {"primaryKey": ["id"], "fields": COLUMNS, "missingValues": [MISSING]}
    return make_contract(*COLUMNS, schema=schema, release={"formats": TABLE})


@pytest.fixture(scope="module")
def released(contract: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish(open_store(tmp_path_factory.mktemp("store")), contract, hard())


@pytest.fixture(scope="module")
def expected(released: Path) -> Rows:
    """The rows as pyarrow reads them, held against what was sent."""
    rows = rows_of(released / "sample.parquet")
    assert [row[2] for row in rows] == [None if words == MISSING else words for words in WORDS]
    assert [row[1] for row in rows] == [f"{number:05}" for number in range(len(WORDS))]
    assert rows[0][3] == Decimal("20.0") and rows[0][5] == 9223372036854775807
    assert rows[1][6:9] == (
        dt.date(1900, 2, 28),
        dt.datetime(2024, 12, 31, 15, 59, 59, tzinfo=dt.UTC),
        dt.time(23, 59, 59),
    )
    return rows


def test_csv_to_python(released: Path, expected: Rows, contract: Any) -> None:
    assert from_csv(released / "sample.csv", contract.fields) == without_empty(expected)


def test_csv_to_duckdb_which_tells_missing_from_empty(released: Path, expected: Rows, contract: Any) -> None:
    assert from_csv_by_duckdb(released / "sample.csv", contract.fields) == expected


def test_json_and_json_lines(released: Path, expected: Rows, contract: Any) -> None:
    assert from_json((released / "sample.json").read_text("utf-8"), contract.fields) == expected
    lines = (released / "sample.jsonl").read_bytes().decode()
    assert from_json_lines(lines, contract.fields) == expected and lines.endswith("}\n")


def test_json_lines_to_duckdb(released: Path, expected: Rows) -> None:
    with duckdb.connect() as con:
        found = con.execute(
            "select words, large, day from read_json(?, format = 'newline_delimited')",
            [str(released / "sample.jsonl")],
        ).fetchall()
    assert [(words, day) for words, _, day in found] == [(row[2], row[6]) for row in expected]


def test_xml_to_expat(released: Path, expected: Rows, contract: Any) -> None:
    assert from_xml(released / "sample.xml", contract.fields) == expected


def test_xlsx_to_openpyxl(released: Path, expected: Rows, contract: Any) -> None:
    assert without_empty(from_xlsx(released / "sample.xlsx", contract.fields)) == without_empty(expected)


def test_xlsx_to_pandas(released: Path, expected: Rows) -> None:
    frame = pd.read_excel(released / "sample.xlsx", dtype={"code": str}, keep_default_na=False)
    assert frame["code"].tolist() == [row[1] for row in expected]
    assert frame["words"].tolist()[7:13] == [row[2] for row in expected][7:13]


def test_parquet_to_pandas_and_duckdb(released: Path, expected: Rows) -> None:
    frame = pd.read_parquet(released / "sample.parquet", dtype_backend="pyarrow")
    assert [value if value is not pd.NA else None for value in frame["words"]] == [row[2] for row in expected]
    with duckdb.connect() as con:
        con.execute("set timezone = 'UTC'")
        found = con.sql(f"from '{released / 'sample.parquet'}'").to_arrow_table().to_pylist()
    assert [tuple(row.values()) for row in found] == expected


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_libreoffice_reads_it_and_runs_nothing(
    released: Path, expected: Rows, tmp_path: Path, ending: str
) -> None:
    source = tmp_path / f"in.{ending}"
    shutil.copy(released / f"sample.{ending}", source)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    # 44,34,76: comma, quote, UTF-8; 1: the first sheet only.
    target = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,1"
    # In a window it sees from the BOM that it is UTF-8, without one it has to be told.
    utf8 = ["--infilter=Text - txt - csv (StarCalc):44,34,76,1"] if ending == "csv" else []
    subprocess.run(
        [
            "soffice",
            profile,
            "--headless",
            *utf8,
            "--convert-to",
            target,
            "--outdir",
            str(tmp_path / "out"),
            source,
        ],
        check=True,
        timeout=300,
    )
    (made,) = (tmp_path / "out").iterdir()
    with made.open(encoding="utf-8-sig", newline="") as file:
        _, *rows = csv.reader(file)
    words = [row[2] for row in rows]
    if ending == "csv":
        words = [each.removeprefix("'") for each in words]
    assert words[5:13] == [row[2] for row in expected][5:13]


def test_the_sheets_of_a_workbook(released: Path) -> None:
    import openpyxl

    book = openpyxl.load_workbook(released / "sample.xlsx")
    assert book.sheetnames == ["data", "dictionary", "notes"]
    assert book["data"].freeze_panes == "A2"
    cells = book["data"][2]
    assert [cell.number_format for cell in cells][:4] == ["0", "General", "General", "0.0"]
    assert cells[6].number_format == "yyyy-mm-dd" and cells[6].is_date
    dictionary = [row[0] for row in book["dictionary"].iter_rows(values_only=True)]
    assert dictionary.count("amount") == 3 and {"field", "欄位", "字段"} <= set(dictionary)
    notes = list(book["notes"].iter_rows(values_only=True))
    assert notes[0][:3] == ("English", "繁體中文", "简体中文")
    assert "Rows: 23" in [row[0] for row in notes]


def test_generated_data_says_so_in_every_row_and_name(tmp_path: Path) -> None:
    import openpyxl

    made = make_contract(release={"formats": TABLE}, synthetic=True)
    folder = publish(open_store(tmp_path / "store"), made, b"id,name\n1,a\n")
    names = {path.name for path in folder.iterdir() if path.name.startswith("sample")}
    text = {
        kind: (folder / f"sample-synthetic.{kind}").read_text("utf-8-sig")
        for kind in ("csv", "json", "jsonl", "xml")
    }
    assert not names & {"sample.csv", "sample.json", "sample.jsonl", "sample.xml", "sample.xlsx"}
    assert "sample-synthetic.csv-metadata.json" in names, "where tools look for it"
    assert text["csv"].splitlines() == ["id,name,synthetic", "1,a,true"]
    assert json.loads(text["json"])[0]["synthetic"] is json.loads(text["jsonl"])["synthetic"] is True
    assert "<synthetic>true</synthetic></record>" in text["xml"]
    assert '<records dataset="sample" synthetic="true">' in text["xml"]
    assert pq.read_table(folder / "sample.parquet")["synthetic"].to_pylist() == [True]
    assert json.loads(pq.read_schema(folder / "sample.parquet").metadata[b"praya"])["synthetic"] is True
    book = openpyxl.load_workbook(folder / "sample-synthetic.xlsx")
    assert "synthetic" in str(book.properties.title)
    assert any("synthetic" in str(row[0]) for row in book["notes"].iter_rows(values_only=True))


def test_what_arrow_s_readers_see_of_the_contract(released: Path, contract: Any) -> None:
    schema = pq.read_schema(released / "sample.parquet")
    amount = schema.field("amount").metadata
    assert amount[b"unit"].decode() == "HKD million" and amount[b"title:zh-Hans"].decode() == "标题"
    assert schema.field("code").metadata[b"description:en"] == b"Begins with zeros"
    told = json.loads(schema.metadata[b"praya"])
    assert (told["dataset"], told["title"]["en"], told["synthetic"]) == ("sample", "A sample", False)
    assert len(told["contract_sha256"]) == 64
    assert pq.ParquetFile(released / "sample.parquet").metadata.row_group(0).column(0).compression == "ZSTD"


def test_a_full_sheet_is_followed_by_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, contract: Any
) -> None:
    import openpyxl

    monkeypatch.setattr(workbook, "SHEET_ROWS", 10)
    source = tmp_path / "table.parquet"
    made = make_contract(field("id", "integer"))
    pq.write_table(pa.table({"id": range(27)}), source)
    workbook.write_workbook(part_of(made, source, 27), tmp_path / "x.xlsx", tmp_path)
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    assert book.sheetnames == ["data", "data 2", "data 3", "dictionary", "notes"]
    assert [book[name].max_row for name in book.sheetnames[:3]] == [10, 10, 10]
    assert from_xlsx(tmp_path / "x.xlsx", made.fields) == [(number,) for number in range(27)]


def test_a_text_that_no_cell_holds_is_an_error_and_not_a_cut(tmp_path: Path) -> None:
    made = make_contract(field("name"))
    for words, fits in (("x" * 32_767, True), ("x" * 32_768, False), ("😀" * 16_384, False)):
        pq.write_table(pa.table({"name": [words]}), tmp_path / "table.parquet")
        part = part_of(made, tmp_path / "table.parquet", 1)
        if fits:
            workbook.write_workbook(part, tmp_path / "x.xlsx", tmp_path)
            assert from_xlsx(tmp_path / "x.xlsx", made.fields) == [(words,)]
        else:
            with stops(codes.format.TEXT_TOO_LONG, "row 2, column 1 of sheet data"):
                workbook.write_workbook(part, tmp_path / "y.xlsx", tmp_path)


def test_the_times_in_a_workbook_are_its_content_s(released: Path) -> None:
    with zipfile.ZipFile(released / "sample.xlsx") as packed:
        assert {info.date_time[0] for info in packed.infolist()} == {1980}
        assert RECEIVED.encode() in packed.read("docProps/core.xml")


# --- any text ----------------------------------------------------------------------------------------------

ANY = st.text(st.characters(codec="utf-8"), max_size=10) | st.text(
    "'\"=+-@\t\r\n,;_x0041A<r>\0\x01\x0b\ufffe\uffff＝<&>]\\", max_size=8
)


@settings(max_examples=60, deadline=None)
@given(texts=st.lists(st.tuples(st.none() | ANY, st.none() | ANY), min_size=1, max_size=20))
def test_any_text_comes_back_from_every_format_and_none_is_run(
    texts: list[tuple[str | None, str | None]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    work = tmp_path_factory.mktemp("any")
    made = make_contract(field("id", "integer"), field("a"), field("b"))
    rows = [(number, *row) for number, row in enumerate(texts)]
    schema = pa.schema([("id", pa.int64()), ("a", pa.string()), ("b", pa.string())])
    records = [dict(zip(schema.names, row, strict=True)) for row in rows]
    pq.write_table(pa.Table.from_pylist(records, schema), work / "table.parquet")
    part = part_of(made, work / "table.parquet", len(rows))
    for name in TABLE:
        output_formats()[name].write(part, work / f"x.{name}", work)
    assert rows_of(work / "x.parquet") == rows
    assert from_json((work / "x.json").read_bytes().decode(), made.fields) == rows
    assert from_json_lines((work / "x.jsonl").read_bytes().decode(), made.fields) == rows
    assert from_xml(work / "x.xml", made.fields) == rows
    assert without_empty(from_xlsx(work / "x.xlsx", made.fields)) == without_empty(rows)
    assert from_csv(work / "x.csv", made.fields) == without_empty(rows)
    with (work / "x.csv").open(encoding="utf-8-sig", newline="") as file:
        _, *cells = csv.reader(file)
    assert [cell for row in cells for cell in row if cell.startswith(tuple(RUNS))] == []


def test_a_column_alone_has_no_empty_lines(tmp_path: Path) -> None:
    made = make_contract(field("name"))
    pq.write_table(pa.table({"name": ["a", None, "b"]}), tmp_path / "table.parquet")
    output_formats()["csv"].write(part_of(made, tmp_path / "table.parquet", 3), tmp_path / "x.csv", tmp_path)
    assert from_csv(tmp_path / "x.csv", made.fields) == [("a",), (None,), ("b",)]
