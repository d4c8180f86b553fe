"""stage reads CSV as departments write it: what fits is typed, what does not is kept with line, text and reason."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from made import field, make_contract, open_store, put_snapshot, rows_of
from made.expected import stops
from praya.contract import Contract
from praya.errors import Code, codes
from praya.pipeline.stage import csv_input, stage_table
from praya.store import Store
from praya.store.states import Staged

pytestmark = pytest.mark.slow


def staged(
    store: Store, contract: Contract, data: bytes | dict[str, bytes]
) -> tuple[list[Any], list[dict[str, Any]]]:
    """The rows of table and of quarantine; nothing may be lost between them."""
    put_snapshot(store, contract, data)
    state = stage_table(contract, store)
    names = ("row", "line", "column", "value", "rule", "reason", "raw")
    quarantine = [dict(zip(names, row, strict=True)) for row in rows_of(store.path(state.quarantine))]
    table = rows_of(store.path(state.table))
    assert state.rows_in == state.rows_out + state.rows_quarantined
    assert (state.rows_out, state.rows_quarantined) == (
        len(table),
        len({(q["line"], q["raw"]) for q in quarantine}),
    )
    return table, quarantine


def values(store: Store, column: dict[str, Any], *texts: str, **changes: Any) -> list[Any]:
    """What became of each text in that column; `bad` for those in quarantine."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows([["id", column["name"]], *enumerate(texts)])
    contract = make_contract(field("id", "integer"), column, **changes)
    table, _ = staged(store, contract, buffer.getvalue().encode())
    typed = dict(table)
    return [typed.get(number, "bad") for number in range(len(texts))]


# --- quirks ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbfid,name\r\n1,a\r\n2,b\r\n",
        b"id,name\n1,a\n2,b",
        b"id,name\r\n1,a\n2,b\r\n",
        b"id,name\r1,a\r2,b\r",
        b"id,name\r1,a\r\n2,b\n",
        b"id,name\n\n1,a\n\n\n2,b\n\n",
        b'"id","name"\n"1","a"\n2,b\n',
        b"name,id\na,1\nb,2\n",
        b" id,name\n1,a\n2,b\n".replace(b" ", b""),
    ],
)
def test_the_same_rows_come_out_of_every_spelling_of_a_file(store: Store, data: bytes) -> None:
    assert staged(store, make_contract(), data) == ([(1, "a"), (2, "b")], [])


@pytest.mark.parametrize(
    ("encoding", "codec"),
    [
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("big5hkscs", "big5hkscs"),
        ("UTF-8", "utf-8"),
        ("utf_8", "utf-8-sig"),
    ],
)
def test_other_encodings_are_read(store: Store, encoding: str, codec: str) -> None:
    contract = make_contract(
        field("id", "integer"), field("name", source="名"), source={"encoding": encoding}
    )
    data = 'id,名\r\n1,"衞生署\r\n二"\r\nx,嘅\r\n'.encode(codec)
    table, (bad,) = staged(store, contract, data)
    assert table == [(1, "衞生署\r\n二")]
    assert (bad["line"], bad["raw"]) == (4, "x,嘅")


def test_an_encoding_that_the_file_does_not_keep_is_said(store: Store) -> None:
    contract = make_contract(source={"encoding": "big5hkscs"})
    put_snapshot(store, contract, b"id,name\n1,\xff\xff\n")
    with stops(codes.stage.ENCODING_WRONG, "big5hkscs", "source.encoding"):
        stage_table(contract, store)


def test_bytes_that_are_not_utf8_put_their_row_in_quarantine_and_no_other(store: Store) -> None:
    table, (bad,) = staged(store, make_contract(), b"id,name\n1,a\n2,b\xff\n3,c\n")
    assert table == [(1, "a"), (3, "c")]
    assert (bad["line"], bad["rule"], bad["raw"]) == (3, "structure", r"2,b\xff")


