"""The search itself: what a finding says, what its examples hide, and which findings stop a release."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from disclosure.recognise.looked import searched
from disclosure.recognise.planted import planted
from made.expected import stops
from praya.disclosure.recognise import (
    PARQUET_ROW,
    Example,
    Finding,
    Precision,
    all_recognisers,
    blocking,
    sample,
    search,
    sentence,
)
from praya.errors import codes

pytestmark = pytest.mark.slow

CASES = pa.table(
    {
        "remark": [
            None,
            "quiet",
            "Tel 9123 4567",
            "quiet",
            "Tel 9876 5432, Mr Chan",
            "Tel 9123 4567",
            "quiet",
        ],
        "when": pa.array([20_000] * 7, pa.date32()),
        "done": [True] * 7,
    }
)


def test_a_finding_says_how_many_where_and_in_what_shape() -> None:
    assert searched(CASES) == [
        Finding("remark", "name", 1, 6, (Example(5, "Mr ***"),)),
        Finding("remark", "phone", 3, 6, (Example(3, "9*** ****"), Example(5, "9*** ****"))),
    ]
    assert searched(CASES)[1].rate == 0.5
    assert sentence(searched(CASES)[0]) == "remark: 1 of 6 cells hold a name (row 5: Mr ***)"


def test_only_the_columns_that_are_asked_for() -> None:
    with duckdb.connect() as con:
        con.register("cases", CASES)
        assert search(con, "cases", ["when", "done"]) == []
        assert search(con, "(select * from cases where remark = 'quiet')", ["remark"]) == []
        assert {each.column for each in search(con, "cases", ["remark", "done"])} == {"remark"}


def test_columns_of_any_name_and_type() -> None:
    table = pa.table(
        {
            'a "b"': ["a@b.example"],
            "it's": ["a@b.example"],
            "value": ["a@b.example"],
            "column": ["a@b.example"],
            "rows": ["a@b.example"],
            "list": [["quiet", "a@b.example"]],
            "struct": [{"inner": "a@b.example"}],
            "code": pa.array(["a@b.example"]).dictionary_encode(),
        }
    )
    assert [(each.column, each.kind) for each in searched(table)] == [
        (name, "e-mail") for name in table.column_names
    ]


def test_nothing_is_left_behind_also_when_it_fails() -> None:
    with duckdb.connect() as con:
        con.register("cases", CASES)
        search(con, "cases", ["remark"])
        with pytest.raises(duckdb.Error):
            search(con, "cases", ["remark"], row="no_such_function()")
        assert (
            con.execute(
                "select table_name from duckdb_tables() "
                "union all select view_name from duckdb_views() where view_name like 'praya%'"
            ).fetchall()
            == []
        )


def test_a_parquet_file_gives_the_same_with_its_own_row_numbers(tmp_path: Path) -> None:
    table = planted(3).table
    path = tmp_path / "planted.parquet"
    with duckdb.connect() as con:
        con.register("planted", table)
        con.execute(f"copy planted to '{path}' (row_group_size 2048)")
        source = f"read_parquet('{path}')"
        counted = search(con, source, table.column_names)
        assert counted == search(con, source, table.column_names, row=PARQUET_ROW)
        assert counted == search(con, "planted", table.column_names)


@pytest.mark.parametrize("seed", [1, 2])
def test_no_example_can_be_read_back(seed: int) -> None:
    table = planted(seed).table
    found = searched(table)
    assert (
        {each.kind for each in found}
        == {kind for _, kind in planted(seed).counts}
        <= {one.name for one in all_recognisers()}
    )
    for finding in found:
        assert 1 <= len(finding.examples) <= 3
        for example in finding.examples:
            value = str(table[finding.column][example.row - 1].as_py())
            assert value not in example.shown
            shown = re.sub(r"^(?:22|11[34])\.", "", example.shown)
            shown = re.sub(r"(?i)^(?:mrs?|ms|miss|dr|prof|professor|madam)\b", "", shown)
            kept = re.findall(
                r"[^\W_]",
                re.sub(r"(?:先生|女士|小姐|太太|醫生|医生|教授|老師|老师|律師|博士|師傅)$", "", shown),
            )
            assert len(kept) <= 1, (finding.kind, example.shown)


def test_above_the_rate_it_stops_and_a_public_contact_does_not() -> None:
    found = searched(CASES)
    assert blocking(found, 0.0) == found
    assert blocking(found, 0.2) == found[1:]
    assert blocking(found, 0.5) == []
    assert blocking(found, 0.0, {"remark": "the office's own numbers, from its web page"}) == []
    with stops(codes.disclosure.CONTACT_WITHOUT_REASON, "remark"):
        blocking(found, 0.0, {"remark": " "})


def _mixed(hits: int, size: int) -> pa.Table:
    texts = [
        f"no. {n}: Tel 9{n:07} please" if n < hits else f"lamp {n}, room {n % 90} of the flat"
        for n in range(size)
    ]
    return pa.table({"remark": texts})


def test_a_column_full_of_hits_is_judged_by_a_part(monkeypatch: pytest.MonkeyPatch) -> None:
    exact = {each.kind: each.hits for each in searched(_mixed(2_000, 4_000))}
    monkeypatch.setattr(sample, "PART", 300)
    full = next(each for each in searched(_mixed(2_000, 4_000)) if each.kind == "phone")
    assert full.estimated
    assert exact["phone"] == 2_000
    assert full.hits == pytest.approx(2_000, rel=0.15)
    assert sentence(full).startswith("remark: about ")


def test_a_column_with_few_hits_is_looked_at_cell_by_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample, "PART", 300)
    assert [(each.kind, each.hits, each.estimated) for each in searched(_mixed(7, 4_000))] == [
        ("phone", 7, False)
    ]


def test_how_fine_a_place_may_be_is_for_the_caller_to_say() -> None:
    table = pa.table({"latitude": [22.25, 22.28, 22.31]})
    assert searched(table) == []
    assert [each.hits for each in searched(table, precision=Precision(decimals=1))] == [3]


WHOLE = {f"{sign}int{bits}": (bits, sign) for bits in (8, 16, 32, 64) for sign in ("", "u")}
TYPES = {
    **{name: st.integers(0 if sign else -(2 ** (bits - 1)), 2 ** (bits - (not sign)) - 1)
       for name, (bits, sign) in WHOLE.items()},
    "hugeint": st.integers(-(2**127), 2**127 - 1),
    "decimal(38, 2)": st.decimals(-(10**35), 10**35, places=2),
    "double": st.floats(),
    "float": st.floats(width=32),
}  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(data=st.data(), kinds=st.lists(st.sampled_from([*TYPES]), min_size=1, max_size=4))
def test_no_number_of_any_type_is_too_large_to_be_searched(data: st.DataObject, kinds: list[str]) -> None:
    names = [f"c{at}" for at in range(len(kinds))]
    columns = ", ".join(f"{name} {kind}" for name, kind in zip(names, kinds, strict=True))
    with duckdb.connect() as con:
        con.execute(f"create table numbers ({columns})")
        for _ in range(data.draw(st.integers(1, 4))):
            row = [data.draw(st.none() | TYPES[kind]) for kind in kinds]
            con.execute(f"insert into numbers values ({', '.join('?' * len(row))})", row)
        for finding in search(con, "numbers", names):
            assert finding.hits <= finding.cells
