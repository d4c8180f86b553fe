"""Inputs that were once read wrongly without a word, each with what it must become."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import json
import zipfile
from decimal import Decimal
from typing import Any

import pytest

from made import field, make_contract, put_snapshot, rows_of
from made.expected import refuses, stops
from praya.contract import Contract
from praya.errors import Code, codes
from praya.pipeline.stage import stage_table
from praya.pipeline.stage.csv_records import records, survey
from praya.store import Store

UTC = dt.UTC


def staged(
    store: Store, contract: Contract, data: bytes | dict[str, bytes]
) -> tuple[list[Any], list[dict[str, Any]]]:
    put_snapshot(store, contract, data)
    state = stage_table(contract, store)
    names = ("row", "line", "column", "value", "rule", "reason", "raw")
    quarantine = [dict(zip(names, row, strict=True)) for row in rows_of(store.path(state.quarantine))]
    return rows_of(store.path(state.table)), quarantine


def expect_stop(store: Store, contract: Contract, data: bytes, code: Code, *values: object) -> str:
    put_snapshot(store, contract, data)
    with stops(code, *values) as caught:
        stage_table(contract, store)
    return str(caught.value)


def column(kind: str, **more: Any) -> Contract:
    return make_contract(field("id", "integer"), field("v", kind, **more))


def lines(*texts: str) -> bytes:
    return "\n".join(["id,v", *(f"{number},{text}" for number, text in enumerate(texts))]).encode() + b"\n"


def from_json(*fields: dict[str, Any], **source: Any) -> Contract:
    return make_contract(*fields, source={"format": "json", **source})


# --- CSV ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", ["1,Chan, Tai Man,", "1,a,b,,", '1,a,b,""', "1,a,b, ", '1,"a, b",c,'])
@pytest.mark.parametrize("stray", [False, True], ids=["well formed", "with a stray quote"])
def test_a_row_with_surplus_cells_goes_to_quarantine_whatever_is_in_them(
    store: Store, row: str, stray: bool
) -> None:
    contract = make_contract(field("id", "integer"), field("name"), field("remark"))
    other = '2,Lee "Bob",ok' if stray else "2,Lee,ok"
    table, (bad,) = staged(store, contract, f"id,name,remark\n{row}\n{other}\n".encode())
    assert [found[0] for found in table] == [2]
    assert bad["rule"] == "structure" and bad["raw"] == row and bad["line"] == 2
    assert bad["reason"] == f"has {4 + (row == '1,a,b,,')} cells, and the header has 3"


def test_rows_in_quarantine_are_numbered_as_records(store: Store) -> None:
    contract = make_contract(field("id", "integer"), field("name"))
    _, bad = staged(store, contract, b"id,name\n1,a,b\nx,c\n\n3,d,e\ny,f\n")
    assert [(found["row"], found["line"]) for found in bad] == [(1, 2), (2, 3), (3, 5), (4, 6)]


@pytest.mark.parametrize(("inside", "end"), [("\r\n", "\n"), ("\n", "\r\n"), ("\r", "\n")])
def test_a_heading_may_have_a_line_break(store: Store, inside: str, end: str) -> None:
    contract = make_contract(field("id", "integer"), field("name", source=f"na{inside}me"))
    data = f'"id","na{inside}me"{end}1,a{end}x,c{end}'.encode()
    table, (bad,) = staged(store, contract, data)
    assert table == [(1, "a")] and bad["line"] == 4


def test_the_lines_that_a_stray_quote_takes_in_count_as_lost(store: Store) -> None:
    body = [f"{number},{chr(34) if number in (5, 9) else ''}text {number}" for number in range(12)]
    data = "\n".join(["id,name", *body]).encode() + b"\n"
    contract = make_contract(field("id", "integer"), field("name"), quality={"max_quarantined_rows": 1})
    expect_stop(store, contract, data, codes.stage.ROWS_OUTSIDE_LIMITS, "4 further lines")


def test_an_open_quote_costs_linear_time(store: Store, tmp_path: Any) -> None:
    """Each line is looked at once: the text that is held on to is joined once."""
    path = tmp_path / "x.csv"
    path.write_text('id,name\n1,"a\n' + "2,b\n" * 200_000)
    (_, header, _), (line, _, is_open) = records(path, ",")
    assert (header, line, is_open) == ("id,name\n", 2, True)
    with stops(codes.stage.QUOTE_NOT_CLOSED, "line 2 "):
        survey(make_contract(), path, ",", 2)


def test_a_header_that_never_ends_is_said(store: Store) -> None:
    data = b'id,"name\n' + b"".join(b"%d,value %d\n" % (number, number) for number in range(20_000))
    expect_stop(store, make_contract(), data, codes.stage.QUOTE_NOT_CLOSED, "header")


def test_an_undecodable_byte_in_big5_puts_its_row_in_quarantine(store: Store) -> None:
    contract = make_contract(field("id", "integer"), field("name"), source={"encoding": "big5hkscs"})
    good = "".join(f"{number},衞生署\n" for number in range(50)).encode("big5hkscs")
    table, (bad,) = staged(
        store, contract, b"id,name\n" + good + b"50,\xff\n" + "51,嘅\n".encode("big5hkscs")
    )
    assert [row[0] for row in table] == [*range(50), 51]
    assert bad["line"] == 52 and bad["raw"] == r"50,\xff"


@pytest.mark.parametrize("name", ["utf-16", "UTF16"])
def test_utf_16_without_a_byte_order_mark_is_said(store: Store, name: str) -> None:
    contract = make_contract(source={"encoding": name})
    data = "id,name\n1,a\n".encode("utf-16-be")
    expect_stop(store, contract, data, codes.stage.ENCODING_WRONG, "UTF-16 (big endian)", "utf-16-be")


def _zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (json.dumps({"error": {"code": 500, "message": "x" * 200_000}}).encode(), "is JSON"),
        (b'[{"id": 1}]', "is JSON"),
        (_zipped(), "ZIP archive"),
        (b"%PDF-1.7\n...", "PDF"),
        (gzip.compress(b"id,name\n1,a\n", mtime=0), "gzip"),
        ("id,name\n1,a\n".encode("utf-16"), "UTF-16"),
        ("id,name\n1,a\n".encode("utf-16-le"), "UTF-16"),
        (b"<!DOCTYPE html><p>Service unavailable", "web page"),
        (b"<div>Moved</div>", "web page"),
        (b"<?xml version='1.0'?><x/>", "XML"),
        (bytes(range(256)) * 40, "binary"),
        (b"  \n", "empty"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_the_file_is_instead_is_said_in_a_few_words(store: Store, data: bytes, kind: str) -> None:
    assert len(expect_stop(store, make_contract(), data, codes.stage.FORMAT_DIFFERS, kind)) < 600


def test_a_thousand_new_columns_make_no_long_message(store: Store) -> None:
    names = ",".join(f"{'long name ' * 30}{number}" for number in range(1_000))
    data = f"id,name,{names}\n".encode()
    assert len(expect_stop(store, make_contract(), data, codes.stage.COLUMNS_CHANGED, "992")) < 3_000


# --- JSON --------------------------------------------------------------------------------------------------


def test_a_key_twice_is_ambiguous(store: Store) -> None:
    table, (bad,) = staged(store, from_json(), b'[{"id":1,"name":"a","name":"b"},{"id":2,"name":"c"}]')
    assert table == [(2, "c")] and "'name' twice" in bad["reason"] and bad["row"] == 1


def test_a_json_number_keeps_its_digits_and_its_spelling(store: Store) -> None:
    contract = from_json(field("id", "integer"), field("t"), field("v", "number", decimals=2))
    data = b'[{"id":1,"t":1.10,"v":99999999999999.99},{"id":2,"t":1E5,"v":1234567890123456.78}]'
    assert staged(store, contract, data)[0] == [
        (1, "1.10", Decimal("99999999999999.99")),
        (2, "1E5", Decimal("1234567890123456.78")),
    ]


@pytest.mark.parametrize(
    "data", [b'[{"id":1,"name":"a"},', b'[\n{"id":1,"name":"a"},\n{"id":2,"name":"b"},\n']
)
def test_an_array_that_is_cut_is_no_snapshot(store: Store, data: bytes) -> None:
    expect_stop(store, from_json(), data, codes.stage.JSON_DAMAGED, "cut")


def test_a_wrapper_says_where_its_records_are(store: Store) -> None:
    data = json.dumps({"meta": {"n": 1}, "data": [{"id": 1, "name": "a"}]}, indent=2).encode()
    expect_stop(store, from_json(), data, codes.stage.RECORDS_NOT_FOUND, "$.data (1)", "source.records")


@pytest.mark.parametrize("source", ["properties.hours", '$.properties."Opening Hours"'])
def test_a_nested_property_that_is_not_there_is_a_missing_column(store: Store, source: str) -> None:
    contract = from_json(field("id", "integer"), field("hours", source=source))
    data = b'[{"id":1,"properties":{"Hours":"9-5"}}]'
    expect_stop(store, contract, data, codes.stage.COLUMNS_CHANGED, "missing: $.properties.")


def test_a_nested_property_may_be_missing_in_some_records(store: Store) -> None:
    contract = from_json(field("id", "integer"), field("hours", source="properties.hours"))
    data = b'[{"id":1,"properties":{"hours":"9-5"}},{"id":2,"properties":{}},{"id":3,"properties":null}]'
    assert staged(store, contract, data)[0] == [(1, "9-5"), (2, None), (3, None)]


def test_what_stands_beside_the_records_is_kept_for_who_looks(store: Store) -> None:
    data = b'{"lastUpdateDate":"2026-01-05","data":[{"id":1,"name":"a"}]}'
    contract = from_json(records="$.data")
    put_snapshot(store, contract, data)
    assert stage_table(contract, store).outside_records == {"$.lastUpdateDate": '"2026-01-05"'}


def test_a_second_array_of_records_and_another_grid_stop_the_dataset_unless_left_behind(store: Store) -> None:
    rows = [{"id": 1, "name": "a"}]
    second = json.dumps({"data": rows, "old": rows}).encode()
    expect_stop(store, from_json(records="$.data"), second, codes.stage.SECOND_ARRAY_OF_RECORDS, "$.old")
    left = from_json(records="$.data", ignore_columns=["$.old"])
    assert staged(store, left, second)[0] == [(1, "a")]
    grid = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2326"}}
    hk1980 = json.dumps({"crs": grid, "features": rows}).encode()
    expect_stop(store, from_json(records="$.features"), hk1980, codes.stage.COORDINATES_NOT_WGS84, "$.crs")


@pytest.mark.parametrize(
    ("geometry", "degrees"),
    [
        ({"type": "Point", "coordinates": [114.17, 22.3]}, True),
        ({"type": "Point", "coordinates": [114.17, 22.3, 552.0]}, True),
        ({"type": "Point", "coordinates": [836700.5, 819300.25]}, False),
        ({"type": "Point", "coordinates": [22.3, 114.17]}, False),
        ({"type": "MultiPolygon", "coordinates": [[[[114.1, 22.2], [836700, 819300]]]]}, False),
        ({"type": "Polygon", "coordinates": []}, True),
        (None, True),
    ],
)
def test_positions_that_are_no_degrees_stop_the_dataset(store: Store, geometry: Any, degrees: bool) -> None:
    """GeoJSON in metres of the HK1980 grid, or with latitude first, and no word about it in the file."""
    feature = {"type": "Feature", "geometry": geometry, "properties": {"id": 1, "name": "a"}}
    data = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    fields = [field("id", "integer", source="properties.id"), field("name", source="properties.name")]
    contract = from_json(*fields, records="$.features", ignore_columns=["geometry", "type"])
    if not degrees:
        expect_stop(store, contract, data, codes.stage.COORDINATES_NOT_WGS84, "line 1:")
        contract = from_json(*fields, records="$.features", ignore_columns=["geometry", "type", "$.crs"])
    assert staged(store, contract, data)[0] == [(1, "a")]


# --- types, limits and formats -----------------------------------------------------------------------------


def test_years_that_no_release_can_write_are_quarantined(store: Store) -> None:
    table, bad = staged(store, column("date"), lines("0001-01-01", "9999-12-31", "0000-01-01", "10000-01-01"))
    assert [row[0] for row in table] == [0, 1] and len(bad) == 2
    moments = lines("0001-01-01T00:00:00+08:00", "0001-01-01T08:00:00+08:00", "9999-12-31T23:59:59-08:00")
    assert [row[0] for row in staged(store, column("datetime"), moments)[0]] == [1]


def test_a_format_with_a_zone_is_read_the_right_way_round(store: Store) -> None:
    texts = lines("2024-01-05T10:00:00+0800", "2024-01-05T10:00:00+08:00", "2024-01-05T02:00:00Z")
    table, bad = staged(store, column("datetime", format="%Y-%m-%dT%H:%M:%S%z"), texts)
    assert [row[1] for row in table] == [dt.datetime(2024, 1, 5, 2, tzinfo=UTC)] * 3 and not bad


def test_the_day_of_a_moment_with_a_zone_is_the_day_in_hong_kong(store: Store) -> None:
    texts = lines("2024-01-05T01:00:00+0800", "2024-01-04T17:00:00Z", "2024-01-05T23:59:59+0800")
    table, _ = staged(store, column("date", format="%Y-%m-%dT%H:%M:%S%z"), texts)
    assert [row[1] for row in table] == [dt.date(2024, 1, 5)] * 3


@pytest.mark.parametrize(
    "text",
    ["24:00:00", "23:59:60", "09:30 PM", "9:30pm", "09:30:00+09:00", "09:30Z", "2024-01-05 09:30:00", "0930",
     "09:30xx", "09:30:00.1234567"],
)  # fmt: skip
def test_a_time_is_a_time_and_nothing_else(store: Store, text: str) -> None:
    table, (bad,) = staged(store, column("time"), lines("09:30", text))
    assert table == [(0, dt.time(9, 30))] and bad["value"] == text


def test_a_time_of_twelve_hours_is_read_where_the_format_says_so(store: Store) -> None:
    table, _ = staged(store, column("time", format="%I:%M %p"), lines("09:30 PM", "12:05 AM"))
    assert [row[1] for row in table] == [dt.time(21, 30), dt.time(0, 5)]


def test_limits_of_moments_are_hong_kong_time(store: Store) -> None:
    limits = {"minimum": dt.date(2024, 1, 1), "maximum": dt.date(2024, 1, 2)}
    texts = lines("2023-12-31T23:59:59", "2024-01-01T00:00:00", "2024-01-02T00:00:00", "2024-01-02T00:00:01")
    assert [row[0] for row in staged(store, column("datetime", constraints=limits), texts)[0]] == [1, 2]


def test_limits_are_compared_as_written(store: Store) -> None:
    contract = column("number", decimals=1, constraints={"minimum": 0.04, "maximum": 0.14})
    assert [row[0] for row in staged(store, contract, lines("0.0", "0.1", "0.2"))[0]] == [1]


@pytest.mark.parametrize(
    ("kind", "format_", "value"),
    [
        ("date", "%d/%m", "year"),
        ("date", "%Y-%m-%m", "month"),
        ("date", "%Y-%m", "day"),
        ("datetime", "%Y-%m-%d", "hour"),
        ("time", "%M:%S", "hour"),
        ("time", "%I:%M", "%p"),
        ("time", "%H:%M %p", "%I"),
        ("time", "%H:%M%z", "zone"),
        ("date", "%Y-%m-%d %Q", "'%Q'"),
        ("date", "yyyy-mm-dd", "year"),
        ("date", "%Y-%m-%d%", "'%'"),
    ],
)
def test_a_format_that_cannot_give_the_type_is_refused(kind: str, format_: str, value: str) -> None:
    with refuses("schema.fields.1.format", repr(format_), value):
        column(kind, format=format_)


@pytest.mark.parametrize(
    ("kind", "format_"),
    [("date", "%d/%m/%Y"), ("date", "%Y%m%d"), ("date", "%-d %B %Y"), ("date", "%Y-%j"), ("date", "%a %d %b %y"),
     ("datetime", "%c"), ("datetime", "%x %H:%M"), ("time", "%H.%M"), ("time", "%X")],
)  # fmt: skip
def test_a_format_that_gives_the_type_is_taken(kind: str, format_: str) -> None:
    assert column(kind, format=format_)


def test_one_character_is_not_both_point_and_group() -> None:
    with refuses("schema.fields.1.groupChar", "`decimalChar`", "'.'"):
        column("number", decimals=2, groupChar=".")


@pytest.mark.parametrize(
    ("kind", "more", "key", "value"),
    [
        ("integer", {"constraints": {"maximum": 2**63}}, "maximum", "integer"),
        ("number", {"decimals": 2, "constraints": {"minimum": -(10**16)}}, "minimum", "number"),
        ("number", {"decimals": 2, "constraints": {"enum": [1e16]}}, "enum.0", "number"),
        ("date", {"constraints": {"enum": ["Monday"]}}, "enum.0", "'Monday'"),
        ("time", {"constraints": {"enum": ["noon"]}}, "enum.0", "'noon'"),
    ],
)
def test_a_constraint_that_no_value_can_have_is_refused(
    kind: str, more: dict[str, Any], key: str, value: str
) -> None:
    with refuses(f"schema.fields.1.constraints.{key}", value):
        column(kind, **more)


@pytest.mark.parametrize("delimiter", ['"', "\n", "\r"])
def test_a_delimiter_is_neither_quote_nor_line_end(delimiter: str) -> None:
    with refuses("source.delimiter"):
        make_contract(source={"delimiter": delimiter})


@pytest.mark.parametrize("source", ["$.a[", "$..a", "$.a[*]"])
def test_a_path_that_names_no_place_is_refused(source: str) -> None:
    with refuses("schema.fields.0.source", source):
        from_json(field("id", source=source))
    with refuses("source.records", source):
        from_json(records=source)


# --- parts -------------------------------------------------------------------------------------------------


def test_parts_are_compared_by_what_they_mean_and_the_part_is_named(store: Store) -> None:
    contract = make_contract(
        field("k", "integer"),
        field("v", "number"),
        source={"url": None, "connection": "department", "parts": {"en": "/en.csv", "tc": "/tc.csv"}},
    )
    data = {"en": b"k,v\n1,1.0\n2,5\n3,x\n", "tc": b"k,v\n01,1\n2,6\n3,x\n"}
    table, bad = staged(store, contract, data)
    assert table == [(1, 1.0)]
    assert {(found["row"], found["reason"]) for found in bad} == {
        (2, "v of the part tc is not that of the part en"),
        (3, "is not a number"),
    }