def test_quoted_values_keep_newlines_quotes_and_commas(store: Store) -> None:
    data = b'id,name\r\n1,"a\r\nb"\r\n2,"c\nd"\r\n3,"say ""hi"", you"\r\n4," padded "\r\n'
    table, _ = staged(store, make_contract(), data)
    assert table == [(1, "a\r\nb"), (2, "c\nd"), (3, 'say "hi", you'), (4, " padded ")]


def test_too_few_and_too_many_columns_go_to_quarantine_with_line_and_text(store: Store) -> None:
    table, bad = staged(store, make_contract(), b'id,name\n1\n2,"x\ny",c\n3,d\n')
    assert table == [(3, "d")]
    assert [(q["line"], q["rule"], q["raw"]) for q in bad] == [
        (2, "structure", "1"),
        (3, "structure", '2,"x\ny",c'),
    ]


def test_a_quote_inside_a_value_is_part_of_it(store: Store) -> None:
    table, bad = staged(store, make_contract(), b'id,name\n1,5" pipe\n2,c\nx,say "hi"\n')
    assert table == [(1, '5" pipe'), (2, "c")]
    assert [(q["line"], q["raw"]) for q in bad] == [(4, 'x,say "hi"')]


def test_as_many_bad_rows_as_a_stray_quote_would_hide_are_not_lost(store: Store) -> None:
    table, bad = staged(store, make_contract(), b'id,name\n1,a"b\nx,c\ny,d\n')
    assert table == [(1, 'a"b')] and [q["line"] for q in bad] == [3, 4]


def test_text_behind_a_closing_quote_is_damage(store: Store) -> None:
    table, (bad,) = staged(store, make_contract(), b'id,name\n1,"ab"c\n2,c\n')
    assert table == [(2, "c")] and (bad["line"], bad["raw"]) == (2, '1,"ab"c')


def test_a_quote_that_is_never_closed_stops_the_dataset_and_names_the_line(store: Store) -> None:
    put_snapshot(store, make_contract(), b'id,name\n1,a\n2,"ab\n3,c\n4,d\n')
    with stops(codes.stage.QUOTE_NOT_CLOSED, "line 3 "):
        stage_table(make_contract(), store)
    assert store.state(Staged, "sample") is None


def test_empty_lines_of_a_single_column_are_empty_values(store: Store) -> None:
    contract = make_contract(field("id", "integer"))
    table, bad = staged(store, contract, b"id\n1\n\n2\nx\n")
    assert table == [(1,), (2,)]
    assert [(q["line"], q["rule"]) for q in bad] == [(3, "primaryKey"), (5, "type")]


def test_a_semicolon_parts_columns_where_the_contract_says_so(store: Store) -> None:
    contract = make_contract(source={"delimiter": ";"})
    assert staged(store, contract, b'id;name\n1;a,b\n2;"c;d"\n')[0] == [(1, "a,b"), (2, "c;d")]


def test_a_file_of_a_header_alone_has_no_rows(store: Store) -> None:
    assert staged(store, make_contract(), b"id,name\r\n") == ([], [])


def test_an_unnamed_column_can_be_left_behind_and_one_that_differs_by_case_read(store: Store) -> None:
    contract = make_contract(
        field("id", "integer"), field("name", source="ID"), source={"ignore_columns": [""]}
    )
    assert staged(store, contract, b"id,ID,\n1,a,\n2,b,c\n")[0] == [(1, "a"), (2, "b")]


# --- types -----------------------------------------------------------------------------------------------


def test_missing_marks_are_missing_and_nothing_else_is(store: Store) -> None:
    column = field("v", "integer")
    marks = {"schema": {"missingValues": ["", "N.A.", "***"], "primaryKey": ["id"]}}
    contract = make_contract(field("id", "integer"), column)
    schema = contract.as_dict()["schema"] | marks["schema"]
    table, bad = staged(store, make_contract(schema=schema), b"id,v\n1,N.A.\n2,***\n3,\n4,N.A\n5,0\n")
    assert table == [(1, None), (2, None), (3, None), (5, 0)] and [q["value"] for q in bad] == ["N.A"]


