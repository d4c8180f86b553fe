"""Wide contracts: a thousand columns go the whole way, and what they cost grows with them and not with their square."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, cast

import duckdb
import pytest

from full import FULL
from made import field, make_contract, publish
from made.expected import refuses
from praya.contract.fields import MOST_FIELDS
from praya.disclosure.recognise import search
from praya.store import Store

pytestmark = pytest.mark.slow


def test_many_columns_are_released_in_every_flat_format(store: Store) -> None:
    many = 1000 if FULL else 300
    kinds = ["integer", "boolean", "integer", "year"]
    fields = [field("id", "integer"), *(field(f"c{n}", kinds[n % 4]) for n in range(many)), field("name")]
    contract = make_contract(*fields, release={"formats": ["csv", "json", "parquet", "jsonl", "xml"]})
    head = ",".join(one["name"] for one in fields)
    row = ",".join({"integer": "7", "boolean": "true", "year": "2024"}[kinds[n % 4]] for n in range(many))
    folder = publish(store, contract, f"{head}\n1,{row},a\n2,{row},b\n".encode())
    lines = (folder / "sample.csv").read_text("utf-8-sig").splitlines()
    assert lines[0].split(",") == [one["name"] for one in fields]
    assert [line.split(",") for line in lines[1:]] == [
        ["1", *row.split(","), "a"],
        ["2", *row.split(","), "b"],
    ]
    assert (folder / "sample.xml").read_text("utf-8").count(f"<c{many - 1}>") == 2


def test_more_columns_than_the_limit_are_refused() -> None:
    fields = [field(f"c{number}") for number in range(MOST_FIELDS + 1)]
    with refuses("schema.fields", MOST_FIELDS):
        make_contract(*fields)


class Counted:
    """A connection that counts the columns of the table that its statements read, a scan at a time."""

    def __init__(self, con: duckdb.DuckDBPyConnection, source: str, width: int) -> None:
        self._con, self._source, self._width, self.work = con, source, width, 0

    def execute(self, sql: str, *more: Any) -> Any:
        self.work += len(re.findall(re.escape(self._source), sql)) * self._width
        return self._con.execute(sql, *more)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._con, name)


def test_looking_for_personal_data_reads_a_wide_table_few_times(tmp_path: Path) -> None:
    """Each scan of a Parquet file costs as much as it has columns, so that a scan a column costs their square."""
    worked = {}
    for width in (300, 600):
        cells = ", ".join(f"'text {n}' as t{n}" if n % 2 else f"{n} as t{n}" for n in range(width))
        path = tmp_path / f"{width}.parquet"
        with duckdb.connect() as con:
            con.execute(f"copy (select {cells}) to '{path}' (format parquet)")
            counted = Counted(con, str(path), width)
            assert (
                search(cast("Any", counted), f"read_parquet('{path}')", [f"t{n}" for n in range(width)]) == []
            )
            worked[width] = counted.work / width
    assert worked[600] <= 2 * worked[300] < 30
