"""The ledger's index: what is read by it is what a reading of all lines gives, whatever became of the index before."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from full import examples
from made import open_store
from made.expected import stops
from made.leaves import leaves_of
from praya.errors import codes
from praya.ledger import Ledger, LedgerLine, index, index_check, index_file, index_tables, lookup, merkle
from praya.ledger.chain_check import ChainCheck, read_canonical
from praya.ledger.index_check import open_check
from praya.ledger.line import hash_of, loaded, parsed, written
from praya.ledger.line_fields import fields_of, has_own_hash
from praya.ledger.roots import Roots
from praya.store import canonical, layout

KINDS = ("snapshot", "verdict", "release", "seal")
SUBJECTS = ("a", "a/2026-11", "b", 'quoted "x"', "標題", '","subject":"a"', '{"event":"')
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**30), 10**30), st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=4), st.sampled_from(["same", 'k":"v', "\x1f\x7f\u2028"]), st.lists(st.integers(0, 2), max_size=2),
)  # fmt: skip
BODIES = st.dictionaries(st.sampled_from(["k", "n", "event", "hash", "subject"]), VALUES, max_size=3)
RECORDS = st.lists(
    st.tuples(st.sampled_from(KINDS), st.sampled_from(SUBJECTS), BODIES), min_size=1, max_size=9
)


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages, batches and subtrees so small that a few lines have several."""
    for module in (index, lookup):
        monkeypatch.setattr(module, "PAGE", 4)
        monkeypatch.setattr(module, "RECENT", 2, raising=False)
    for module in (index_tables, index_check, lookup):
        monkeypatch.setattr(module, "LEVEL", 1)
    monkeypatch.setattr(index_tables.add_lines, "__defaults__", (3,))


def expect_the_same(ledger: Ledger) -> None:
    """Every answer by the index is that of a reading of all lines."""
    lines = list(ledger)
    assert ledger.size == len(lines)
    for subject in (*SUBJECTS, "nobody"):
        of_subject = [line for line in lines if line.subject == subject]
        assert list(ledger.of(subject)) == of_subject
        for kinds in (("snapshot",), ("verdict", "release"), ("report",)):
            assert list(ledger.of(subject, *kinds)) == [line for line in of_subject if line.kind in kinds]
        for kind in KINDS:
            of_kind = [line for line in of_subject if line.kind == kind]
            assert ledger.last(subject, kind) == (of_kind[-1] if of_kind else None)
            assert list(ledger.latest(kind, subject)) == of_kind[::-1]
            for line in of_kind:
                assert list(ledger.latest(kind, subject, before=line.number)) == [
                    each for each in reversed(of_kind) if each.number < line.number
                ]
                for body in ({key: value} for key, value in line.body.items()):
                    fit = [each for each in of_kind if all(each.body.get(k) == v for k, v in body.items())]
                    assert ledger.find(kind, subject, **body) == fit[-1]
    for kinds in (("snapshot",), ("verdict", "seal"), KINDS):
        assert list(ledger.of_kind(*kinds)) == [line for line in lines if line.kind in kinds]
    assert [ledger.line(number) for number in range(len(lines) + 2)] == [None, *lines, None]
    tree, leaves = ledger.tree(), leaves_of(ledger)
    roots = Roots.of(ledger.raw(), range(len(lines) + 1))
    for size in range(len(lines) + 1):
        assert tree.root_of(0, size) == merkle.root(leaves[:size]) == roots.root_of(0, size)
        for old in range(size + 1):
            assert merkle.consistency_proof(tree, old, size) == merkle.consistency_proof(leaves, old, size)
        for number in range(1, size + 1):
            proof = ledger.inclusion_proof(number, size, merkle.root(leaves[:size]))
            assert proof == merkle.inclusion_proof(leaves, number - 1, size)


def index_of(ledger: Ledger) -> Path:
    return ledger.store.disk_path(layout.LEDGER_INDEX)


