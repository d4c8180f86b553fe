"""release: the same bytes from the same content, once, at its time, readable by everyone."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import frictionless
import msgspec
import pandas as pd
import pyarrow.csv
import pytest

from made import RECEIVED, accept, field, make_contract, open_store, project, publish, rows_of, text
from made.expected import stops
from praya.errors import codes
from praya.ledger import Ledger
from praya.pipeline.current import TodaysRules
from praya.pipeline.order import publish_release
from praya.pipeline.protect import protect_table
from praya.pipeline.release.due import due_at
from praya.pipeline.release.preview import grant_preview
from praya.store import Store
from praya.store import duck as duck_module
from praya.store.states import Collected

pytestmark = pytest.mark.slow

DATA = b"id,name\n1,a\n2,b\n"
LATER = "2026-01-06T02:00:00Z"


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


# --- numbering -------------------------------------------------------------------------------------------


def test_a_release_is_named_after_the_time_of_its_content_and_pointed_to(store: Store) -> None:
    folder = publish(store, make_contract(), DATA)
    assert folder.name == "20260105T020000Z"
    pointer = store.get_json("released/sample/latest.json")
    assert pointer is not None
    assert (pointer["dataset"], pointer["version"]) == ("sample", folder.name)
    manifest = folder / "manifest.json"
    assert pointer["manifest_sha256"] == hashlib.sha256(manifest.read_bytes()).hexdigest()
    line = Ledger(store).find("release", "sample")
    assert line is not None and line.body["manifest_sha256"] == pointer["manifest_sha256"]


def test_unchanged_content_makes_no_new_release(store: Store) -> None:
    publish(store, make_contract(), DATA)
    before = {path: path.stat().st_mtime_ns for path in store.path("released").rglob("*")}
    again = publish_release(protect_table(make_contract(), store), make_contract(), store)
    assert again.changed is False
    # The same rows received again later, in another order, are no other content.
    publish(store, make_contract(), b"id,name\n2,b\n1,a\n", LATER)
    # Nor is it another for what only the publisher sees.
    publish(store, make_contract(owner="another", tags=["x"], fresh_within_days=3), DATA)
    assert {path: path.stat().st_mtime_ns for path in store.path("released").rglob("*")} == before
    assert sum(line.kind == "release" for line in Ledger(store)) == 1


def test_a_changed_title_is_a_second_release_of_the_same_content_s_time(store: Store) -> None:
    first = publish(store, make_contract(), DATA)
    second = publish(store, make_contract(title=text("Another title")), DATA)
    third = publish(store, make_contract(title=text("A third")), DATA)
    assert [folder.name for folder in (first, second, third)] == [
        "20260105T020000Z",
        "20260105T020000Z-2",
        "20260105T020000Z-3",
    ]
    assert json.loads((second / "manifest.json").read_bytes())["title"]["en"] == "Another title"
    first = store.local(f"released/sample/{first.name}")  # it lies in a pack by now
    assert (first / "sample.csv").read_bytes() == (second / "sample.csv").read_bytes()


def test_changed_rows_are_a_release_of_their_own_time_and_the_old_one_stays_as_it_was(store: Store) -> None:
    first = publish(store, make_contract(), DATA)
    before = bytes_of(first)
    second = publish(store, make_contract(), DATA + b"3,c\n", LATER)
    assert second.name == "20260106T020000Z" and bytes_of(first) == before


def test_content_that_comes_back_is_its_old_release_again(store: Store) -> None:
    first = publish(store, make_contract(), DATA)
    publish(store, make_contract(), DATA + b"3,c\n", LATER)
    assert publish(store, make_contract(), DATA) == first
    latest = store.get_json("released/sample/latest.json")
    assert latest is not None and latest["version"] == first.name


def test_a_release_that_was_interrupted_before_its_pointer_is_completed(store: Store) -> None:
    folder = publish(store, make_contract(), DATA)
    before = bytes_of(folder)
    store.path("released/sample/latest.json").unlink()
    ledger = store.path("ledger/ledger.jsonl")
    ledger.write_bytes(b"".join(ledger.read_bytes().splitlines(keepends=True)[:-1]))
    assert publish(store, make_contract(), DATA) == folder
    assert bytes_of(folder) == before and Ledger(store).find("release", "sample") is not None


def test_the_manifest_tells_the_snapshot_that_its_rows_came_from(store: Store) -> None:
    accept(store, make_contract(), DATA)
    table = protect_table(make_contract(), store)
    # By now something newer was collected, but has not come this far.
    collected = store.state(Collected, "sample")
    assert collected is not None
    part = msgspec.structs.replace(collected.parts["data"], sha256="f" * 64, received_at=LATER)
    newer = msgspec.structs.replace(collected, parts={"data": part}, key="newer", received_at=LATER)
    store.set_state("sample", newer)
    version = publish_release(table, make_contract(), store).version
    manifest = store.get_json(f"released/sample/{version}/manifest.json")
    assert manifest is not None
    assert manifest["snapshots"]["data"]["sha256"] == hashlib.sha256(DATA).hexdigest()


# --- the same bytes --------------------------------------------------------------------------------------


@contextmanager
def threads(number: int) -> Iterator[None]:
    connect = duck_module.connect

    @contextmanager
    def with_threads(*arguments: Any) -> Iterator[duckdb.DuckDBPyConnection]:
        with connect(*arguments) as con:
            con.execute(f"set threads = {number}")
            yield con

    patch = pytest.MonkeyPatch()
    for name, module in sys.modules.items():
        if name.startswith(
            ("praya.disclosure.protect", "praya.pipeline.release", "praya.store.duck")
        ) and hasattr(module, "connect"):
            patch.setattr(module, "connect", with_threads)
    try:
        yield
    finally:
        patch.undo()


def test_the_bytes_are_the_same_on_any_number_of_threads_and_from_any_order_of_rows(tmp_path: Path) -> None:
    contract = make_contract(
        field("id", "integer"), field("name"), field("v", "number"), field("d", "number", decimals=2)
    )
    # More than one row group of 122,880 rows, so that several threads have something to do.
    lines = [
        b"%d,name %d,%d.25,%d.5\n" % (number, number % 977, number % 31, number) for number in range(130_000)
    ]
    shuffled = lines[1::2] + lines[::2][::-1]
    found = []
    for number, rows in ((1, lines), (2, shuffled), (8, lines)):
        with threads(number):
            folder = publish(open_store(tmp_path / str(number)), contract, b"id,name,v,d\n" + b"".join(rows))
        found.append(bytes_of(folder))
    same = {
        "sample.csv",
        "sample.json",
        "sample.parquet",
        "schema.json",
        "dictionary.json",
        "dictionary-en.csv",
    }
    assert same <= set(found[0])
    assert found[2] == found[0]
    # Where the snapshot's bytes differ, only the manifest and the statement, which name it, may.
    differ = {name for name in found[0] if found[1][name] != found[0][name]}
    assert differ == {"manifest.json", "provenance.json"}


# --- its time --------------------------------------------------------------------------------------------


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def test_nothing_shows_before_the_embargo_and_everything_at_it(store: Store) -> None:
    contract = make_contract(release={"embargo_until": "2027-01-04T16:30:00+08:00"})
    accept(store, contract, DATA)
    table = protect_table(contract, store)
    with stops(codes.release.WAITS_FOR_TIME, "4 January 2027, 16:30") as caught:
        publish_release(table, contract, store, now=at("2027-01-04T08:29:59Z"))
    assert caught.value.due == at("2027-01-04T08:30:00Z")
    until = at("2099-01-01T00:00:00Z")
    grant_preview(
        table,
        contract,
        store,
        to="Secretary",
        start=at(LATER),
        until=until,
        reason="Briefing.",
        by="mary",
        checks=TodaysRules(store, project().suites),
    )
    assert not store.path("released").exists() and Ledger(store).find("release", "sample") is None
    assert publish_release(table, contract, store, now=at("2027-01-04T08:30:00Z")).changed


def test_the_last_release_stays_while_the_next_is_held(store: Store) -> None:
    first = publish(store, make_contract(), DATA)
    contract = make_contract(release={"embargo_until": "2099-01-01T00:00:00+08:00"})
    accept(store, contract, DATA + b"3,c\n", LATER)
    with stops(codes.release.WAITS_FOR_TIME, "sample", "1 January 2099"):
        publish_release(protect_table(contract, store), contract, store)
    latest = store.get_json("released/sample/latest.json")
    assert latest is not None and latest["version"] == first.name
    assert [path.name for path in sorted(first.parent.iterdir())] == [
        first.name,
        "latest.json",
        "versions.json",
    ]


@pytest.mark.parametrize(
    ("rules", "received", "due"),
    [
        ({"hour": 16}, "2026-01-05T02:00:00Z", "2026-01-05T08:00:00Z"),
        ({"hour": 16}, "2026-01-05T08:00:00Z", "2026-01-05T08:00:00Z"),
        ({"hour": 16}, "2026-01-05T08:00:01Z", "2026-01-06T08:00:00Z"),
        ({"hour": 3}, "2026-01-05T18:00:00Z", "2026-01-05T19:00:00Z"),
        ({"hour": 16, "weekday": "friday"}, "2026-01-05T02:00:00Z", "2026-01-09T08:00:00Z"),
        ({"hour": 16, "weekday": "monday"}, "2026-01-05T02:00:00Z", "2026-01-05T08:00:00Z"),
        ({"hour": 16, "weekday": "monday"}, "2026-01-05T09:00:00Z", "2026-01-12T08:00:00Z"),
        (
            {"hour": 16, "embargo_until": "2026-01-07T00:00:00+08:00"},
            "2026-01-05T02:00:00Z",
            "2026-01-06T16:00:00Z",
        ),
        ({}, "2026-01-05T02:00:00Z", None),
    ],
)
def test_the_release_time_is_the_next_slot_in_hong_kong(
    rules: dict[str, Any], received: str, due: str | None
) -> None:
    assert due_at(make_contract(release=rules), received) == (at(due) if due else None)


# --- what readers make of it -----------------------------------------------------------------------------

COLUMNS = [
    field("id", "integer"),
    field("code"),
    field("words"),
    field("amount", "number", decimals=2, unit="HKD million"),
    field("ratio", "number"),
    field("day", "date"),
    field("at", "datetime"),
    field("clock", "time"),
    field("yes", "boolean"),
    field("period", "yearmonth"),
    field("since", "year"),
]
TRICKY = [
    (
        "1",
        "007",
        'say "hi"',
        "0.10",
        "0.1",
        "2024-02-29",
        "2024-01-05T10:00:00",
        "09:30:00",
        "true",
        "2024-06",
        "1999",
    ),
    (
        "2",
        "00",
        "a,b",
        "-3.00",
        "1e-7",
        "1900-02-28",
        "2024-01-05T10:00:00.5Z",
        "23:59:59",
        "false",
        "2024-12",
        "2024",
    ),
    ("3", "", "line\r\nbreak\nand\rmore", "12345678901234.55", "-0.5", "", "", "", "", "", ""),
    (
        "4",
        " x ",
        "衞生署；嘅",
        "",
        "",
        "9999-12-31",
        "2024-12-31T23:59:59+08:00",
        "00:00:00",
        "true",
        "2024-01",
        "1000",
    ),
    (
        "5",
        "NULL",
        "it's =1+1",
        "100.00",
        "123456789",
        "2024-01-01",
        "2024-01-01T00:00:00Z",
        "12:00:00",
        "true",
        "2024-01",
        "2000",
    ),
    (
        "6",
        "N/A",
        "a\ttab; semi | pipe \\ back",
        "5.50",
        "1e21",
        "2024-01-01",
        "2024-01-01T00:00:00Z",
        "12:00:00",
        "true",
        "2024-01",
        "2000",
    ),
]
FIGURES = ["0.10", "-3.00", "12345678901234.55", "", "100.00", "5.50"]


def tricky() -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows([[column["name"] for column in COLUMNS], *TRICKY])
    return buffer.getvalue().encode()


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish(open_store(tmp_path_factory.mktemp("store")), make_contract(*COLUMNS), tricky())


@pytest.fixture(scope="module")
def cells(released: Path) -> list[list[str]]:
    """The released CSV as Python reads it, without its header."""
    with (released / "sample.csv").open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file, strict=True)
    assert header == [column["name"] for column in COLUMNS]
    return rows


def as_text(value: Any) -> str:
    """A typed value as the CSV should spell it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)


