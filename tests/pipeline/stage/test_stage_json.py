"""stage reads JSON arrays, at a path or at the top, JSON lines, and the Parquet of marts."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from made import field, make_contract, put_snapshot, rows_of
from made.expected import stops
from praya.contract import Contract
from praya.errors import Code, codes
from praya.pipeline.stage import stage_table
from praya.store import Store


def from_json(*fields: dict[str, Any], **source: Any) -> Contract:
    return make_contract(*fields, source={"format": "json", **source})


def staged(store: Store, contract: Contract, data: Any) -> tuple[list[Any], list[Any]]:
    """The rows of the table, and column, rule and raw text of the quarantine."""
    put_snapshot(
        store, contract, data if isinstance(data, bytes) else json.dumps(data, ensure_ascii=False).encode()
    )
    state = stage_table(contract, store)
    assert state.rows_in == state.rows_out + state.rows_quarantined
    table = rows_of(store.path(state.table))
    assert state.rows_out == len(table)
    return table, [(row[2], row[4], row[6]) for row in rows_of(store.path(state.quarantine))]


ROWS = [{"id": 1, "name": "a"}, {"id": 2, "name": "標題"}]
EXPECTED = [(1, "a"), (2, "標題")]


@pytest.mark.parametrize("indent", [None, 2])
def test_an_array_is_read(store: Store, indent: int | None) -> None:
    assert staged(store, from_json(), json.dumps(ROWS, indent=indent).encode()) == (EXPECTED, [])


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\n\n"])
def test_json_lines_are_read(store: Store, end: bytes) -> None:
    assert staged(store, from_json(), end.join(json.dumps(row).encode() for row in ROWS)) == (EXPECTED, [])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("nested", [False, True])
def test_a_byte_order_mark_is_no_part_of_the_data(store: Store, encoding: str, nested: bool) -> None:
    data = json.dumps({"a": [{"b": ROWS}]} if nested else ROWS, ensure_ascii=False).encode(encoding)
    records = "$.a[0].b" if nested else "$"
    assert staged(store, from_json(encoding=encoding, records=records), data) == (EXPECTED, [])


def test_a_byte_order_mark_that_the_contract_does_not_mention_does_no_harm(store: Store) -> None:
    assert staged(store, from_json(), json.dumps(ROWS).encode("utf-8-sig")) == (EXPECTED, [])


def test_fields_are_found_by_path_and_by_odd_names(store: Store) -> None:
    contract = from_json(
        field("id", "integer", source="keys[1].v"),
        field("name_en", source="name.en"),
        field("size", source="Flat Size (m2)"),
        field("estate", source='$."Estate Name".en'),
    )
    row = {
        "keys": [0, {"v": 7}],
        "name": {"en": "x"},
        "Flat Size (m2)": "12",
        "Estate Name": {"en": "y", "tc": "z"},
    }
    assert staged(store, contract, [row]) == ([(7, "x", "12", "y")], [])


def test_what_a_record_lacks_or_has_as_null_is_missing_and_other_values_are_their_text(store: Store) -> None:
    rows = [
        {"id": 1},
        {"id": 2, "name": None},
        {"id": 3, "name": True},
        {"id": 4, "name": 0.1},
        {"id": 5, "name": {"a": [1]}},
    ]
    table, bad = staged(store, from_json(), rows)
    assert table == [(1, None), (2, None), (3, "true"), (4, "0.1"), (5, '{"a":[1]}')] and bad == []


def test_records_that_do_not_fit_go_to_quarantine_with_their_text(store: Store) -> None:
    rows = [*ROWS, {"id": "x", "name": "c"}, 7, {"id": 1.5, "name": "d"}, None, [1]]
    table, bad = staged(store, from_json(), rows)
    assert table == EXPECTED
    assert sorted(bad, key=str) == [
        ("", "structure", "7"),
        ("", "structure", "[1]"),
        ("", "structure", "null"),
        ("id", "type", '{"id": "x", "name": "c"}'),
        ("id", "type", '{"id": 1.5, "name": "d"}'),
    ]


@pytest.mark.parametrize(
    ("data", "records", "code", "value"),
    [
        (b"hello", "$", codes.stage.JSON_DAMAGED, "line 1:"),
        (b"hello", "$.a", codes.stage.JSON_DAMAGED, "at $.a"),
        (b'[{"id": 1, "name": "a"}, {"id"', "$", codes.stage.JSON_DAMAGED, "line 1:"),
        (b'{"id": 1}\n{"id"', "$", codes.stage.JSON_DAMAGED, "line 2:"),
        (b'[{"id": 1, "name": "\xff"}]', "$", codes.stage.JSON_DAMAGED, "UTF-8"),
        (b'{"b": []}', "$.a", codes.stage.JSON_DAMAGED, "at $.a"),
        (b'{"a": null}', "$.a", codes.stage.JSON_DAMAGED, "at $.a"),
        (b'{"a": {"id": 1, "name": "a"}}', "$.a", codes.stage.JSON_DAMAGED, "at $.a"),
        (b'[{"id": 1, "nom": "a"}]', "$", codes.stage.COLUMNS_CHANGED, "missing: name"),
        (
            b'[{"id": 1, "name": "a"}, {"id": 2, "name": "b", "new": 1}]',
            "$",
            codes.stage.COLUMNS_CHANGED,
            "'new'",
        ),
        (b"[]", "$", codes.stage.ROWS_OUTSIDE_LIMITS, "0 rows"),
        (b'{"a": []}', "$.a", codes.stage.ROWS_OUTSIDE_LIMITS, "0 rows"),
    ],
)
def test_a_file_of_another_shape_stops(
    store: Store, data: bytes, records: str, code: Code, value: str
) -> None:
    contract = make_contract(source={"format": "json", "records": records}, quality={"min_rows": 1})
    put_snapshot(store, contract, data)
    with stops(code, value):
        stage_table(contract, store)


def test_keys_that_are_left_behind_may_come_and_go(store: Store) -> None:
    contract = from_json(ignore_columns=["stamp"])
    assert staged(store, contract, [ROWS[0] | {"stamp": 1}, ROWS[1]])[0] == EXPECTED


def test_parquet_is_typed_by_the_contract_and_misfits_go_to_quarantine(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "mart.parquet"
    with duckdb.connect() as con:
        con.execute(
            "copy (select * from (values (1, 1.50::decimal(9, 2), date '2024-01-05'), (2, null, null), "
            "(3, 1.25, null)) t(id, v, d)) "
            f"to '{path}' (format parquet)"
        )
    columns = [field("id", "integer"), field("v", "number", decimals=2), field("d", "date")]
    contract = make_contract(*columns, source={"format": "parquet"})
    table, bad = staged(store, contract, path.read_bytes())
    assert [(row[0], str(row[1]), row[2]) for row in table] == [
        (1, "1.50", dt.date(2024, 1, 5)),
        (2, "None", None),
        (3, "1.25", None),
    ]
    assert bad == []
    columns[1] = field("v", "integer")
    table, bad = staged(store, make_contract(*columns, source={"format": "parquet"}), path.read_bytes())
    assert [row[0] for row in table] == [2]
    assert bad[0] == ("v", "type", '{"id":1,"v":1.5,"d":"2024-01-05"}')


def test_parquet_that_is_none_or_has_other_columns_is_said(store: Store, tmp_path: Path) -> None:
    contract = make_contract(source={"format": "parquet"})
    put_snapshot(store, contract, b"hello, world")
    with stops(codes.stage.NOT_READABLE_AS_FORMAT, "Parquet"):
        stage_table(contract, store)
    path = tmp_path / "x.parquet"
    with duckdb.connect() as con:
        con.execute(f"copy (select 1 as id, 2 as other) to '{path}' (format parquet)")
    put_snapshot(store, contract, path.read_bytes())
    with stops(codes.stage.COLUMNS_CHANGED, "missing: name", "'other'"):
        stage_table(contract, store)


# --- what departments publish ----------------------------------------------------------------------------

REAL = Path(__file__).resolve().parents[4] / "shared" / "hkdata"
real = pytest.mark.skipif(not REAL.is_dir(), reason=f"the real files are not here ({REAL})")

HOLIDAYS = from_json(
    field("uid", constraints={"pattern": r"\d{8}@1823\.gov\.hk"}),
    field("day", "date", source="dtstart[0]", format="%Y%m%d"),
    field("day_after", "date", source="dtend[0]", format="%Y%m%d"),
    field("name", source="summary", constraints={"required": True}),
    encoding="utf-8-sig",
    records="$.vcalendar[0].vevent",
    ignore_columns=["dtstamp", "transp"],
)


@real
@pytest.mark.parametrize(
    "file",
    [
        "1823_holidays_archive_20191005-0917-en.json",
        "1823_holidays_archive_20200602-0932-en.json",
        "1823_holidays_archive_20230602-0945-en.json",
        "1823_holidays_archive_20230602-0953-tc.json",
        "1823_public_holidays_en.json",
        "1823_public_holidays_tc.json",
    ],
)
def test_the_holidays_of_every_shape_of_their_file_are_read(store: Store, file: str) -> None:
    data = (REAL / file).read_bytes()
    table, bad = staged(store, HOLIDAYS, data)
    events = json.loads(data.decode("utf-8-sig"))["vcalendar"][0]["vevent"]
    assert bad == []
    assert [(row[0], row[1].strftime("%Y%m%d"), row[3]) for row in table] == [
        (event["uid"], event["dtstart"][0], event["summary"]) for event in events
    ]
    assert len(table) == 51


@real
def test_twins_that_were_published_minutes_apart_meet_on_uid(store: Store) -> None:
    contract = make_contract(
        field("uid"),
        field("name_en", source="summary", part="en"),
        field("name_tc", source="summary", part="tc"),
        source={
            "url": None, "connection": "department", "parts": {"en": "/en.json", "tc": "/tc.json"}, "format": "json",
            "encoding": "utf-8-sig", "records": "$.vcalendar[0].vevent",
            "ignore_columns": ["dtstamp", "transp", "dtstart", "dtend"],
        },
    )  # fmt: skip
    twins = {
        "en": "1823_holidays_archive_20230602-0945-en.json",
        "tc": "1823_holidays_archive_20230602-0953-tc.json",
    }
    put_snapshot(store, contract, {part: (REAL / file).read_bytes() for part, file in twins.items()})
    state = stage_table(contract, store)
    assert (state.rows_out, state.rows_quarantined) == (51, 0)
    assert ("20220101@1823.gov.hk", "The first day of January", "一月一日") in rows_of(
        store.path(state.table)
    )
    twins["tc"] = "1823_public_holidays_tc.json"
    put_snapshot(store, contract, {part: (REAL / file).read_bytes() for part, file in twins.items()})
    assert stage_table(contract, store).quarantined_by_rule == {"parity": 68}
