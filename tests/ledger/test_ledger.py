"""The ledger: an append-only chain that many may write and nobody may change."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import praya
from made import open_store
from made.expected import stops
from praya.errors import IntegrityError, codes
from praya.ledger import Ledger, LedgerLine
from praya.ledger.line import GENESIS, hash_of, written


def filled(root: Path, lines: int = 5) -> Ledger:
    ledger = Ledger(open_store(root))
    for number in range(lines):
        ledger.record("snapshot", f"data-{number}", {"sha256": f"{number:064x}", "標": [number, None, 1.5]})
    return ledger


def found(ledger: Ledger) -> bool:
    """Whether the tampering is seen, by a sentence or by an error that is one."""
    try:
        return bool(ledger.problems())
    except IntegrityError:
        return True


def test_each_line_follows_from_the_one_before(tmp_path: Path) -> None:
    ledger = filled(tmp_path)
    lines = list(ledger)
    assert [line.number for line in lines] == [1, 2, 3, 4, 5]
    assert [line.prev for line in lines] == [GENESIS, *(line.hash for line in lines[:-1])]
    assert ledger.problems() == []


def test_recording_the_same_twice_is_one_line(tmp_path: Path) -> None:
    ledger = filled(tmp_path)
    again = ledger.record("snapshot", "data-2", {"標": [2, None, 1.5], "sha256": f"{2:064x}"})
    assert again.number == 3 and len(list(ledger)) == 5
    assert ledger.record("verdict", "data-2", again.body).number == 6


def test_several_are_recorded_in_one_turn_and_those_that_stand_are_kept(tmp_path: Path) -> None:
    ledger = filled(tmp_path)
    stands = {"sha256": f"{1:064x}", "標": [1, None, 1.5]}
    lines = ledger.record_all("snapshot", "data-1", [{"n": 1}, stands, {"n": 2}, {"n": 1}])
    assert [line.number for line in lines] == [6, 2, 7]
    assert [line.number for line in ledger] == [1, 2, 3, 4, 5, 6, 7] and ledger.problems() == []
    assert ledger.record_all("snapshot", "data-1", []) == [] and len(list(ledger)) == 7


def test_a_body_that_quotes_another_line_s_event_does_not_stand_for_it(tmp_path: Path) -> None:
    ledger = filled(tmp_path, 0)
    event = ledger.record("verdict", "x", {"n": 1}).event
    ledger.path.unlink()
    ledger.record("verdict", "y", {"event": event, "text": f'"event":"{event}"'})
    assert ledger.record("verdict", "x", {"n": 1}).number == 2
    assert ledger.problems() == []


def test_only_known_kinds_are_recorded(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="snapshot, verdict"):
        Ledger(open_store(tmp_path)).record("rumour", "x", {})


def test_find_gives_the_latest_line_of_that_subject(tmp_path: Path) -> None:
    ledger = filled(tmp_path)
    ledger.record("snapshot", "data-1", {"sha256": "a", "n": 1})
    ledger.record("snapshot", "data-1", {"sha256": "a", "n": 2})
    ledger.record("snapshot", "other", {"sha256": "a", "n": 3})
    line = ledger.find("snapshot", "data-1", sha256="a")
    assert line is not None and line.body["n"] == 2
    assert ledger.find("verdict", "data-1", sha256="a") is None


def test_several_writers_at_once_leave_one_whole_chain(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib; from praya.ledger import Ledger; from praya.project import Project\n"
        "from praya.store import FolderStore\n"
        "ledger = Ledger(FolderStore(Project.from_environment(store_folder=pathlib.Path(sys.argv[1]))))\n"
        "for n in range(15):\n"
        "    ledger.record('snapshot', 'shared', {'n': n})\n"
        "    ledger.record('snapshot', sys.argv[2], {'n': n})"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(praya.__file__).parents[1])}
    writers = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path), f"writer-{number}"], env=environment)
        for number in range(4)
    ]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0, 0]
    ledger = Ledger(open_store(tmp_path))
    assert ledger.problems() == []
    subjects = [line.subject for line in ledger]
    assert {subject: subjects.count(subject) for subject in set(subjects)} == {
        "shared": 15, "writer-0": 15, "writer-1": 15, "writer-2": 15, "writer-3": 15,
    }  # fmt: skip


def test_a_torn_last_line_is_no_line_and_is_repaired_at_the_next_append(tmp_path: Path) -> None:
    ledger = filled(tmp_path)
    whole = ledger.path.read_bytes()
    for torn in (b'{"at":"2026', b"x" * 200_000, whole.splitlines()[0]):
        ledger.path.write_bytes(whole + torn)
        assert len(list(ledger)) == 5 and ledger.problems() == []
    assert ledger.record("verdict", "data-1", {"verdict": "passed"}).number == 6
    assert ledger.path.read_bytes().startswith(whole) and ledger.problems() == []


def test_a_ledger_of_nothing_but_a_torn_line_starts_anew(tmp_path: Path) -> None:
    ledger = filled(tmp_path, 0)
    ledger.path.parent.mkdir()
    ledger.path.write_bytes(b'{"at"')
    assert ledger.record("verdict", "x", {}).number == 1
    assert ledger.problems() == []


def test_nothing_is_added_behind_a_last_line_that_was_changed(tmp_path: Path) -> None:
    ledger = filled(tmp_path)
    ledger.path.write_bytes(ledger.path.read_bytes().replace(b"data-4", b"data-x"))
    with stops(codes.ledger.LINES_CHANGED, ledger.path):
        ledger.record("verdict", "x", {})


SAMPLE = (TemporaryDirectory(),)
LEDGER = filled(Path(SAMPLE[0].name))
WHOLE = LEDGER.path.read_bytes()
LINES = WHOLE.splitlines(keepends=True)


def tampered(data: bytes) -> bool:
    LEDGER.path.write_bytes(data)
    return found(LEDGER)


@settings(max_examples=300, deadline=None)
@given(at=st.integers(0, len(WHOLE) - 2), bit=st.integers(0, 7))
def test_a_flipped_bit_is_found(at: int, bit: int) -> None:
    # The very last byte is the newline that makes the last line whole; see the dropped last line below.
    assert tampered(WHOLE[:at] + bytes([WHOLE[at] ^ (1 << bit)]) + WHOLE[at + 1 :])


@settings(max_examples=200, deadline=None)
@given(at=st.integers(0, len(WHOLE) - 1), more=st.binary(min_size=1, max_size=4))
def test_inserted_bytes_are_found(at: int, more: bytes) -> None:
    changed = WHOLE[:at] + more + WHOLE[at:]
    assert changed == WHOLE or tampered(changed)


@settings(max_examples=100, deadline=None)
@given(order=st.permutations(range(len(LINES))))
def test_reordered_lines_are_found(order: list[int]) -> None:
    assert tampered(b"".join(LINES[number] for number in order)) == (order != sorted(order))


@pytest.mark.parametrize("dropped", range(len(LINES) - 1))
def test_a_dropped_line_is_found(dropped: int) -> None:
    assert tampered(b"".join(line for number, line in enumerate(LINES) if number != dropped))


def test_a_dropped_last_line_cannot_be_found_before_there_are_checkpoints() -> None:
    # Nothing follows it that could miss it: what is left is a shorter, whole chain. Witnessed checkpoints will tell.
    assert not tampered(b"".join(LINES[:-1]))
    assert not tampered(WHOLE[:-1])


@pytest.mark.parametrize("number", range(len(LINES)))
def test_a_line_that_stands_twice_is_found(number: int) -> None:
    assert tampered(b"".join([*LINES[: number + 1], *LINES[number:]]))


@pytest.mark.parametrize(
    "forge",
    [
        lambda line: json.dumps(json.loads(line)).encode() + b"\n",
        lambda line: line.replace(b'{"at"', b'{"at":"1999","at"'),
        lambda line: line.replace(b"data-2", b"data-\\u0032"),
        lambda line: line.replace(b"1.5", b"NaN"),
        lambda line: line.replace(b"data-2", b"\\ud800"),
        lambda line: line.replace(b'"number":3', b'"number":"3"'),
        lambda line: b"[1,2]\n",
        lambda line: b"\n" + line,
    ],
)
def test_a_line_in_other_bytes_of_like_meaning_is_found(forge: object) -> None:
    forged = forge(LINES[2])  # type: ignore[operator]
    assert forged != LINES[2]
    assert tampered(b"".join([*LINES[:2], forged, *LINES[3:]]))


def test_a_line_that_was_sealed_anew_no_longer_leads_to_the_next() -> None:
    line = LedgerLine(**json.loads(LINES[2]))
    forged = line._replace(body={"sha256": "0" * 64}, event="0" * 64)
    forged = forged._replace(hash=hash_of(forged))
    LEDGER.path.write_bytes(b"".join([*LINES[:2], written(forged), *LINES[3:]]))
    (problem,) = LEDGER.problems()
    assert problem.startswith(f"{LEDGER.path}:4: does not follow from the line before it")


def test_a_changed_line_is_named_by_its_number() -> None:
    LEDGER.path.write_bytes(WHOLE.replace(b"data-2", b"data-x"))
    assert [problem.split(": ")[0] for problem in LEDGER.problems()] == [f"{LEDGER.path}:3"]
