"""Counting records by vectors says the same as walking through them one by one, or declines."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from made import field, make_contract
from praya.pipeline.stage import csv_records
from praya.pipeline.stage.csv_records import count, walk

CONTRACT = make_contract(field("a"), field("b"))
PIECES = st.sampled_from(["x", "é", " ", ",", '"', "\n", "\r\n", "1"])
PLAIN = st.lists(PIECES, max_size=6).map("".join)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.lists(PLAIN, min_size=2, max_size=2), max_size=8),
    end=st.sampled_from(["\r\n", "\n"]),
    bom=st.booleans(),
    block=st.integers(1, 40),
)
def test_well_formed_files_are_counted_alike(
    rows: list[list[str]], end: str, bom: bool, block: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_records, "BLOCK", block)
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator=end).writerows([["a", "b"], *rows])
    path = tmp_path / "x.csv"
    path.write_bytes((b"\xef\xbb\xbf" if bom else b"") + text.getvalue().encode())
    counted = count(path, ",", 2)
    assert counted is not None and counted == walk(CONTRACT, path, ",", 2)
    assert counted[0] == len(rows)


@settings(max_examples=500, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(alphabet=st.sampled_from(["x", ",", '"', "\n", "\r", " "]), min_size=1, max_size=14),
    width=st.integers(1, 2),
    block=st.integers(1, 40),
)
def test_of_any_text_it_says_the_same_or_declines(
    text: str, width: int, block: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_records, "BLOCK", block)
    path = tmp_path / "x.csv"
    path.write_bytes(text.encode())
    counted = count(path, ",", width)
    if counted is not None:
        assert counted == walk(CONTRACT, path, ",", width)
