"""A forger at the ZIP of evidence, and at the folder that it was unpacked into: nothing is hidden in them, and nothing
is there twice or leads elsewhere."""

from __future__ import annotations

import functools
import os
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attacks.forged_evidence import (
    FOLDERS,
    Evidence,
    Files,
    answer,
    caught,
    evidence_of,
    look,
    zipped,
)
from made.expected import stops
from praya.assurance.evidence import verifier, write_evidence
from praya.errors import codes
from praya.store import Store

pytestmark = pytest.mark.slow


class Raw(NamedTuple):
    """An entry of a ZIP, as a forger writes it: headers, data, and what is put between."""

    local: bytes
    data: bytes
    central: bytes


def raw_entries(files: Files) -> list[Raw]:
    found, offset = [], 0
    for name, data in sorted(files.items()):
        crc, raw = zipfile.crc32(data), name.encode()  # type: ignore[attr-defined]
        central = verifier.central_header(raw, crc, len(data), offset)
        found.append(Raw(verifier.local_header(raw, crc, len(data)), data, central))
        offset += len(found[-1].local) + len(data)
    return found


def assembled(entries: list[Raw], gap: bytes = b"") -> bytes:
    """A ZIP of the entries, with their offsets as they come to lie and `gap` before the last."""
    body, directory = b"", b""
    for number, one in enumerate(entries):
        body += gap if number == len(entries) - 1 else b""
        directory += one.central[:42] + len(body).to_bytes(4, "little") + one.central[46:]
        body += one.local + one.data
    return body + directory + verifier.end_of_archive(len(entries), len(directory), len(body))


def patched(header: bytes, at: int, value: int, length: int = 2) -> bytes:
    return header[:at] + value.to_bytes(length, "little") + header[at + length :]


def test_the_form_of_the_zip_is_that_which_the_library_writes(whole: Evidence, tmp_path: Path) -> None:
    data = zipped(whole.files, tmp_path / "made.zip")
    assert assembled(raw_entries(whole.files)) == data
    assert answer(data, tmp_path).status == 0


# What of a header's fields a forger changes: where in the directory's header and in the one before the data (bytes,
# or None), how long it is, and to what.
FIELDS = {
    "encrypted": (8, 6, 2, 1),
    "with sizes behind the data": (8, 6, 2, 8),
    "a name in UTF-8": (8, 6, 2, 0x800),
    "compressed": (10, 8, 2, 8),
    "another time": (12, 10, 2, 1),
    "another date": (14, 12, 2, 34),
    "another check sum": (16, 14, 4, 1),
    "another packed size": (20, 18, 4, 1),
    "another size": (24, 22, 4, 1),
    "a size of ZIP64": (24, 22, 4, 0xFFFFFFFF),
    "a bomb": (24, 22, 4, 0x7FFFFFFF),
    "an extra field": (30, 28, 2, 4),
    "a comment": (32, None, 2, 4),
    "on another disk": (34, None, 2, 1),
    "text": (36, None, 2, 1),
    "a symbolic link": (38, None, 4, 0o120777 << 16),
    "a folder": (38, None, 4, 0o040755 << 16 | 0x10),
    "a program with set-uid": (38, None, 4, 0o104755 << 16),
    "a device": (38, None, 4, 0o020666 << 16),
    "made elsewhere": (4, None, 2, 20),
    "for a later reader": (6, 4, 2, 45),
}


@pytest.mark.parametrize("what", FIELDS)
def test_no_header_of_any_entry_may_be_another(what: str, whole: Evidence, tmp_path: Path) -> None:
    central, local, length, value = FIELDS[what]
    entries = raw_entries(whole.files)
    for number, (one, name) in enumerate(zip(entries, sorted(whole.files), strict=True)):
        both = one._replace(
            central=patched(one.central, central, value, length),
            local=one.local if local is None else patched(one.local, local, value, length),
        )
        forged = [both]
        if local is not None:
            forged += [one._replace(local=both.local), one._replace(central=both.central)]
        for each in forged:
            found = answer(assembled([*entries[:number], each, *entries[number + 1 :]]), tmp_path)
            assert found.status == 1 and (caught(found, name) or "evidence.zip: " in found.said), (
                name,
                found,
            )


@pytest.mark.parametrize(
    "name",
    [
        "/etc/passwd", "../verify.py", "release/../verify.py", "release\\fares.csv", "C:/x", "./verify.py",
        "release//x", "release/.x", "VERIFY.PY", "Release/manifest.json", "release/manifest.json ",
        "release/\u00e9.csv", "release/e\u0301.csv", "release/\uff46.csv", "release/\x1b[2Jx", "release/\x00",
        "release/", "ledger/", "",
    ],
)  # fmt: skip
def test_no_entry_has_a_name_that_leads_elsewhere_or_looks_like_another(
    name: str, whole: Evidence, tmp_path: Path
) -> None:
    found = answer(assembled(raw_entries(whole.files | {name: b"x"})), tmp_path)
    assert "\x1b" not in found.said
    assert found.status == 1 and any(
        word in found.said for word in ("is no name", "upper and lower case", "is a folder")
    )


def test_a_second_entry_of_a_name_is_named_whatever_is_in_it(whole: Evidence, tmp_path: Path) -> None:
    entries, names = raw_entries(whole.files), sorted(whole.files)
    for number, name in enumerate(names):
        for data in (whole.files[name], b"another"):
            (again,) = raw_entries({name: data})
            for place in (number, number + 1, 0, len(entries)):
                found = answer(assembled([*entries[:place], again, *entries[place:]]), tmp_path)
                assert found.status == 1 and f"{name}: " in found.said, (name, place, found)