def test_without_missing_marks_an_empty_string_is_a_value(store: Store) -> None:
    schema = make_contract().as_dict()["schema"] | {"missingValues": []}
    assert staged(store, make_contract(schema=schema), b'id,name\n1,\n2,""\n')[0] == [(1, ""), (2, "")]


CASES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (
        field("v", "integer"),
        {
            "7": 7,
            " 7 ": 7,
            "-3": -3,
            "007": 7,
            "1.0": "bad",
            "1,234": "bad",
            "9" * 19: "bad",
            "x": "bad",
            "１": "bad",
        },
    ),
    (
        field("v", "integer", groupChar=","),
        {
            "1,234": 1234,
            "12,345,678": 12345678,
            "1234": 1234,
            "1,23": "bad",
            "12,34": "bad",
            ",1": "bad",
            "1,,234": "bad",
        },
    ),
    (
        field("v", "number", decimals=2),
        {
            "1.5": Decimal("1.50"),
            "0.10": Decimal("0.10"),
            "-3": Decimal("-3.00"),
            "1.555": "bad",
            "1e2": "bad",
            "1,5": "bad",
        },
    ),
    (
        field("v", "number", decimals=1, decimalChar=",", groupChar="."),
        {"1.234,5": Decimal("1234.5"), "1.5": "bad", "2,5": Decimal("2.5")},
    ),
    (field("v", "number", decimals=1, groupChar=" "), {"3 460.0": Decimal("3460.0"), "3 4600.0": "bad"}),
    (
        field("v", "number"),
        {"0.1": 0.1, "-2e3": -2000.0, ".5": 0.5, "1e400": "bad", "inf": "bad", "nan": "bad", "0x1": "bad"},
    ),
    (
        field("v", "date", format="%d/%m/%Y"),
        {
            "28/02/1900": dt.date(1900, 2, 28),
            "29/02/1900": "bad",
            "29/02/2000": dt.date(2000, 2, 29),
            "1/2/2024": dt.date(2024, 2, 1),
            "1/2/24": "bad",
            "31/04/2024": "bad",
            "01/02/2024 ": dt.date(2024, 2, 1),
            "2024-02-01": "bad",
            "01/02/2024 10:00": "bad",
        },
    ),
    (field("v", "date", format="%d-%b-%y"), {"05-Jan-26": dt.date(2026, 1, 5), "05-01-26": "bad"}),
    (
        field("v", "date"),
        {"2024-02-29": dt.date(2024, 2, 29), "2023-02-29": "bad", "20240101": "bad", "2024-1-1": "bad"},
    ),
    (field("v", "time"), {"09:30": dt.time(9, 30), "25:00": "bad"}),
    (field("v", "year"), {"2024": 2024, "24": "bad", "2024-25": "bad"}),
    (field("v", "yearmonth"), {"2024-06": "2024-06", "2024-13": "bad", "2024-6": "bad"}),
    (
        field("v", "boolean", trueValues=["Y"], falseValues=["N"]),
        {"Y": True, "N": False, "true": "bad", " Y": True},
    ),
    (field("v", "string"), {" a ": " a ", "007": "007", "NULL": "NULL", "標": "標"}),
    (
        field("v", "integer", constraints={"minimum": 5, "maximum": 7}),
        {"4": "bad", "5": 5, "7": 7, "8": "bad", "": None},
    ),
    (
        field("v", "date", constraints={"minimum": "2024-01-01"}),
        {"2023-12-31": "bad", "2024-01-01": dt.date(2024, 1, 1)},
    ),
    (field("v", "string", constraints={"pattern": "[A-Z]{2}"}), {"AB": "AB", "ABC": "bad", "": None}),
    (field("v", "string", constraints={"enum": ["it's", "b"]}), {"it's": "it's", "c": "bad"}),
    (
        field("v", "string", constraints={"minLength": 2, "maxLength": 3}),
        {"標": "bad", "標題": "標題", "abcd": "bad"},
    ),
    (field("v", "string", constraints={"required": True}), {"": "bad", " ": " "}),
    (field("v", "integer", constraints={"unique": True}), {"1": 1, "01": "bad", "2": 2, "": None}),
]


