"""What changed between two tables: applied to the old one it gives the new one; the number follows from the shape."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from full import examples
from praya.contract.spreadsheet import harmless
from praya.history import Difference, Published, compare, compare_rows, following, level_of
from praya.history.number import parse

pytestmark = pytest.mark.slow

TEXT = st.none() | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6)
CELLS = st.fixed_dictionaries(
    {"name": TEXT, "n": st.none() | st.integers(-5, 5), "v": st.none() | st.sampled_from([0.5, 1.0])}
)
TABLE = st.dictionaries(st.tuples(st.sampled_from(["a", 'b"', "丙,"]), st.integers(0, 4)), CELLS, max_size=12)
Rows = dict[tuple[str, int], dict[str, Any]]


def put(folder: Path, rows: Rows, columns: tuple[str, ...] = ("name", "n", "v")) -> Path:
    folder.mkdir()
    kinds = {"name": pa.string(), "n": pa.int64(), "v": pa.float64(), "more": pa.string()}
    data: dict[str, Any] = {"code": pa.array([key[0] for key in rows], pa.string())}
    data["place"] = pa.array([key[1] for key in rows], pa.int64())
    data |= {name: pa.array([row.get(name) for row in rows.values()], kinds[name]) for name in columns}
    pq.write_table(pa.table(data), folder / "x.parquet")
    return folder


def spelt(value: Any) -> str | None:
    return (
        None
        if value is None
        else str(int(value))
        if isinstance(value, float) and value.is_integer()
        else str(value)
    )


def texts(rows: Rows) -> dict[tuple[str, str], dict[str, str | None]]:
    return {
        (key[0], str(key[1])): {name: spelt(cell) for name, cell in row.items()} for key, row in rows.items()
    }


def applied(old: Rows, changes: list[dict[str, Any]]) -> dict[tuple[str, str], dict[str, str | None]]:
    """The old table with the changes made in it, as a reader of changes.json would."""
    rows = texts(old)
    for one in changes:
        key = (one["key"]["code"], one["key"]["place"])
        if one["change"] == "removed":
            assert texts(old)[key][one["column"]] == one["from"]
            rows.pop(key, None)
        else:
            if one["change"] == "changed":
                assert rows[key][one["column"]] == one["from"]
            rows.setdefault(key, {})[one["column"]] = one["to"]
    return rows


@settings(max_examples=examples(60), deadline=None)
@given(old=TABLE, new=TABLE)
def test_what_changed_applied_to_the_old_table_gives_the_new_one(
    old: Rows, new: Rows, tmp_path_factory: pytest.TempPathFactory
) -> None:
    work = tmp_path_factory.mktemp("rows")
    found = compare_rows("x", put(work / "old", old), put(work / "new", new), ["code", "place"], work, work)
    changes = json.loads((work / "rows.json").read_bytes())
    assert applied(old, changes) == texts(new)
    counts = found.counts
    assert (counts["before"], counts["after"]) == (len(old), len(new))
    assert (counts["added"], counts["removed"]) == (
        len(new.keys() - old.keys()),
        len(old.keys() - new.keys()),
    )
    assert counts["changed"] == sum(old[key] != new[key] for key in old.keys() & new.keys())
    assert sum(found.columns.values()) == sum(one["change"] == "changed" for one in changes)
    with (work / "changes.csv").open(encoding="utf-8-sig", newline="") as file:
        header, *lines = csv.reader(file, strict=True)
    assert header == ["_change", "code", "place", "_column", "_from", "_to"]
    flat = [
        [one["change"], *one["key"].values(), one["column"], one["from"] or "", one["to"] or ""]
        for one in changes
    ]
    assert lines == [[harmless(cell) if not _is_number(cell) else cell for cell in line] for line in flat]
    assert found.shown == changes[:100]


def _is_number(text: str) -> bool:
    """Whether DuckDB reads a text as a number, which no spreadsheet runs."""
    import duckdb

    with duckdb.connect() as con:
        return con.execute("select try_cast(? as double) is not null", [text]).fetchall() == [(True,)]


def test_no_cell_of_what_changed_runs_in_a_spreadsheet(tmp_path: Path) -> None:
    old: Rows = {("a", 1): {"name": "x", "n": 1, "v": 0.5}, ("=1+1", 2): {"name": "y", "n": -1, "v": 0.5}}
    new: Rows = {("a", 1): {"name": '=HYPERLINK("http://evil")', "n": -2, "v": -0.5}}
    compare_rows(
        "x", put(tmp_path / "old", old), put(tmp_path / "new", new), ["code", "place"], tmp_path, tmp_path
    )
    with (tmp_path / "changes.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for line in csv.reader(file, strict=True) for cell in line]
    assert '\'=HYPERLINK("http://evil")' in cells and "'=1+1" in cells and "-2" in cells
    assert not [cell for cell in cells if cell.startswith("=")]


def test_the_same_two_tables_give_the_same_bytes_whatever_their_order(tmp_path: Path) -> None:
    old: Rows = {("a", n): {"name": f"n{n % 7}", "n": n % 3, "v": 0.5} for n in range(5000)}
    new: Rows = {("a", n): {"name": f"n{n % 11}", "n": n % 3, "v": 0.5} for n in range(1000, 6000)}
    seen = []
    for turn, order in enumerate((1, -1)):
        work = tmp_path / str(turn)
        work.mkdir()
        one, other = (dict(list(rows.items())[::order]) for rows in (old, new))
        compare_rows("x", put(work / "old", one), put(work / "new", other), ["code", "place"], work, work)
        seen.append([(work / name).read_bytes() for name in ("rows.json", "changes.csv")])
    assert seen[0] == seen[1]


def test_a_table_that_is_all_key_tells_which_rows_came_and_went(tmp_path: Path) -> None:
    old, new = ({("a", n): {} for n in span} for span in (range(3), range(1, 5)))
    before, after = put(tmp_path / "old", old, ()), put(tmp_path / "new", new, ())
    found = compare_rows("x", before, after, ["code", "place"], tmp_path, tmp_path)
    assert found.counts == {"before": 3, "after": 4, "added": 2, "removed": 1, "changed": 0}
    assert [(one["change"], one["key"]["place"], one["column"]) for one in found.shown] == [
        ("removed", "0", None),
        ("added", "3", None),
        ("added", "4", None),
    ]


def test_a_new_column_does_not_make_every_row_a_changed_one(tmp_path: Path) -> None:
    rows: Rows = {("a", n): {"name": "x", "n": n, "v": None, "more": "m"} for n in range(4)}
    before = put(tmp_path / "old", rows)
    after = put(tmp_path / "new", rows | {("a", 9): rows["a", 0]}, ("name", "n", "v", "more"))
    found = compare_rows("x", before, after, ["code", "place"], tmp_path, tmp_path)
    assert found.counts == {"before": 4, "after": 5, "added": 1, "removed": 0, "changed": 0}
    assert [(one["column"], one["to"]) for one in found.shown] == [
        ("name", "x"),
        ("n", "0"),
        ("v", None),
        ("more", "m"),
    ]


def test_rows_without_a_key_of_their_own_are_not_compared(tmp_path: Path) -> None:
    rows: Rows = {("a", n): {"name": "x", "n": n, "v": None} for n in range(4)}
    before, after = put(tmp_path / "old", rows), put(tmp_path / "new", rows)
    assert compare_rows("x", before, after, ["name"], tmp_path, tmp_path).comparable is False
    assert compare_rows("x", before, after, ["gone"], tmp_path, tmp_path).comparable is False


def test_a_key_of_another_type_is_compared_as_text(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "new").mkdir()
    pq.write_table(pa.table({"k": pa.array([1.0, 2.5]), "v": ["a", "b"]}), tmp_path / "old" / "x.parquet")
    pq.write_table(pa.table({"k": pa.array(["1", "2.5"]), "v": ["a", "c"]}), tmp_path / "new" / "x.parquet")
    found = compare_rows("x", tmp_path / "old", tmp_path / "new", ["k"], tmp_path, tmp_path)
    assert [(one["key"], one["from"], one["to"]) for one in found.shown] == [({"k": "2.5"}, "b", "c")]


# --- shape and number ------------------------------------------------------------------------------------


def shape(
    *fields: dict[str, Any], key: tuple[str, ...] = ("id",), formats: tuple[str, ...] = ("csv",)
) -> Published:
    return Published(fields, key, formats)


ID, NAME = {"name": "id", "type": "integer"}, {"name": "name", "type": "string"}
CODED = NAME | {"constraints": {"enum": ["a", "b"]}}


@pytest.mark.parametrize(
    ("before", "after", "level", "kinds"),
    [
        (shape(ID, NAME), shape(ID, NAME), "patch", []),
        (shape(ID, NAME), shape(ID), "major", ["column removed"]),
        (shape(ID), shape(ID, NAME), "minor", ["column added"]),
        (shape(ID, NAME), shape(ID, NAME | {"type": "date"}), "major", ["column retyped"]),
        (shape(ID, NAME), shape(ID, NAME | {"unit": "HKD"}), "major", ["column retyped"]),
        (shape(ID, NAME), shape(NAME, ID), "major", ["columns reordered"]),
        (shape(ID, NAME), shape(ID, NAME, key=("name",)), "major", ["key changed"]),
        (
            shape(ID, CODED),
            shape(ID, NAME | {"constraints": {"enum": ["b", "c"]}}),
            "major",
            ["code removed", "code added"],
        ),
        (
            shape(ID, CODED),
            shape(ID, NAME | {"constraints": {"enum": ["b", "a", "c"]}}),
            "minor",
            ["code added"],
        ),
        (shape(ID, NAME), shape(ID, CODED), "minor", ["code list added"]),
        (shape(ID, CODED), shape(ID, NAME), "major", ["code list removed"]),
        (shape(ID, formats=("csv", "json")), shape(ID), "major", ["format removed"]),
        (shape(ID), shape(ID, formats=("csv", "json")), "minor", ["format added"]),
        (
            shape(ID, NAME),
            shape(ID, {"name": "other", "type": "string"}),
            "major",
            ["column removed", "column added"],
        ),
    ],
)
def test_the_level_is_what_readers_have_to_change(
    before: Published, after: Published, level: str, kinds: list[str]
) -> None:
    found = compare(before, after)
    assert (level_of(found), [one.kind for one in found]) == (level, kinds)


NAMES = st.lists(st.sampled_from("abcdef"), unique=True, min_size=1, max_size=5)


@given(before=NAMES, after=NAMES)
def test_a_release_is_major_exactly_when_somebody_may_miss_something(
    before: list[str], after: list[str]
) -> None:
    one, other = (
        shape(*({"name": name, "type": "string"} for name in names), key=()) for names in (before, after)
    )
    found = compare(one, other)
    kept = [name for name in after if name in before]
    breaks = kept != before
    assert (level_of(found) == "major") is breaks
    if not breaks:
        assert level_of(found) == ("minor" if len(after) > len(before) else "patch")
    assert not any(isinstance(each, Difference) for each in compare(one, one))


@given(st.lists(st.tuples(st.sampled_from(["patch", "minor", "major"]), st.integers(0, 30)), max_size=30))
def test_no_number_comes_twice_and_a_line_only_grows(steps: list[tuple[str, int]]) -> None:
    taken = ["1.0.0"]
    for level, place in steps:
        before = taken[place % len(taken)]
        number = following(before, level, taken)
        assert number not in taken
        (major, minor, _), (old_major, old_minor, _) = parse(number), parse(before)
        assert parse(number) > parse(before)
        assert (major > old_major) is (level == "major")
        assert (level != "patch") or (major, minor) == (old_major, old_minor)
        taken.append(number)