def test_bytes_around_and_between_are_refused(whole: Evidence, tmp_path: Path) -> None:
    entries = raw_entries(whole.files)
    data = assembled(entries)
    assert answer(data, tmp_path).status == 0
    end = data[-22:]
    start = int.from_bytes(end[16:20], "little")
    zip64 = b"PK\6\7" + bytes(16)
    for forged in (
        b"#!/bin/sh\n" + data,
        b"MZ" + patched(data, len(data) - 22 + 16, start + 2, 4),
        data + b"\0",
        data + data,
        patched(data, len(data) - 2, 4) + b"hide",
        assembled(entries, gap=b"between"),
        data[:start] + b"behind the entries" + data[start:],
        data[:-22] + zip64 + end,
        data[:-22] + patched(end, 8, 0xFFFF),
        data[:-22] + patched(end, 12, 0xFFFFFFFF, 4),
        data[:-22] + patched(end, 16, 0xFFFFFFFF, 4),
        data[:-22] + patched(patched(end, 8, len(entries) - 1), 10, len(entries) - 1),
        data[:-22] + patched(patched(end, 8, len(entries) + 1), 10, len(entries) + 1),
        data[:-22] + patched(end, 4, 1),
        data[:-1], data[:start], data[:-23], data[1:], b"", b"PK\5\6", end,
    ):  # fmt: skip
        found = answer(forged, tmp_path)
        assert found.status == 1 and "evidence is refused" in found.said, (len(forged), found)


def test_entries_that_share_bytes_or_lie_in_another_order_are_refused(
    whole: Evidence, tmp_path: Path
) -> None:
    entries = raw_entries(whole.files)
    for order in (entries[::-1], [*entries[1:], entries[0]]):
        assert answer(assembled(order), tmp_path).status == 1
    data = assembled(entries)
    start = int.from_bytes(data[-6:-2], "little")
    second = start + len(entries[0].central)
    shared = patched(data, second + 42, 0, 4)  # the second entry begins where the first does
    assert answer(shared, tmp_path).status == 1
    other_way = [entries[1], entries[0], *entries[2:]]
    directory = b"".join(one.central for one in other_way)
    assert answer(data[:start] + directory + data[-22:], tmp_path).status == 1


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_no_other_bytes_pass(
    archive: Store, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    whole = assembled(raw_entries(evidence_of(archive, "fares-and-calls").files))
    at = data.draw(st.integers(0, len(whole) - 1) | st.integers(max(0, len(whole) - 4000), len(whole) - 1))
    length, more = data.draw(st.integers(0, 40)), data.draw(st.binary(max_size=40))
    forged = whole[:at] + more + whole[at + length :]
    work = tmp_path_factory.getbasetemp()
    assert (answer(forged, work).status == 0) == (forged == whole)


@pytest.fixture
def folder(whole: Evidence, tmp_path: Path) -> Path:
    for name, data in whole.files.items():
        path = tmp_path / "unpacked" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return tmp_path / "unpacked"


def test_no_file_or_folder_may_be_a_link_or_anything_special(
    whole: Evidence, folder: Path, tmp_path: Path
) -> None:
    assert look(folder).status == 0
    for name in sorted(whole.files):
        path = folder / name
        aside = tmp_path / "aside"
        path.rename(aside)
        for make in (
            functools.partial(path.symlink_to, aside),
            functools.partial(os.mkfifo, path),
            path.mkdir,
        ):
            make()
            found = look(folder)
            assert caught(found, name), (name, found)
            path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
        aside.rename(path)
    for each in FOLDERS:
        if (folder / each).is_dir():
            (folder / each).rename(tmp_path / "elsewhere")
            (folder / each).symlink_to(tmp_path / "elsewhere")
            assert caught(look(folder), each)
            (folder / each).unlink()
            (tmp_path / "elsewhere").rename(folder / each)
    assert look(folder).status == 0


def test_no_file_or_folder_may_be_more(folder: Path) -> None:
    for name in (
        "x",
        ".hidden",
        "release/x",
        "keys/more/x",
        "ledger/checkpoint2",
        "release/a\x1b[2J",
        "raw/.x",
    ):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("x")
        found = look(folder)
        assert found.status == 1 and "\x1b" not in found.said.replace(name, ""), name
        (folder / name).unlink()
        if not any((folder / name).parent.iterdir()):
            (folder / name).parent.rmdir()
    (folder / "empty").mkdir()
    assert caught(look(folder), "empty")


def test_what_is_no_evidence_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.zip")
    for arguments in ([str(tmp_path / "pipe.zip")], [str(tmp_path / "none.zip")], ["a", "b"]):
        with pytest.raises(SystemExit) as stopped:
            verifier.main(arguments)
        assert stopped.value.code == 2


def test_evidence_that_cannot_be_written_leaves_nothing(archive: Store, tmp_path: Path) -> None:
    version = archive.read_json("released/fares/latest.json")["version"]
    with stops(codes.evidence.PLACE_NOT_USABLE, tmp_path / "none" / "x.zip"):
        write_evidence(
            archive, "fares", version, tmp_path / "none" / "x.zip", archive.root.parent / "witnesses"
        )
    assert list(tmp_path.iterdir()) == []
