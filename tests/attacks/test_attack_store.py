"""Every file of a store, spoiled in every way: `praya verify` names it, or lists it as not verified; it never waits and
never breaks. Every line of the ledger and of the write journal: changed, cut, moved, written anew.

By default files are spoiled many at a time, and one line in so many, others each day; FULL=every takes each by itself
(half an hour).
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import socket
import subprocess
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner

from attacks.attacked_store import attacked_store, files
from full import by_level, part_of
from made import open_store, own_signer
from made.expected import stops
from praya.assurance.verify import Verified, verify_store
from praya.cli.app import app
from praya.disclosure.protect.gate import published
from praya.errors import DisclosureError, IntegrityError, codes
from praya.ledger import Ledger
from praya.ledger.line import LedgerLine, hash_of, written
from praya.provenance.checkpoints import CHECKPOINT, GROWTH, publish_checkpoint
from praya.store import Store, layout
from praya.store.journal import Entry
from praya.store.pack import ENDING

pytestmark = pytest.mark.slow

BATCHES = by_level(3, 6, 0)
APART = ("ledger/", "released/keys/")  # spoiled by themselves: all else is verified by them
IN_LEDGER, IN_JOURNAL = 9, 36  # one line in so many

Spoil = Callable[[Path, Path], Path | None]
"""Spoils a file, with another one at hand; gives what should be named in its place, or None for the file itself."""


def flip(path: Path, other: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def truncate(path: Path, other: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def empty(path: Path, other: Path) -> None:
    os.truncate(path, 0)


def delete(path: Path, other: Path) -> None:
    path.unlink()


def copy_sibling(path: Path, other: Path) -> None:
    path.write_bytes(other.read_bytes())


def link_to_itself_elsewhere(path: Path, other: Path) -> None:
    elsewhere = (
        path.resolve().parents[len(path.parts) - 3] / "elsewhere" / hashlib.sha256(bytes(path)).hexdigest()
    )
    elsewhere.parent.mkdir(exist_ok=True)
    shutil.move(path, elsewhere)
    path.symlink_to(elsewhere)


def link_to_sibling(path: Path, other: Path) -> None:
    path.unlink()
    path.symlink_to(other)


def pipe(path: Path, other: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def unix_socket(path: Path, other: Path) -> None:
    path.unlink()
    with socket.socket(socket.AF_UNIX) as server:
        here = Path.cwd()
        os.chdir(path.parent)  # a socket's path may have 107 bytes
        try:
            server.bind("s")
            Path("s").rename(path)
        finally:
            os.chdir(here)


def folder(path: Path, other: Path) -> None:
    path.unlink()
    path.mkdir()


def folder_with_file(path: Path, other: Path) -> None:
    folder(path, other)
    (path / "inside").write_bytes(b"x")


def unreadable(path: Path, other: Path) -> None:
    path.chmod(0)


def put_beside(path: Path, other: Path) -> Path:
    extra = path.with_name(f"{path.name}.extra")
    extra.write_bytes(b"unknown")
    return extra


def copy_beside(path: Path, other: Path) -> Path:
    extra = path.with_name(f"copy-{path.name}")
    shutil.copyfile(path, extra)
    return extra


SPOILS: list[Spoil] = [
    flip,
    truncate,
    empty,
    delete,
    copy_sibling,
    link_to_sibling,
    pipe,
    unix_socket,
    folder,
    folder_with_file,
    put_beside,
    copy_beside,
    link_to_itself_elsewhere,
]
if os.geteuid():
    SPOILS.append(unreadable)


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store that nobody has touched."""
    return attacked_store(tmp_path_factory.mktemp("attacked"))


@pytest.fixture
def again(whole: Path, tmp_path: Path) -> Callable[[], Store]:
    """Gives the store as nobody has touched it, at every call."""

    def copied() -> Store:
        root = tmp_path / "store"
        shutil.rmtree(root, ignore_errors=True)
        shutil.rmtree(tmp_path / "elsewhere", ignore_errors=True)
        subprocess.run(["cp", "-a", whole, root], check=True)
        return open_store(root)

    return copied


def test_the_store_that_nobody_touched_is_in_order_and_all_of_it_is_accounted_for(
    again: Callable[[], Store],
) -> None:
    store = again()
    done = verify_store(store)
    assert done.findings == () == done.warnings
    listed = {key for one in done.unverified for key in one.keys}
    assert {key.split("/")[0] for key in listed} == {"work", "warehouse.duckdb"}
    chains = {"ledger/ledger.jsonl", "ledger/writes.jsonl"}
    # The checkpoint is held by its signature, and the journal has its hash as well.
    assert done.files == len({key for key in store.keys("") if not key.startswith("work/")} - listed - chains)