@pytest.mark.parametrize(
    ("column", "expected"),
    CASES,
    ids=lambda case: str({k: v for k, v in case.items() if k not in ("name", "title")})[:60],
)
def test_a_type_takes_what_it_means_and_nothing_else(
    store: Store, column: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert dict(zip(expected, values(store, column, *expected), strict=True)) == expected


def test_a_moment_without_a_zone_is_hong_kong_time(store: Store) -> None:
    texts = ["2024-01-05T10:00:00Z", "2024-01-05 10:00", "2024-01-05T10:00:00+09:00", "2024-01-05", "soon"]
    utc = [dt.datetime(2024, 1, 5, hour, tzinfo=dt.UTC) for hour in (10, 2, 1)]
    got = values(store, field("v", "datetime"), *texts)
    assert got == [*utc, dt.datetime(2024, 1, 4, 16, tzinfo=dt.UTC), "bad"]
    assert values(store, field("v", "datetime", format="%d/%m/%Y %H:%M"), "05/01/2024 10:00") == [utc[1]]


def test_a_zone_is_heeded_however_it_is_written_or_the_moment_is_none(store: Store) -> None:
    texts = [
        "T10:00:07+08:00",
        "T10:00:7+09:00",
        "T10:00+0900",
        " 10:00:07.Z",
        "T10:00:07.5-02",
        "T10:00:07+08:00 ",
    ]
    got = values(store, field("v", "datetime"), *(f"2024-01-05{text}" for text in texts))
    assert [moment.astimezone(dt.UTC).isoformat()[11:21] for moment in got] == [
        "02:00:07+0",
        "01:00:07+0",
        "01:00:00+0",
        "10:00:07+0",
        "12:00:07.5",
        "02:00:07+0",
    ]
    wrong = [
        "T10:00 Asia/Tokyo",
        "T10:00:07 UTC",
        "T10:00:07+08: ",
        "T10:00:07+98:00",
        "T10:00:07+09:00:30",
        " (BC)",
    ]
    texts = [
        *(f"2024-01-05{text}" for text in wrong),
        "infinity",
        "-024-01-05T10:00:07+08:00",
        "2024-02-30T10:00:00+08:00",
    ]
    assert values(store, field("v", "datetime"), *texts) == ["bad"] * len(texts)


def test_a_quarantined_row_says_which_column_broke_which_rule_with_which_value(store: Store) -> None:
    contract = make_contract(field("id", "integer"), field("n", "integer", constraints={"minimum": 5}))
    _, bad = staged(store, contract, b"id,n\n1,4\nx,3\n")
    assert [(q["line"], q["column"], q["value"], q["rule"], q["reason"]) for q in bad] == [
        (2, "n", "4", "minimum", "is below 5"),
        (3, "id", "x", "type", "is not a integer"),
        (3, "n", "3", "minimum", "is below 5"),
    ]


def test_of_a_primary_key_that_stands_twice_the_first_row_stays(store: Store) -> None:
    table, bad = staged(store, make_contract(), b"id,name\n1,a\n2,b\n01,c\n1,d\n")
    assert table == [(1, "a"), (2, "b")]
    assert [(q["line"], q["column"], q["rule"]) for q in bad] == [
        (4, "id", "primaryKey"),
        (5, "id", "primaryKey"),
    ]


def test_a_row_without_its_primary_key_goes_to_quarantine(store: Store) -> None:
    table, (bad,) = staged(store, make_contract(), b"id,name\n,a\n2,b\n")
    assert table == [(2, "b")] and bad["rule"] == "primaryKey"


# --- stopping --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "code", "values"),
    [
        (b"id,title", codes.stage.COLUMNS_CHANGED, ["missing: name", "'title'"]),
        (b"id,name,more", codes.stage.COLUMNS_CHANGED, ["'more'"]),
        (b"id", codes.stage.COLUMNS_CHANGED, ["missing: name"]),
        (b"id,Name", codes.stage.COLUMNS_CHANGED, ["missing: name", "'Name'"]),
        (b"id,name,name", codes.stage.COLUMN_REPEATED, ["name"]),
    ],
)
def test_changed_columns_stop_the_dataset_and_are_named(
    store: Store, header: bytes, code: Code, values: list[str]
) -> None:
    put_snapshot(store, make_contract(), header + b"\n1,a\n")
    with stops(code, *values):
        stage_table(make_contract(), store)


