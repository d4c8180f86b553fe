"""What is published of the difference of two releases: it names nothing whose count did not change."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from disclosure.family import at_the_gate
from disclosure.records import COUNTS, KEYS, METHODS, contract, history, table
from praya.history import compare_rows
from praya.store import Store

pytestmark = pytest.mark.slow

Rows = list[dict[str, Any]]
BEHIND = {"quick_pct": COUNTS, **{count: (count,) for count in COUNTS}}


def changes(before: Rows, after: Rows, work: Path) -> list[dict[str, str]]:
    """The lines of the `changes.csv` that is published of two releases."""
    for name, rows in (("before", before), ("after", after)):
        (work / name).mkdir(parents=True)
        pq.write_table(pa.Table.from_pylist(rows), work / name / "sample.parquet")
    (work / "scratch").mkdir()
    compare_rows("sample", work / "before", work / "after", [*KEYS], work, work / "scratch")
    options = pyarrow.csv.ConvertOptions(strings_can_be_null=False)
    found: list[dict[str, str]] = pyarrow.csv.read_csv(
        work / "changes.csv", convert_options=options
    ).to_pylist()
    return found


@pytest.mark.parametrize("method", METHODS)
def test_changes_are_listed_only_for_what_changed(method: str, store: Store, tmp_path: Path) -> None:
    one, last = contract(method), tuple[Rows, Rows]()
    listed = 0
    for number, (what, records, months) in enumerate(history(random.Random(5))):
        true = table(records, months)
        printed = at_the_gate(store, one, true)
        if last:
            lines = changes(last[1], printed, tmp_path / str(number))
            listed += len(lines)
            say_nothing_of_others(what, lines, last[0], true)
        last = (true, printed)
    assert listed, "new months are"


def say_nothing_of_others(what: str, lines: Sequence[dict[str, str]], before: Rows, after: Rows) -> None:
    was, now = ({tuple(row[key] for key in KEYS): row for row in rows} for rows in (before, after))
    periods = {key[0] for key in was}
    for line in lines:
        key = tuple(str(line[name]) for name in KEYS)
        if line["_change"] == "added":
            assert key[0] not in periods, (what, "a row of a period that was out already", line)
            continue
        assert line["_change"] == "changed", (what, line)
        field = line["_column"].removesuffix("_conf_status")
        assert any(was[key][count] != now[key][count] for count in BEHIND[field]), (what, line)
        # What was withheld is not put in print by a change, nor is it said that it changed.
        assert line["_from"] not in ("", "C"), (what, line)