@pytest.mark.parametrize("spoil", SPOILS, ids=lambda spoil: spoil.__name__)
def test_whatever_is_done_to_a_file_is_named_or_it_is_listed(
    again: Callable[[], Store], spoil: Spoil
) -> None:
    # The index of the ledger is made again where it is damaged, and SQLite takes the files next to it away.
    keys = [key for key in files(again().root) if not key.startswith((*APART, layout.LEDGER_INDEX))]
    assert len(keys) > 500
    missed = []
    for batch in _batches(keys):
        store = again()
        expected = _spoiled(store, batch, spoil)
        done = verify_store(store)
        missed += [key for key in expected if not _is_named(store, key, done)]
    assert missed == []


@pytest.mark.parametrize("spoil", SPOILS, ids=lambda spoil: spoil.__name__)
def test_whatever_is_done_to_ledger_journal_and_keys_is_named(
    again: Callable[[], Store], spoil: Spoil
) -> None:
    keys = [key for key in files(again().root) if key.startswith(APART)]
    assert len(keys) == 4
    for key in keys:
        store = again()
        (expected,) = _spoiled(store, [key], spoil)
        done = verify_store(store)
        # A ledger that is empty shows by the checkpoint.
        named = _is_named(store, expected, done) or _is_named(store, CHECKPOINT, done)
        assert named and done.problems, f"{spoil.__name__} {key}: {done.findings}"


@pytest.mark.parametrize(
    "name", [b"a\nb", b"\x1b[31mred", "目錄".encode(), b"\xff\xfe", b" ", b"..a", b"x: y"], ids=repr
)
def test_names_of_any_kind_are_named_in_printable_characters(again: Callable[[], Store], name: bytes) -> None:
    store = again()
    for area in ("raw", "state/sample", "released/sample", "staged"):
        with open(os.fsencode(store.root / area) + b"/" + name, "wb") as file:  # noqa: PTH123  a name of bytes
            file.write(b"x")
    done = verify_store(store)
    assert len(done.problems) >= 4
    for problem in done.problems:
        problem.encode()  # can be shown
    assert all(one.isprintable() for one in done.problems)
    for area in ("raw", "state/sample", "released/sample", "staged"):
        assert any(one.startswith(f"{store.root / area}/") for one in done.problems), area