def resource_of(folder: Path) -> frictionless.Resource:
    return frictionless.Resource(
        {"name": "sample", "path": "sample.csv", "schema": "schema.json"}, basepath=str(folder)
    )


def misfits(folder: Path) -> list[Any]:
    """Where frictionless finds the CSV at odds with its schema: row, field, kind of error, note."""
    return list(resource_of(folder).validate().flatten(["rowNumber", "fieldName", "type", "note"]))


def test_the_csv_is_utf8_with_one_mark_and_crlf(released: Path) -> None:
    data = (released / "sample.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfid,code,") and data.count(b"\xef\xbb\xbf") == 1
    assert data.endswith(b"\r\n") and not data.endswith(b"\r\n\r\n")


def test_texts_come_through_as_they_were(cells: list[list[str]]) -> None:
    assert [row[1:3] for row in cells] == [list(row[1:3]) for row in TRICKY]


def test_figures_keep_their_decimals_in_every_format(released: Path, cells: list[list[str]]) -> None:
    assert [row[3] for row in cells] == FIGURES
    assert [as_text(row[3]) for row in rows_of(released / "sample.parquet")] == FIGURES
    rows = json.loads((released / "sample.json").read_bytes(), parse_float=str, parse_int=str)
    assert [row["amount"] or "" for row in rows] == FIGURES