def forget_connections() -> None:
    """As in a new process."""
    while index_file._opened.indexes:
        index_file._close(next(iter(index_file._opened.indexes)))


def filled(root: Path, lines: int = 11) -> Ledger:
    ledger = Ledger(open_store(root))
    for number in range(lines):
        ledger.record(KINDS[number % 2], SUBJECTS[number % 3], {"n": number, "k": f"v{number % 4}"})
    return ledger


def differs(ledger: Ledger) -> bool:
    """Whether a verification finds that the index is not that of the ledger."""
    chain, roots = ChainCheck(ledger.path), Roots()
    with open_check(index_of(ledger)) as check:
        assert check is not None
        for raw in ledger.raw():
            check.take(chain.take(raw), raw, roots.add(raw), roots.frontier)
        check.finish()
        return check.differs


# --- what becomes of the index between two records --------------------------------------------------------


def nothing(ledger: Ledger) -> None:
    pass


def another_process(ledger: Ledger) -> None:
    forget_connections()


def index_removed(ledger: Ledger) -> None:
    forget_connections()
    index_of(ledger).unlink(missing_ok=True)


def index_removed_under_a_connection(ledger: Ledger) -> None:
    for ending in index_file.FILES:
        index_of(ledger).with_name(index_of(ledger).name + ending).unlink(missing_ok=True)


def index_overwritten(ledger: Ledger) -> None:
    forget_connections()
    index_of(ledger).write_bytes(b"no database" * 500)


def index_copied(ledger: Ledger) -> None:
    forget_connections()
    copy = index_of(ledger).with_name("copy")
    if index_of(ledger).exists():
        shutil.copy(index_of(ledger), copy)
        os.replace(copy, index_of(ledger))