def test_files_that_cannot_be_read_are_named_each_by_itself(
    again: Callable[[], Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As root everything can be read: here the system says no."""
    store = again()
    keys = ("released/sample/latest.json", "state/month/hk-demo/2023-01.json", CHECKPOINT, "warehouse.duckdb")
    real = os.access
    monkeypatch.setattr(
        os,
        "access",
        lambda path, mode: not str(path).endswith(keys) and real(path, mode),  # type: ignore[arg-type]
    )
    said = verify_store(store).problems
    for key in keys:
        assert any(one.startswith(f"{store.root / key}: cannot be read (mode 0") for one in said), key


def test_linked_folders_do_not_lead_the_check_astray(again: Callable[[], Store], tmp_path: Path) -> None:
    for key in ("raw", "state", "staged/fares", "released/fares", "released/keys", "verdicts", "ledger"):
        store = again()
        away = tmp_path / "away" / key
        away.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(store.root / key, away)
        (store.root / key).symlink_to(away)
        said = verify_store(store).problems
        assert any(f"{store.root / key}: is a symbolic link" in one for one in said), key


def test_the_command_says_so_without_a_traceback(
    again: Callable[[], Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    for spoil, key in (
        (pipe, CHECKPOINT),
        (pipe, "released/sample/latest.json"),
        (folder, "ledger/writes.jsonl"),
    ):
        store = again()
        monkeypatch.setenv("PRAYA_STORE", str(store.root))
        spoil(store.root / key, store.root / key)
        done = CliRunner().invoke(app, ["verify", "--json"])
        assert done.exit_code == 1 and isinstance(done.exception, SystemExit), done.exception
        told = json.loads(done.stdout)
        assert any(str(store.root / key) in one["where"] for one in told["problems"])
        assert told["read"]["files"] > 100


# --- the ledger -------------------------------------------------------------------------------------------------

Rewrite = Callable[[list[bytes], int], list[bytes]]


def cut(lines: list[bytes], at: int) -> list[bytes]:
    return lines[:at] + lines[at + 1 :]


def cut_from(lines: list[bytes], at: int) -> list[bytes]:
    return lines[:at]


def change(lines: list[bytes], at: int) -> list[bytes]:
    data = bytearray(lines[at])
    data[len(data) // 2] ^= 1
    return [*lines[:at], bytes(data), *lines[at + 1 :]]


def swap(lines: list[bytes], at: int) -> list[bytes]:
    other = at - 1 if at else 1
    lines = list(lines)
    lines[at], lines[other] = lines[other], lines[at]
    return lines


def double(lines: list[bytes], at: int) -> list[bytes]:
    return [*lines[: at + 1], *lines[at:]]


def space(lines: list[bytes], at: int) -> list[bytes]:
    return [*lines[:at], lines[at].replace(b'","', b'", "', 1), *lines[at + 1 :]]


def salt_anew(lines: list[bytes], at: int) -> list[bytes]:
    """With a hash that fits, and nothing behind it."""
    line = LedgerLine(**json.loads(lines[at]))._replace(salt="f" * 32)
    return [*lines[:at], written(line._replace(hash=hash_of(line))), *lines[at + 1 :]]


def chain_anew(lines: list[bytes], at: int) -> list[bytes]:
    """A line less, and all behind it with numbers and hashes that fit."""
    kept, prev = lines[:at], json.loads(lines[at - 1])["hash"] if at else "0" * 64
    for raw in lines[at + 1 :]:
        line = LedgerLine(**json.loads(raw))._replace(number=len(kept) + 1, prev=prev)
        line = line._replace(hash=hash_of(line))
        kept, prev = [*kept, written(line)], line.hash
    return kept


REWRITES: list[Rewrite] = [cut, cut_from, change, swap, double, space, salt_anew, chain_anew]


@pytest.mark.parametrize("rewrite", REWRITES, ids=lambda rewrite: rewrite.__name__)
@pytest.mark.parametrize("with_checkpoint", [True, False], ids=["checkpoint", "no checkpoint"])
def test_whatever_is_done_to_a_line_of_the_ledger_is_a_problem(
    again: Callable[[], Store], rewrite: Rewrite, with_checkpoint: bool
) -> None:
    store = again()
    path = Ledger(store).path
    lines = path.read_bytes().splitlines(keepends=True)
    assert len(lines) > 50
    if not with_checkpoint:
        store.path(CHECKPOINT).unlink()
    passed = []
    for at in sorted({*part_of(range(len(lines)), IN_LEDGER), len(lines) - 2}):
        path.write_bytes(b"".join(rewrite(lines, at)))
        if not verify_store(store).problems:
            passed.append(at + 1)
    assert passed == []


def test_a_ledger_that_was_cut_is_not_signed_again(again: Callable[[], Store]) -> None:
    """A run that signs as if nothing had happened would take the proof away."""
    store = again()
    path = Ledger(store).path
    lines = path.read_bytes().splitlines(keepends=True)
    checkpoint, growth = (store.path(key).read_bytes() for key in (CHECKPOINT, GROWTH))
    path.write_bytes(b"".join(lines[:-3]))
    for kept, code in (
        (growth, codes.ledger.LINES_CHANGED),
        (b"{}", codes.ledger.CHECKPOINT_CHANGED),  # what only saves reading is not believed
        (b"", codes.ledger.CHECKPOINT_CHANGED),
    ):
        store.path(GROWTH).write_bytes(kept)
        with stops(code, "shortened"):
            publish_checkpoint(store, own_signer())
    path.write_bytes(b"".join(lines))
    store.path(CHECKPOINT).unlink()
    with stops(codes.ledger.CHECKPOINT_CHANGED, CHECKPOINT, "missing"):
        publish_checkpoint(store, own_signer())
    store.path(CHECKPOINT).write_bytes(checkpoint.replace(b"\n", b"\n1", 1))
    with stops(codes.ledger.CHECKPOINT_SIGNED_BY_OTHER_KEY, CHECKPOINT):
        publish_checkpoint(store, own_signer())
    publish_checkpoint(store, own_signer(), anew="The checkpoint was lost with the disk.")
    done = verify_store(store)
    assert [one for one in done.findings if CHECKPOINT in one] == []
    assert any(
        "signed without the checkpoint before it: The checkpoint was lost" in one for one in done.warnings
    )


def test_lines_that_are_not_signed_yet_are_counted(again: Callable[[], Store]) -> None:
    store = again()
    lines = sum(1 for _ in Ledger(store))
    Ledger(store).record("downloads", "sample", {"month": "2026-01"})
    store.put_json("state/sample/problem.json", {})
    done = verify_store(store)
    assert done.findings == ()
    assert any(
        f"1 of {lines + 1} lines of the ledger are not signed (line {lines + 1} on)" in one
        for one in done.warnings
    )
    assert any("1 writes to the store, by process" in one for one in done.warnings)
    publish_checkpoint(store, own_signer())
    assert verify_store(store).warnings == ()
    before = Ledger(store).path.read_bytes(), store.path(CHECKPOINT).read_bytes()
    publish_checkpoint(store, own_signer())
    assert before == (Ledger(store).path.read_bytes(), store.path(CHECKPOINT).read_bytes()), "nothing is new"


# --- the write journal ------------------------------------------------------------------------------------------


def journal_anew(lines: list[bytes], at: int) -> list[bytes]:
    """A line less, and all behind it with numbers and hashes that fit."""
    kept = lines[:at]
    for raw in lines[at + 1 :]:
        told = json.loads(raw)
        prev = hashlib.sha256(kept[-1][:-1]).hexdigest() if kept else "0" * 64
        told |= {"number": len(kept) + 1, "prev": prev}
        if "done" in told:
            told["done"] = tuple(told["done"])
        kept = [*kept, Entry(**told).raw + b"\n"]
    return kept


@pytest.mark.parametrize(
    "rewrite",
    [cut, cut_from, change, swap, double, space, journal_anew],
    ids=lambda rewrite: rewrite.__name__,
)
def test_whatever_is_done_to_a_line_of_the_journal_is_a_problem(
    again: Callable[[], Store], rewrite: Rewrite
) -> None:
    store = again()
    path = store.journal.path
    lines = path.read_bytes().splitlines(keepends=True)
    assert len(lines) > 60
    # The last two are of the checkpoint, which is held by its signature.
    for at in part_of(range(len(lines) - 2), IN_JOURNAL):
        path.write_bytes(b"".join(rewrite(lines, at)))
        assert verify_store(store).problems, at + 1


def test_the_joint_check_does_not_forget_a_release_whose_publication_is_gone(
    again: Callable[[], Store],
) -> None:
    store = again()
    out = list(published(store))
    for path in sorted(store.path("protected/calls-by-kind").glob("*/publication.json")):
        whole = path.read_bytes()
        other = whole.replace(b'"calls-by-kind"', b'"other"', 1)
        unlinked = whole.replace(b'"carried": true', b'"carried": false')
        assert len({whole, other, unlinked}) == 3
        for spoiled in (None, b"", b"{}", b"[]", b"null", other, unlinked):
            path.unlink(missing_ok=True)
            if spoiled is not None:
                path.write_bytes(spoiled)
            with pytest.raises((DisclosureError, IntegrityError), match=r"publication\.json"):
                list(published(store))
        path.write_bytes(whole)
    assert list(published(store)) == out


def _batches(keys: Sequence[str]) -> list[list[str]]:
    if not BATCHES:
        return [[key] for key in keys]
    found: list[list[str]] = [[] for _ in range(BATCHES)]
    for key in keys:
        found[zlib.crc32(key.encode()) % BATCHES].append(key)
    return found


def _spoiled(store: Store, keys: Sequence[str], spoil: Spoil) -> list[str]:
    """Spoil the files of these keys; gives the keys that have to be named."""
    others = {key: store.root / keys[number - 1] for number, key in enumerate(keys)}
    expected = []
    for key in keys:
        path, other = store.root / key, others[key]
        size = path.stat().st_size
        if not size and spoil in (flip, truncate, empty):
            continue  # it is so already
        if spoil in (copy_sibling, link_to_sibling) and (other == path or not other.is_file()):
            other = store.root / "receipts" / "other"
            other.write_bytes(b"of another")
        if spoil is copy_sibling and other.read_bytes() == path.read_bytes():
            continue
        if spoil is delete and key.startswith("work/"):
            continue  # scratch comes and goes
        extra = spoil(path, other)
        expected.append(key if extra is None else extra.relative_to(store.root).as_posix())
    return expected


def _is_named(store: Store, key: str, done: Verified) -> bool:
    """Whether a finding names the file, or a folder in which it lies, or it is listed as not verified."""
    listed = {one for each in done.unverified for one in each.keys}
    starts = [one.partition(": ")[0].removeprefix(f"{store.root}/") for one in done.findings]
    # Of a pack the files in it are named.
    key = key.removesuffix(ENDING)
    name = str(store.root / key)
    return (
        any(one == key or one.startswith(f"{key}/") for one in listed)
        or any(name in one for one in done.findings)
        or any(key == start or key.startswith(f"{start}/") for start in starts)
    )