def test_more_bad_rows_than_allowed_stop_the_dataset_and_the_quarantine_stays_to_be_read(
    store: Store,
) -> None:
    contract = make_contract(quality={"max_quarantined_rows": 1})
    put_snapshot(store, contract, b"id,name\n1,a\nx,b\ny,c\n")
    with stops(codes.stage.ROWS_OUTSIDE_LIMITS, "2 of 3 rows", "type 2", "the 1 ") as caught:
        stage_table(contract, store)
    quarantine = re.search(r"\S+quarantine\.parquet", str(caught.value))
    assert quarantine and len(rows_of(Path(quarantine[0]))) == 2
    state = store.state(Staged, "sample")
    assert state is not None and state.stopped == str(caught.value)
    with stops(codes.stage.ROWS_OUTSIDE_LIMITS, "2 of 3 rows"):
        stage_table(contract, store)


def test_fewer_rows_than_the_contract_asks_for_stop_the_dataset(store: Store) -> None:
    contract = make_contract(quality={"min_rows": 3})
    put_snapshot(store, contract, b"id,name\n1,a\n2,b\n")
    with stops(codes.stage.ROWS_OUTSIDE_LIMITS, "2 rows", "the 3"):
        stage_table(contract, store)


def test_nothing_collected_is_said(store: Store) -> None:
    with stops(codes.stage.NOTHING_COLLECTED, "sample"):
        stage_table(make_contract(), store)


def test_staging_twice_is_staging_once_and_another_contract_is_another_table(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_snapshot(store, make_contract(), b"id,name\n1,a\n")
    first = stage_table(make_contract(), store)
    with monkeypatch.context() as patch:
        patch.setattr("praya.pipeline.stage.stage_step.build", lambda *_: pytest.fail("it was built again"))
        assert stage_table(make_contract(), store) == first
        assert stage_table(make_contract(owner="another"), store) == first
    other = stage_table(make_contract(field("id"), field("name")), store)
    assert other.key != first.key and rows_of(store.path(other.table)) == [("1", "a")]


# --- parts -----------------------------------------------------------------------------------------------

PARTS = make_contract(
    field("id", "integer"),
    field("name_en", source="name", part="en"),
    field("name_tc", source="name", part="tc"),
    field("n", "integer"),
    source={"url": None, "connection": "department", "parts": {"en": "/en.csv", "tc": "/tc.csv"}},
)


def test_parts_in_parity_meet_on_the_key_in_any_order(store: Store) -> None:
    data = {"en": b"id,name,n\n1,a,1\n2,b,2\n", "tc": "id,n,name\n2,2,乙\n1,1,甲\n".encode()}
    assert staged(store, PARTS, data) == ([(1, "a", "甲", 1), (2, "b", "乙", 2)], [])


def test_rows_out_of_parity_go_to_quarantine_with_what_differs(store: Store) -> None:
    data = {"en": b"id,name,n\n1,a,1\n2,b,2\n3,c,3\n", "tc": b"id,name,n\n1,A,1\n2,B,9\n4,D,4\n"}
    table, bad = staged(store, PARTS, data)
    assert table == [(1, "a", "A", 1)]
    assert {(q["rule"], q["reason"]) for q in bad} == {
        ("parity", "n of the part tc is not that of the part en"),
        ("parity", "is not in the part tc"),
        ("parity", "is not in the part en"),
    }


def test_a_key_twice_in_a_part_and_broken_rows_say_which_part_and_line(store: Store) -> None:
    data = {"en": b"id,name,n\n1,a,1\n1,b,2\n3,c\n5,e,5\n", "tc": b"id,name,n\n1,A,1\n3\n\n7,y\n5,E,5\n"}
    table, bad = staged(store, PARTS, data)
    assert table == [(1, "a", "A", 1), (5, "e", "E", 5)]
    assert {(q["reason"].split(":")[0], q["line"], q["rule"], q["raw"]) for q in bad} == {
        ("en", 3, "primaryKey", "1,b,2"),
        ("en", 4, "structure", "3,c"),
        ("tc", 3, "structure", "3"),
        ("tc", 5, "structure", "7,y"),
    }


# --- any table -------------------------------------------------------------------------------------------

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0\ufeff"), max_size=8) | st.text(
    "a\",;\n\r '|標", max_size=8
)
GOOD = st.tuples(TEXT, st.none() | st.integers(-(2**63), 2**63 - 1))
BAD_LINES = st.sampled_from(
    ["x", "y,z", "a,b,c,d", "1,2,3,4,5", "q,r,s", '"x","multi\nline"', '"k","a ""q""","z"', "5,v,w", ""]
)
ROWS = st.lists(st.one_of(GOOD, BAD_LINES), max_size=50)
SCRATCH = TemporaryDirectory()