def ledger_cut_short(ledger: Ledger) -> None:
    lines = ledger.path.read_bytes().splitlines(keepends=True)
    ledger.path.write_bytes(b"".join(lines[: len(lines) // 2]))


def ledger_torn(ledger: Ledger) -> None:
    with ledger.path.open("ab") as file:
        file.write(b'{"at":"2026')


def index_of_another_version(ledger: Ledger) -> None:
    statement(ledger, "pragma user_version = 99")


def index_with_a_trigger(ledger: Ledger) -> None:
    statement(ledger, "create trigger t after insert on lines begin delete from lines; end")


def statement(ledger: Ledger, sql: str) -> None:
    forget_connections()
    con = sqlite3.connect(index_of(ledger))
    con.execute(sql)
    con.commit()
    con.close()


EVENTS = (
    nothing, another_process, index_removed, index_removed_under_a_connection, index_overwritten, index_copied,
    ledger_cut_short, ledger_torn, index_of_another_version, index_with_a_trigger,
)  # fmt: skip


@settings(max_examples=examples(80), deadline=None)
@given(records=RECORDS, data=st.data())
def test_what_is_read_by_the_index_is_what_all_lines_say(
    records: list[tuple[str, str, dict[str, Any]]], data: st.DataObject
) -> None:
    with TemporaryDirectory() as folder:
        ledger = Ledger(open_store(Path(folder)))
        for kind, subject, body in records:
            there = [line for line in ledger if (line.kind, line.subject) == (kind, subject)]
            line = ledger.record(kind, subject, body)
            before = [each for each in there if each.event == line.event]
            assert before in ([], [line]) and ledger.record(kind, subject, body) == line
            data.draw(st.sampled_from(EVENTS))(ledger)
        expect_the_same(ledger)
        assert ledger.problems() == []


@pytest.mark.parametrize("event", EVENTS)
def test_an_index_is_as_it_has_to_be_after(event: Callable[[Ledger], None], tmp_path: Path) -> None:
    ledger = filled(tmp_path)
    event(ledger)
    assert ledger.record("release", "b", {"n": 100}).number == len(list(ledger))
    expect_the_same(ledger)
    assert not differs(ledger)


def test_a_ledger_of_the_same_size_in_its_place_is_read_anew(tmp_path: Path) -> None:
    ledger, other = filled(tmp_path / "one"), filled(tmp_path / "other")
    assert ledger.path.stat().st_size == other.path.stat().st_size
    expect_the_same(ledger)
    ledger.path.write_bytes(other.path.read_bytes())
    expect_the_same(ledger)
    assert list(ledger) == list(other)


def test_a_ledger_from_a_backup_is_read_anew(tmp_path: Path) -> None:
    ledger = filled(tmp_path, 6)
    backup = ledger.path.read_bytes()
    ledger.record("release", "a", {"n": 1})
    expect_the_same(ledger)
    ledger.path.unlink()
    assert ledger.size == 0 and list(ledger.of("a")) == [] and ledger.last("a", "snapshot") is None
    ledger.path.write_bytes(backup)
    expect_the_same(ledger)
    assert ledger.record("release", "a", {"n": 1}).number == 7


# --- damage -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sql",
    [
        "update lines set start = start + 1 where number = 3",
        "update lines set start = -1",
        "update lines set length = 1 << 60 where number = 3",
        "update lines set length = 'x' where number = 3",
        "update lines set grp = (select grp from lines where number = 2) where number = 1",
        "update lines set event = 0",
        "delete from lines where number = 4",
        "delete from lines where number = 11",
        "delete from lines",
        "delete from groups",
        "update groups set subject = subject || 'x'",
        "update groups set count = count - 1",
        "update groups set last = last - 1",
        "update nodes set hash = zeroblob(32)",
        "delete from nodes",
        "update state set frontier = zeroblob(96)",
        "update state set lines = lines - 1",
        "update state set lines = 'x'",
        "update state set offset = offset - 1",
        "delete from state",
        "insert into groups (subject, kind, count, last) values ('b', 'purge', 1, 1)",
        "insert into lines values (12, 0, 1, 1, 1)",
        "insert into state values (0, 0, 0, x'', x'', 1)",
        "drop index lines_by_group",
    ],
)
def test_what_was_changed_in_the_index_is_seen_by_a_reader_or_by_a_verification(
    sql: str, tmp_path: Path
) -> None:
    ledger = filled(tmp_path)
    statement(ledger, sql)
    assert differs(ledger)
    ledger.forget_index()
    expect_the_same(ledger)
    assert not differs(ledger)


@pytest.mark.parametrize(
    "sql",
    [
        "update lines set start = start + 1",
        "update lines set length = 1 << 60",
        "update lines set length = 'x'",
        "update lines set grp = 2 where number = 1",
        "delete from lines where number = 4",
        "update groups set count = count - 1",
        "update groups set last = last - 1",
        "delete from nodes",
        "update state set lines = 'x'",
        "update state set offset = offset - 1",
        "delete from state",
        "drop index lines_by_group",
    ],
)
def test_a_reader_sees_damage_and_answers_as_without_it(sql: str, tmp_path: Path) -> None:
    ledger = filled(tmp_path)
    statement(ledger, sql)
    expect_the_same(ledger)


@settings(max_examples=examples(100), deadline=None)
@given(data=st.data())
def test_a_flipped_byte_of_the_index_never_passes_a_verification(data: st.DataObject) -> None:
    """Answers differ only where a verification says so."""
    with TemporaryDirectory() as folder:
        ledger = filled(Path(folder), 9)
        con = sqlite3.connect(index_of(ledger))
        con.execute("pragma wal_checkpoint(truncate)")
        con.close()
        forget_connections()
        content = bytearray(index_of(ledger).read_bytes())
        at = data.draw(st.integers(0, len(content) - 1))
        content[at] ^= 1 << data.draw(st.integers(0, 7))
        with index_of(ledger).open("r+b") as file:
            file.write(content)
        if not differs(ledger):
            expect_the_same(ledger)
        ledger.forget_index()
        expect_the_same(ledger)


def test_a_changed_line_is_refused_and_the_index_is_not_to_blame(tmp_path: Path) -> None:
    ledger = filled(tmp_path)
    ledger.path.write_bytes(ledger.path.read_bytes().replace(b'"n":4}', b'"n":7}'))
    with stops(codes.ledger.LINES_CHANGED, f"{ledger.path}:5"):
        list(ledger.of(SUBJECTS[1]))
    with stops(codes.ledger.LINES_CHANGED, f"{ledger.path}:5"):
        ledger.line(5)
    assert [line.number for line in ledger.of(SUBJECTS[0])] == [1, 4, 7, 10]


def test_where_no_index_can_be_written_the_process_has_its_own(tmp_path: Path) -> None:
    ledger = filled(tmp_path)
    index_removed(ledger)
    index_removed_under_a_connection(ledger)
    index_of(ledger).mkdir()
    expect_the_same(ledger)
    ledger.record("release", "b", {"n": 100})
    expect_the_same(ledger)
    assert index_of(ledger).is_dir()


# --- kills ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("point", range(0, 60, 3))
def test_a_kill_at_any_statement_leaves_an_index_that_goes_on(point: int, tmp_path: Path) -> None:
    ledger = filled(tmp_path)
    index_removed(ledger)
    child = os.fork()
    if not child:
        left = [point]

        def count(_: str) -> None:
            left[0] -= 1
            if left[0] < 0:
                os._exit(9)

        connect = sqlite3.connect

        def traced(*args: Any, **more: Any) -> sqlite3.Connection:
            con = connect(*args, **more)
            con.set_trace_callback(count)
            return con

        index_file.sqlite3.connect = traced  # type: ignore[assignment]
        Ledger(open_store(tmp_path)).record("release", "b", {"n": 100})
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) in (0, 9)
    expect_the_same(ledger)
    assert ledger.record("release", "b", {"n": 100}).number == 12
    assert not differs(ledger)


def test_a_process_that_was_forked_has_connections_of_its_own(tmp_path: Path) -> None:
    ledger = filled(tmp_path)
    child = os.fork()
    if not child:
        ledger.record("release", "b", {"n": 100})
        os._exit(0 if ledger.size == 12 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    expect_the_same(ledger)
    assert ledger.size == 12


# --- bytes ------------------------------------------------------------------------------------------------

JSON = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(st.characters(exclude_categories=()))
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


def line_with(body: Any) -> LedgerLine:
    line = LedgerLine(1, "2026-12-01T00:00:00.000Z", "verdict", "x", body, "0" * 64, "0" * 32, "0" * 64, "")
    return line._replace(hash=hash_of(line))


@settings(max_examples=examples(1000), deadline=None)
@given(body=JSON)
def test_a_line_is_read_and_checked_as_the_standard_library_does(body: Any) -> None:
    try:
        raw = written(line_with(body))
    except ValueError:
        return  # no JSON: it is never written
    same = canonical(json.loads(raw)) + b"\n" == raw
    assert canonical(loaded(raw)) == canonical(json.loads(raw)) and has_own_hash(raw)
    fast = read_canonical(raw)
    assert fast is None or (same and fast == parsed(Path("x"), 1, raw))
    assert fields_of(raw) is not None


@settings(max_examples=examples(1000), deadline=None)
@given(body=JSON, data=st.data())
def test_other_bytes_are_never_taken_for_the_one_form(body: Any, data: st.DataObject) -> None:
    """Also where they have the hash of what they say."""
    try:
        raw = bytearray(written(line_with(body)))
    except ValueError:
        return
    at = data.draw(st.integers(0, len(raw) - 2))
    raw[at : at + data.draw(st.integers(0, 1))] = data.draw(
        st.sampled_from([b"", b" ", b"0", b"e5", b".0", b"\\u0041"])
    )
    changed = bytes(raw)
    if (line := read_canonical(changed)) is not None:
        assert changed == written(line) and line.hash == hash_of(line)