def test_the_csv_says_what_the_parquet_says(released: Path, cells: list[list[str]]) -> None:
    assert cells == [[as_text(value) for value in row] for row in rows_of(released / "sample.parquet")]


def test_the_json_says_what_the_csv_says(released: Path, cells: list[list[str]]) -> None:
    rows = json.loads((released / "sample.json").read_bytes(), parse_float=str, parse_int=str)

    def spelt(value: Any, column: dict[str, Any]) -> str:
        if column["type"] == "number" and "decimals" not in column and value is not None:
            return as_text(float(value))
        return as_text(value)

    assert [[spelt(row[column["name"]], column) for column in COLUMNS] for row in rows] == cells


def test_the_json_is_one_row_a_line(released: Path) -> None:
    lines = (released / "sample.json").read_text("utf-8").splitlines()
    assert (lines[0], lines[-1]) == ("[", "]") and len(lines) == len(TRICKY) + 2


def test_pandas_reads_the_same_table_from_csv_and_parquet(released: Path) -> None:
    texts = {"code": str, "words": str, "period": str, "amount": str}
    from_csv = pd.read_csv(
        released / "sample.csv",
        dtype=texts,
        keep_default_na=False,
        na_values={name: [""] for name in ("ratio", "since")},
    )
    from_parquet = pd.read_parquet(released / "sample.parquet")
    assert list(from_csv.columns) == list(from_parquet.columns)
    assert from_csv["id"].tolist() == from_parquet["id"].tolist()
    assert from_csv["words"].tolist() == from_parquet["words"].tolist()
    assert [Decimal(value) for value in from_csv["amount"] if value] == [
        value for value in from_parquet["amount"] if value is not None
    ]
    assert from_csv["ratio"].tolist() == pytest.approx(
        from_parquet["ratio"].tolist(), rel=0, abs=0, nan_ok=True
    )