def write(rows: list[Any], ends: list[str], quote_all: bool, bom: bool, last_end: bool) -> str:
    text = "\ufeff" if bom else ""
    for number, row in enumerate([["id", "name", "n"], *rows]):
        end = ends[number % len(ends)]
        if isinstance(row, str):
            text += row + end
            continue
        buffer = io.StringIO(newline="")
        cells = row if number == 0 else [number, row[0], row[1]]
        # Python leaves a lone CR bare where LF ends the line; readers differ on it, so it is quoted here.
        quoting = csv.QUOTE_ALL if quote_all or "\r" in str(cells[1]) else csv.QUOTE_MINIMAL
        csv.writer(buffer, lineterminator=end, quoting=quoting).writerow(cells)
        text += buffer.getvalue()
    return text if last_end else text.rstrip("\r\n")


def oracle(text: str) -> tuple[list[Any], dict[int, str]]:
    """What Python's own reader makes of the text: rows that fit, and the raw text of the others by line."""
    text = text.removeprefix("\ufeff")
    lines = list(io.StringIO(text, newline=""))
    reader = csv.reader(io.StringIO(text, newline=""))
    next(reader)
    good, bad, before = [], {}, reader.line_num
    for row in reader:
        first, before = before + 1, reader.line_num
        raw = "".join(lines[first - 1 : before]).rstrip("\r\n")
        if not row:
            continue
        if len(row) == 3 and re.fullmatch(r"\d+", row[0]) and re.fullmatch(r"-?\d+|", row[2]):
            good.append((int(row[0]), row[1] or None, int(row[2]) if row[2] else None))
        else:
            bad[first] = raw
    return good, bad


@settings(max_examples=50, deadline=None)
@given(
    rows=ROWS,
    ends=st.sampled_from([["\n"], ["\r\n"], ["\n", "\r\n"], ["\r\n", "\r\n", "\n"]]),
    quote_all=st.booleans(),
    bom=st.booleans(),
    last_end=st.booleans(),
)
@example(rows=[('"', 1), "x"], ends=["\n"], quote_all=False, bom=True, last_end=False)
def test_table_and_quarantine_are_what_python_reads(
    rows: list[Any], ends: list[str], quote_all: bool, bom: bool, last_end: bool
) -> None:
    text = write(rows, ends, quote_all, bom, last_end)
    good, bad = oracle(text)
    columns = [field("id", "integer"), field("name"), field("n", "integer")]
    table, quarantine = staged(open_store(Path(SCRATCH.name)), make_contract(*columns), text.encode())
    assert table == good
    assert {q["line"]: q["raw"] for q in quarantine} == bad


def test_the_places_of_many_bad_rows_are_found_in_batches(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_input, "BATCH", 7)
    data = b"id,name\n" + b"".join(b"%d,a\nx,b\n1\n" % number for number in range(50))
    table, bad = staged(store, make_contract(), data)
    assert len(table) == 50
    assert [q["line"] for q in bad if q["rule"] == "type"] == list(range(3, 152, 3))
    assert [q["line"] for q in bad if q["rule"] == "structure"] == list(range(4, 152, 3))


