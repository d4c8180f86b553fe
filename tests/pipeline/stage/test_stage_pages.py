"""Pages of one CSV are staged as one table: in their order, every row accounted for, the same bytes on any machine."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from made import field, make_contract, open_store, put_snapshot, rows_of
from made.expected import refuses, stops
from praya.contract import Contract
from praya.errors import codes
from praya.pipeline.stage import csv_input, stage_table
from praya.pipeline.stage.csv_records import Survey
from praya.store import Store, duck
from praya.store.states import Staged

pytestmark = pytest.mark.slow

CODES = [f"code-{number}" for number in range(40)]
HEADER = b"id,code,at,note\n"
SCRATCH = TemporaryDirectory()


def records(**more: Any) -> Contract:
    said: dict[str, Any] = {
        "retention": {"raw_days": 30, "ground": "kept no longer than the purpose needs"},
        "disclosure": {"class": "personal records", "reason": "made up for a test"},
        "source": {"url": None, "connection": "api", "path": "/calls", "pages": "cursor"},
        "partition": "month",
    }
    return make_contract(
        field("id", "integer", constraints={"unique": True}),
        field("code", constraints={"enum": CODES}),
        field("at", "datetime", constraints={"required": True}),
        field("note"),
        **(said | more),
    )


def paged(*pages: bytes) -> dict[str, bytes]:
    return {f"{number:04}": HEADER + page for number, page in enumerate(pages, 1)}


def lines(first: int, last: int, at: str = "2023-01-05T10:00:00+08:00") -> bytes:
    return b"".join(
        f'{number},code-{number % 40},{at},"note, {number}"\n'.encode() for number in range(first, last)
    )


def staged(
    store: Store, contract: Contract, data: bytes | dict[str, bytes]
) -> tuple[Staged, list[Any], list[Any]]:
    put_snapshot(store, contract, data)
    state = stage_table(contract, store)
    assert state.rows_in == state.rows_out + state.rows_quarantined
    table, quarantine = (rows_of(store.path(key)) for key in (state.table, state.quarantine))
    return state, table, quarantine


def test_the_same_pages_give_the_same_bytes_in_their_order_on_any_number_of_threads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    january = records().at("2023-01")
    data = paged(*(lines(first, first + 40_000) for first in range(0, 160_000, 40_000)))
    connect, made = duckdb.connect, set()
    for threads in (1, 2, 2, 5):

        def connected(*args: Any, threads: int = threads) -> duckdb.DuckDBPyConnection:
            con = connect(*args)
            con.execute(f"set threads = {threads}")
            return con

        duck.close_idle()
        monkeypatch.setattr(duckdb, "connect", connected)
        store = open_store(tmp_path / f"store {len(list(tmp_path.iterdir()))}")
        put_snapshot(store, january, data)
        made.add(store.path(stage_table(january, store).table).read_bytes())
    duck.close_idle()
    (table,) = made
    (tmp_path / "table.parquet").write_bytes(table)
    assert [row[0] for row in rows_of(tmp_path / "table.parquet")] == list(range(160_000))


LINE = st.sampled_from(
    [
        b"1,code-1,2023-01-05,x\n",
        b"2,code-1,2023-01-05,x\r\n",
        b'3,code-2,2023-01-05,"a\nb"\n',
        b'4,code-2,2023-01-05,"a\r\nb"\r\n',
        b"5,nobody,2023-01-05,x\n",
        b"6,code-1,soon,\n",
        b"7,code-1\n",
        b'8,code-1,2023-01-05,"x",y\n',
        b"9,code-1,2023-01-05,\xff\n",
        b"\n",
        b'10,code-1,2023-01-05,5" pipe\n',
    ]
)


@settings(max_examples=25, deadline=None)
@given(
    pages=st.lists(st.lists(LINE, max_size=5).map(b"".join), min_size=1, max_size=4, unique=True),
    cut=st.booleans(),
    bom=st.booleans(),
)
def test_pages_are_read_as_if_they_were_one_file(pages: list[bytes], cut: bool, bom: bool) -> None:
    store, start = open_store(Path(SCRATCH.name)), b"\xef\xbb\xbf" if bom else b""
    given_pages = {
        name: start + (page.rstrip(b"\r\n") if cut else page) for name, page in paged(*pages).items()
    }
    state, table, quarantine = staged(store, records().at("2023-01"), given_pages)
    whole, one_table, one_quarantine = staged(
        store,
        records(source={"url": "https://example.gov.hk/whole.csv", "format": "csv"}).at("2023-01"),
        HEADER + b"".join(pages),
    )
    counts = ("rows_in", "rows_out", "rows_quarantined", "quarantined_by_rule")
    assert [getattr(state, name) for name in counts] == [getattr(whole, name) for name in counts]
    assert table == one_table
    # Where a page was cut behind its last line, an empty last line of it is gone, and what is behind it moves up.
    assert cut or [row[1:] for row in quarantine] == [row[1:] for row in one_quarantine]
    assert sorted(map(repr, (row[2:] for row in quarantine))) == sorted(
        map(repr, (row[2:] for row in one_quarantine))
    )


def test_a_page_without_rows_is_a_page(store: Store) -> None:
    state, table, _ = staged(store, records().at("2023-01"), paged(lines(0, 3), b"", lines(3, 5)))
    assert (state.rows_in, [row[0] for row in table]) == (5, [0, 1, 2, 3, 4])


def test_a_key_that_comes_again_on_another_page_goes_to_quarantine_with_its_line(store: Store) -> None:
    bad = b"7,nobody,2023-01-05,\n"
    state, table, quarantine = staged(
        store, records().at("2023-01"), paged(lines(0, 3), lines(1, 2) + lines(3, 5), bad + lines(4, 6))
    )
    assert [row[0] for row in table] == [0, 1, 2, 3, 4, 5]
    assert state.quarantined_by_rule == {"enum": 1, "primaryKey": 2}
    assert [(row[1], row[4]) for row in quarantine] == [(5, "primaryKey"), (8, "enum"), (9, "primaryKey")]


@pytest.mark.parametrize("told", [4, 6])
def test_a_count_of_records_that_their_parsing_does_not_bear_out_stops_the_dataset(
    store: Store, monkeypatch: pytest.MonkeyPatch, told: int
) -> None:
    monkeypatch.setattr(csv_input, "survey", lambda *_: Survey(told, {"\n"}, {}))
    put_snapshot(store, records().at("2023-01"), paged(lines(0, 4) + b"5,nobody,2023-01-05,\n"))
    with stops(codes.stage.ROWS_NOT_ACCOUNTED_FOR, f"{told} records", "4 were typed", "1 quarantined"):
        stage_table(records().at("2023-01"), store)


# --- the month ---------------------------------------------------------------------------------------------


def dated(kind: str, **more: Any) -> Contract:
    """Records whose month is that of their `day`."""
    return make_contract(
        field("id", "integer"),
        field("day", kind, constraints={"required": True}),
        partition="month",
        partition_field="day",
        **more,
    )


@pytest.mark.parametrize(
    ("kind", "inside", "outside"),
    [
        (
            "datetime",
            [
                "2023-02-01T00:00:00+08:00",
                "2023-01-31T16:00:00Z",
                "2023-02-28 23:59:59",
                "2023-02-28T15:59:59Z",
            ],
            ["2023-01-31T23:59:59+08:00", "2023-02-28T16:00:00Z", "2023-03-01", "2022-02-10"],
        ),
        ("date", ["2023-02-01", "2023-02-28"], ["2023-01-31", "2023-03-01"]),
        ("yearmonth", ["2023-02"], ["2023-03", "2022-02"]),
    ],
)
def test_rows_of_another_month_go_to_quarantine(
    store: Store, kind: str, inside: list[str], outside: list[str]
) -> None:
    data = "id,day\n" + "".join(f"{number},{day}\n" for number, day in enumerate([*inside, *outside]))
    state, table, quarantine = staged(store, dated(kind).at("2023-02"), data.encode())
    assert [row[0] for row in table] == list(range(len(inside)))
    assert [(row[2], row[3], row[4]) for row in quarantine] == [("day", day, "partition") for day in outside]
    assert state.quarantined_by_rule == {"partition": len(outside)}
    assert "is not in 2023-02, the month that was asked for" in quarantine[0][5]


def test_a_whole_month_under_another_name_stops_it_and_says_so(store: Store) -> None:
    february = records(partition_field="at", quality={"max_quarantined_rows": 50}).at("2023-02")
    put_snapshot(store, february, paged(lines(0, 60)))
    with stops(
        codes.stage.ROWS_OUTSIDE_LIMITS,
        "sample/2023-02",
        "about 60 of about 60 rows",
        "the 50 ",
        "about 60 are of another month by their at",
    ):
        stage_table(february, store)
    january = records(partition_field="at", quality={"max_quarantined_rows": 50}).at("2023-01")
    assert staged(store, january, paged(lines(0, 60)))[0].rows_out == 60


def test_the_same_bytes_for_two_months_are_two_tables(store: Store) -> None:
    keys = {
        staged(store, dated("date").at(month), b"id,day\n1,2023-02-01\n")[0].key
        for month in ("2023-01", "2023-02")
    }
    assert len(keys) == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"partition": None, "partition_field": "at"},
        {"partition_field": "code"},
        {"partition_field": "nowhere"},
        {"partition_field": "note"},
    ],
)
def test_a_field_that_cannot_tell_the_month_does_not_load(changes: dict[str, Any]) -> None:
    with refuses("partition_field", "`partition`"):
        records(**({"source": {"url": "https://example.gov.hk/x.csv"}} | changes))