def test_pyarrow_reads_the_csv(released: Path, cells: list[list[str]]) -> None:
    texts = {column["name"]: pyarrow.string() for column in COLUMNS}
    table = pyarrow.csv.read_csv(
        released / "sample.csv",
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
        convert_options=pyarrow.csv.ConvertOptions(column_types=texts),
    )
    assert [list(row.values()) for row in table.to_pylist()] == cells


def test_duckdb_reads_the_csv(released: Path, cells: list[list[str]]) -> None:
    with duckdb.connect() as con:
        rows = con.execute(
            "from read_csv(?, all_varchar = true, header = true, delim = ',', quote = '\"')",
            [str(released / "sample.csv")],
        ).fetchall()
    assert [[value or "" for value in row] for row in rows] == cells


def test_frictionless_finds_the_csv_true_to_its_schema(released: Path, cells: list[list[str]]) -> None:
    assert misfits(released) == []
    assert len(resource_of(released).read_rows()) == len(cells)


def test_frictionless_would_find_a_misfit(released: Path, tmp_path: Path) -> None:
    (tmp_path / "schema.json").write_bytes((released / "schema.json").read_bytes())
    (tmp_path / "sample.csv").write_bytes(
        (released / "sample.csv").read_bytes().replace(b"2024-02-29", b"2023-02-29")
    )
    assert [field for _, field, *_ in misfits(tmp_path)] == ["day"]