# --- what departments publish ----------------------------------------------------------------------------

REAL = Path(__file__).resolve().parents[4] / "shared" / "hkdata"
real = pytest.mark.skipif(not REAL.is_dir(), reason=f"the real files are not here ({REAL})")


@real
def test_the_traffic_sites_of_both_years_are_read(store: Store) -> None:
    kinds = {
        "Easting": "integer",
        "Northing": "integer",
        "Latitude": "number",
        "Longitude": "number",
        "Rotation": "integer",
    }
    names = [
        "AID_ID_Number",
        "District",
        "Road_EN",
        "Road_TC",
        "Road_SC",
        "Easting",
        "Northing",
        "Latitude",
        "Longitude",
        "Direction",
        "Rotation",
    ]
    contract = make_contract(*(field(name.lower(), kinds.get(name, "string"), source=name) for name in names))
    for file, rows in (
        ("td_traffic_speed_volume_occ_info.csv", 700),
        ("td_traffic_speed_volume_occ_info_2021.csv", 431),
    ):
        table, bad = staged(store, contract, (REAL / file).read_bytes())
        assert (len(table), bad) == (rows, [])
    assert table[0][3] == "黃泥涌峽天橋近馬場 - 北行 "


@real
def test_the_passenger_traffic_with_its_unnamed_column_is_read(store: Store) -> None:
    names = {"Control Point": "point", "Arrival / Departure": "direction"}
    counts = {
        "Hong Kong Residents": "hk",
        "Mainland Visitors": "mainland",
        "Other Visitors": "other",
        "Total": "total",
    }
    contract = make_contract(
        field("day", "date", source="Date", format="%d-%m-%Y"),
        *(field(name, source=source) for source, name in names.items()),
        *(field(name, "integer", source=source) for source, name in counts.items()),
        source={"ignore_columns": [""]},
        schema={"primaryKey": ["day", "point", "direction"]},
    )
    table, bad = staged(
        store, contract, (REAL / "immd_statistics_on_daily_passenger_traffic.csv").read_bytes()
    )
    assert (len(table), bad) == (21296, [])
    assert all(row[3] + row[4] + row[5] == row[6] for row in table)


@real
def test_big5_headers_of_one_name_are_refused(store: Store) -> None:
    contract = make_contract(source={"encoding": "big5hkscs"})
    put_snapshot(store, contract, (REAL / "hkpf_crime_details.csv").read_bytes())
    with stops(codes.stage.COLUMN_REPEATED, "sample"):
        stage_table(contract, store)


@real
def test_the_schools_in_utf16_are_read(store: Store) -> None:
    data = (REAL / "edb_SCH_LOC_EDB_beejai.csv").read_bytes()
    header = next(csv.reader(io.StringIO(data.decode("utf-16"), newline="")))
    contract = make_contract(
        field("school_no", "integer", source="SCHOOL NO."),
        field("name_tc", source="中文名稱"),
        field("latitude", "number", source="LATITUDE"),
        source={"encoding": "utf-16", "ignore_columns": header},
    )
    table, bad = staged(store, contract, data)
    assert (len(table), bad) == (3513, [])
    assert table[0] == (115762000123, "仁濟醫院蔡衍濤小學", 22.44145606)


@real
@pytest.mark.parametrize(
    "file",
    [
        "epd_Recyclable-Collection-Points-Data.csv",
        "sf311_service_requests.csv",
        "dh_enhanced_sur_covid_19_chi.csv",
    ],
)
def test_every_cell_of_a_real_file_is_as_python_reads_it(store: Store, file: str) -> None:
    data = (REAL / file).read_bytes()
    header, *rows = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    contract = make_contract(*(field(f"c{number}", source=name) for number, name in enumerate(header)))
    table, bad = staged(store, contract, data)
    assert bad == []
    assert table == [tuple(cell or None for cell in row) for row in rows]
