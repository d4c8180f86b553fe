"""Changes of a month's records: each does what its name says and nothing else, and the truth goes with it."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from made.expected import stops
from praya.errors import codes
from praya_hk.sources.contact_centre import KINDS, Archive, Change, truth
from praya_hk.sources.contact_centre.amendments import FAULTY
from praya_hk.sources.contact_centre.generator import KEYS, TABLES
from praya_hk.sources.contact_centre.source_store import Month
from praya_hk.sources.faults import CHANGES

Rows = dict[str, dict[tuple[Any, ...], list[dict[str, Any]]]]


def rows(month: Month) -> Rows:
    found: Rows = {}
    for table in TABLES:
        keyed = found.setdefault(table, {})
        for row in pq.read_table(month.parquet(table)).to_pylist():
            keyed.setdefault(tuple(row[name] for name in KEYS[table]), []).append(row)
    return found


class Difference:
    """What is gone, new and other between two states of a month, by table."""

    def __init__(self, before: Month, after: Month) -> None:
        old, new = rows(before), rows(after)
        self.gone = {table: sorted(set(old[table]) - set(new[table])) for table in TABLES}
        self.new = {table: sorted(set(new[table]) - set(old[table])) for table in TABLES}
        self.columns: dict[str, dict[tuple[Any, ...], set[str]]] = {table: {} for table in TABLES}
        self.doubled: list[tuple[Any, ...]] = []
        for table in TABLES:
            for key in set(old[table]) & set(new[table]):
                first, *more = new[table][key]
                if more:
                    self.doubled.append(key)
                changed = {name for name, value in first.items() if value != old[table][key][0][name]}
                if changed:
                    self.columns[table][key] = changed
        self.rows = new

    @property
    def touched(self) -> dict[str, int]:
        """Tables in which anything is gone, new or other, and how many rows."""
        counts = {
            table: len(self.gone[table]) + len(self.new[table]) + len(self.columns[table]) for table in TABLES
        }
        return {table: count for table, count in counts.items() if count}


@pytest.fixture
def clean(archive: Archive) -> Month:
    return archive.month("2023-03")


def changed(archive: Archive, kind: str) -> Month:
    return archive.apply("2023-03", kind)


def counts(month: Month) -> dict[str, Any]:
    told = month.truth()
    told.pop("definitions")
    return told


def test_late_cases_are_new_and_nothing_else_is(archive: Archive, clean: Month) -> None:
    after = changed(archive, "late")
    found = Difference(clean, after)
    assert set(found.touched) == {"cases", "assignments"}
    assert not any(found.gone.values()) and not any(found.columns.values())
    assert [key[0] for key in found.new["cases"]] == after.state()["changes"][0]["case_nos"]
    assert counts(after)["cases"]["received"] == counts(clean)["cases"]["received"] + 3
    assert counts(after)["written"]["received"] == counts(clean)["written"]["received"] + 3
    assert counts(after)["calls"] == counts(clean)["calls"]


def test_amended_cases_have_another_subject(archive: Archive, clean: Month) -> None:
    after = changed(archive, "amended")
    found = Difference(clean, after)
    assert found.touched == {"cases": 3}
    for names in found.columns["cases"].values():
        assert {"subject", "version_no", "updated_at"} <= names
        assert names <= {"subject", "subject_group", "version_no", "updated_at"}
    before, now = counts(clean), counts(after)
    moved = {
        name: count - before["cases"]["by_subject"].get(name, 0)
        for name, count in now["cases"]["by_subject"].items()
    }
    assert sum(abs(step) for step in moved.values()) <= 6 and sum(moved.values()) == 0 and any(moved.values())
    for told in (before, now):
        del told["cases"]["by_subject"], told["cases"]["by_subject_group"]
    assert before == now


def test_reopened_cases_are_with_their_department_again(archive: Archive, clean: Month) -> None:
    after = changed(archive, "reopened")
    found = Difference(clean, after)
    assert found.touched == {"cases": 3, "assignments": 3} and len(found.new["assignments"]) == 3
    for key in found.new["assignments"]:
        row, before = (found.rows["assignments"][key[0], seq][0] for seq in (key[1], key[1] - 1))
        assert row["department"] == before["department"] and row["closed_at"] is None
        assert found.rows["cases"][(key[0],)][0]["status"] == "reopened"
    before, now = counts(clean), counts(after)
    assert now["open"].pop("now") == before["open"].pop("now") + 3
    assert before == now


def test_merged_cases_leave_one_of_two(archive: Archive, clean: Month) -> None:
    after = changed(archive, "merged")
    found = Difference(clean, after)
    assert len(found.gone["cases"]) == 3 and not any(found.new.values()) and not found.gone["surveys"]
    assert {frozenset(names) for names in found.columns["cases"].values()} == {
        frozenset({"version_no", "updated_at"})
    }
    gone = [one for one in after.state()["gone"] if one["table"] == "cases"]
    assert {one["key"]["case_no"] for one in gone} == {key[0] for key in found.gone["cases"]}
    assert {(one["merged_into"],) for one in gone} == set(found.columns["cases"])
    assert counts(after)["cases"]["received"] == counts(clean)["cases"]["received"] - 3


def test_deleted_cases_go_with_all_that_hangs_on_them(archive: Archive, clean: Month) -> None:
    after = archive.apply("2023-03", "deleted", 200)
    found = Difference(clean, after)
    assert len(found.gone["cases"]) == 200 and found.gone["assignments"] and found.gone["surveys"]
    assert not any(found.new.values()) and not any(found.columns.values()) and not found.gone["calls"]
    told = {(one["table"], *one["key"].values()) for one in after.state()["gone"]}
    assert told == {(table, *key) for table in TABLES for key in found.gone[table]}
    before, now = counts(clean), counts(after)
    assert now["cases"]["received"] == before["cases"]["received"] - 200 and now["calls"] == before["calls"]
    assert now["surveys"]["count"] == before["surveys"]["count"] - len(found.gone["surveys"])


def test_duplicates_are_twice_there_and_once_in_the_truth(archive: Archive, clean: Month) -> None:
    after = changed(archive, "duplicates")
    found = Difference(clean, after)
    assert not found.touched and len(found.doubled) == 3
    for key in found.doubled:
        first, second = found.rows["cases"][key]
        assert second["updated_at"] > first["updated_at"]
        assert {**first, "updated_at": None} == {**second, "updated_at": None}
    assert counts(after) == counts(clean)


def test_unknown_codes_stand_in_the_records_and_not_in_the_truth(archive: Archive, clean: Month) -> None:
    after = changed(archive, "unknown-codes")
    found = Difference(clean, after)
    assert found.touched == {"cases": 3, "assignments": 3}
    assert set(map(frozenset, found.columns["cases"].values())) == {frozenset({"district", "updated_at"})}
    assert set(map(frozenset, found.columns["assignments"].values())) == {
        frozenset({"department", "updated_at"})
    }
    assert counts(after) == counts(clean)


@pytest.mark.parametrize("kind", KINDS)
def test_a_change_moves_its_month_and_no_other(archive: Archive, clean: Month, kind: str) -> None:
    other = archive.month("2023-02")
    after = changed(archive, kind)
    assert after.etag != clean.etag and after.updated_at > clean.updated_at
    assert archive.month("2023-03") == after and archive.month("2023-02") == other
    newest = max(str(row["at"]) for row in after.state()["changes"])
    assert newest == after.updated_at
    when = {
        row["updated_at"]
        for table in ("cases", "assignments")
        for found in rows(after)[table].values()
        for row in found
    }
    # What only goes leaves no row behind that says so: it is in the list of withdrawn rows.
    assert (max(when).isoformat() > clean.updated_at[:10]) == (kind != "deleted")


def test_changes_add_up_and_come_out_the_same_in_another_archive(archive: Archive, tmp_path: Path) -> None:
    for kind in KINDS:
        archive.apply("2023-03", kind, 2)
    one = archive.month("2023-03")
    other = Archive(tmp_path / "other", scale=0.02, months=["2023-03"])
    two = other.month("2023-03", [Change(kind, 2) for kind in KINDS])
    assert one.etag == two.etag
    for name in ("truth.json", "state.json", *(f"{table}.parquet" for table in TABLES)):
        assert (one.folder / name).read_bytes() == (two.folder / name).read_bytes(), name
    assert [step["kind"] for step in one.state()["changes"]] == list(KINDS)
    archive.reset()
    assert archive.changes("2023-03") == () and archive.month("2023-03").etag != one.etag


def test_faults_do_not_decide_what_is_corrected(archive: Archive) -> None:
    first = archive.month("2023-03", [Change("duplicates"), Change("deleted")])
    second = archive.month("2023-03", [Change("unknown-codes"), Change("deleted")])
    assert counts(first) == counts(second)


def test_the_truth_of_a_changed_month_is_that_of_its_records(archive: Archive) -> None:
    for kind in KINDS:
        if kind not in FAULTY:
            archive.apply("2023-03", kind)
    now = archive.month("2023-03")
    tables = {table: pq.read_table(now.parquet(table)) for table in TABLES}
    assert json.loads(json.dumps(truth(tables))) == now.truth()


def test_what_cannot_be_done_is_not_kept(archive: Archive) -> None:
    with stops(codes.simulator.CHANGE_NOT_POSSIBLE, "2023-03", "'vanished'", "late"):
        archive.apply("2023-03", "vanished")
    with stops(codes.simulator.CHANGE_NOT_POSSIBLE, "2023-03", "100000 changes"):
        archive.apply("2023-03", "deleted", 100_000)
    with stops(codes.simulator.REQUEST_NOT_VALID, "2023-07"):
        archive.apply("2023-07", "deleted")
    assert archive.changes("2023-03") == ()


def test_the_server_knows_every_kind() -> None:
    assert tuple(KINDS) == CHANGES


def test_a_month_is_made_once_and_whole(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    from praya_hk.sources.contact_centre import generator

    made, whole = [], generator.month
    monkeypatch.setattr(generator, "month", lambda *given: made.append(given) or whole(*given))
    threads = [threading.Thread(target=archive.month, args=("2023-01",)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1

    monkeypatch.setattr(generator, "write", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        archive.month("2023-02")
    assert not (archive.root / "2023-02").exists() and not list(archive.root.glob(".making-*"))