# --- what comes with it ----------------------------------------------------------------------------------


def test_the_manifest_gives_hash_and_size_of_every_file_beside_it(released: Path) -> None:
    manifest = json.loads((released / "manifest.json").read_bytes())
    assert {file["name"] for file in manifest["files"]} == {path.name for path in released.iterdir()} - {
        "manifest.json",
        "provenance.json",
    }
    for file in manifest["files"]:
        data = (released / file["name"]).read_bytes()
        assert (file["sha256"], file["bytes"]) == (hashlib.sha256(data).hexdigest(), len(data)), file["name"]
    assert (manifest["rows"], manifest["columns"]) == (len(TRICKY), [column["name"] for column in COLUMNS])
    assert manifest["received_at"] == RECEIVED


def test_everyone_may_read_what_is_released(released: Path) -> None:
    for path in [released, *released.iterdir()]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o755 if path.is_dir() else 0o644), path


def test_the_dictionary_is_there_in_three_languages_and_says_what_a_machine_wrote(released: Path) -> None:
    described = json.loads((released / "dictionary.json").read_bytes())
    assert [one["name"] for one in described["fields"]] == [column["name"] for column in COLUMNS]
    assert described["fields"][0]["title"] == {
        "en": "id",
        "zh-Hant": "標題",
        "zh-Hans": "标题",
        "made_by_machine": ["zh-Hans"],
    }
    assert described["fields"][3]["unit"] == "HKD million"
    for short, heading, title in (("en", "field", "id"), ("tc", "欄位", "標題"), ("sc", "字段", "标题")):
        with (released / f"dictionary-{short}.csv").open(encoding="utf-8-sig", newline="") as file:
            header, first, *_ = csv.reader(file)
        assert (header[0], first[1]) == (heading, title)


def test_only_the_formats_that_the_contract_wants_are_written(store: Store) -> None:
    folder = publish(store, make_contract(release={"formats": ["csv"]}), DATA)
    files = json.loads((folder / "manifest.json").read_bytes())["files"]
    assert [file["name"] for file in files if file["role"] == "data"] == ["sample.csv"]
    folder = publish(store, make_contract(dataset="other", release={"formats": ["json"]}), DATA)
    assert {path.name for path in folder.glob("other.*")} == {"other.json"}


def test_a_protected_table_goes_out_with_its_status_columns_described(store: Store) -> None:
    contract = make_contract(
        field("place"),
        field("cases", "integer", constraints={"required": True, "maximum": 14}),
        disclosure={
            "class": "aggregated counts",
            "counts": ["cases"],
            "reason": "Counts of people by place.",
        },
    )
    folder = publish(store, contract, b"place,cases\na,7\nb,14\nc,13\n")
    assert (folder / "sample.csv").read_text("utf-8-sig").splitlines() == [
        "place,cases,cases_conf_status",
        "a,,C",
        "b,15,F",
        "c,15,F",
    ]
    assert json.loads((folder / "sample.json").read_bytes())[0] == {
        "place": "a",
        "cases": None,
        "cases_conf_status": "C",
    }
    assert misfits(folder) == []
