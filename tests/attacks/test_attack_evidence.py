"""A forger at an evidence ZIP: every manipulation of every entry is caught by name, or listed as not checked."""

from __future__ import annotations

import base64
import functools
import hashlib
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from made import field, make_contract
from praya.errors import IntegrityError
from praya.evidence import evidence, verifier
from praya.evidence.archive import write_zip
from praya.evidence.extract import write_proof
from praya.ledger import Ledger
from praya.ledger.checkpoint import leaves_of, request, signed
from praya.ledger.line import written
from praya.ledger.witness import Witness
from praya.measure import measure
from praya.provenance import signer, statement
from praya.provenance.keys import known_keys, note_keys, usable_signer
from praya.provenance.published import publish_checkpoint, take_witnessed
from praya.provenance.signing import new_key
from praya.store import Store
from praya.verify import verify
from provenance import provenance_way as way

FOLDERS = ("inputs", "keys", "ledger", "raw", "release", "report")
MADE_FROM = (
    "select c.kind, c.calls, f.name as fare, s.name as stop from released_calls_by_kind c "
    "join fares f on f.id = 1 join stops s on s.id = 1"
)
# What no signature binds where nobody signs the list of all files: it is said each time.
UNSIGNED = ("README.html", "verify.py")

Files = dict[str, bytes]


class Evidence(NamedTuple):
    """The files of one release's evidence, and the store that it is of."""

    files: Files
    store: Store
    dataset: str
    listed: bool


class Answer(NamedTuple):
    """What the verifier says."""

    status: int
    said: str


@pytest.fixture(scope="session", autouse=True)
def _signatures_checked_once() -> Iterator[None]:
    """The same signature over the same bytes is put to openssl once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verifier, "has_signed", functools.cache(verifier.has_signed))
        yield


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Counts of a month of records by way of two marts, two datasets of facts, and facts made from all three; all of
    them are released, and a witness has cosigned the ledger."""
    work = tmp_path_factory.mktemp("archive")
    metrics = work / "metrics"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PRAYA_METRICS", str(metrics))
        made = way.counts(work, metrics)
        store = Store(made.root)
        for dataset in ("fares", "stops"):
            source = work / f"{dataset}.csv"
            source.write_bytes(b"id,name\n1,%s\n" % dataset.encode())
            one = make_contract(dataset=dataset, source={"url": source.as_uri()})
            way.take(store, one, work)
            made = made._replace(records=(*made.records, one))
        (metrics / "fares_and_calls.sql").write_text(MADE_FROM)
        fields = field("kind"), field("calls", "integer"), field("fare"), field("stop")
        mart = {"url": None, "mart": "fares_and_calls", "format": "parquet"}
        facts = make_contract(*fields, dataset="fares-and-calls", source=mart)
        measure(store, metrics, [*made.records, made.contract, facts])
        way.take(store, facts, work)
        cosign(store, work)
        yield store


def cosign(store: Store, work: Path) -> None:
    witness = Witness(work / "witness")
    for key in note_keys(known_keys(store)):
        witness.believe(key)
    last = witness.last()
    asked = request(leaves_of(Ledger(store)), last.size if last else 0, publish_checkpoint(store, signer()))
    (work / "cosigned").write_text(str(witness.cosign(asked, 1_790_000_000)))
    (work / "witnesses").write_text(f"{witness.vkey}\n")
    take_witnessed(store, work / "cosigned", work / "witnesses")


def evidence_of(store: Store, dataset: str, *, listed: bool = True) -> Evidence:
    target = store.root.parent / f"{dataset}-{listed}.zip"
    if not target.exists():
        version = store.read_json(f"released/{dataset}/latest.json")["version"]
        with pytest.MonkeyPatch.context() as patch:
            if not listed:
                patch.setenv("PRAYA_SIGNING_KEY_FILE", str(target.with_suffix(".key")))
                assert usable_signer(store) is None
            evidence(store, dataset, version, target, store.root.parent / "witnesses")
    with zipfile.ZipFile(target) as file:
        return Evidence({name: file.read(name) for name in file.namelist()}, store, dataset, listed)


@pytest.fixture(scope="session", params=["fares-and-calls", "calls-by-kind"])
def whole(request: pytest.FixtureRequest, archive: Store) -> Evidence:
    """Evidence with the signed list of all files."""
    return evidence_of(archive, request.param)


@pytest.fixture(scope="session", params=["fares-and-calls", "calls-by-kind"])
def unlisted(request: pytest.FixtureRequest, archive: Store) -> Evidence:
    """Evidence that somebody without the key made, or from which the list was taken out."""
    return evidence_of(archive, request.param, listed=False)


def zipped(files: Files, target: Path) -> bytes:
    """The files in the form that evidence has."""
    write_zip(target, files)
    return target.read_bytes()


def answer(data: bytes | Files, work: Path, *keys: str) -> Answer:
    """What the verifier says of a ZIP."""
    path = work / "evidence.zip"
    path.write_bytes(data if isinstance(data, bytes) else zipped(data, work / "made.zip"))
    with pytest.MonkeyPatch.context() as patch:
        rows: list[str] = []
        patch.setattr(verifier, "print_rows", lambda *more: rows.extend(more))
        return Answer(verifier.main([str(path), *keys]), "\n".join(rows))


def caught(found: Answer, *names: str) -> bool:
    """Whether the evidence was refused, and one of the names is said to be what is wrong."""
    wrong = found.said.partition("\nNot checked:")[0].splitlines()
    return found.status == 1 and any(row.startswith(f"{name}: ") for row in wrong for name in names)


def survives(
    whole: Evidence, work: Path, manipulated: Iterator[tuple[str, tuple[str, ...], Files]]
) -> list[str]:
    """The manipulations that are neither caught by the name of what they change nor listed as not checked."""
    passed, tried = [], 0
    for what, names, files in manipulated:
        found, tried = answer(files, work), tried + 1
        open_ = [name for name in names if not whole.listed and name in UNSIGNED]
        told = (
            found.status == 0
            and open_
            and f"{', '.join(UNSIGNED)}: no list of all files is signed" in found.said
        )
        if not caught(found, *names) and not told:
            passed.append(f"{what}: {found.status} {found.said[-300:]}")
    assert tried
    return passed


def test_evidence_of_every_release_passes(archive: Store, tmp_path: Path) -> None:
    datasets = [path.parent.name for path in sorted(archive.path("released").glob("*/latest.json"))]
    assert datasets == ["calls-by-kind", "fares", "fares-and-calls", "stops"]
    for dataset in datasets:
        for listed in (True, False):
            found = answer(evidence_of(archive, dataset, listed=listed).files, tmp_path)
            assert found.status == 0 and f" files of {dataset} " in found.said, found
            assert ("index.json is missing" in found.said) == (not listed)
    assert list(verify(archive)) == []


def test_what_is_made_from_tables_has_their_snapshots_and_lines(archive: Store) -> None:
    files = evidence_of(archive, "fares-and-calls").files
    assert len([name for name in files if name.startswith("raw/")]) == 3
    kinds = [json.loads(files[name].split(b"\n")[0])["kind"] for name in files if name.endswith(".line")]
    assert sorted(kinds) == [
        "disclosure", "key", "release", "release", "snapshot", "snapshot", "snapshot", "verdict", "verdict", "verdict",
    ]  # fmt: skip


# --- one entry ---------------------------------------------------------------------------------------------------


def changed_bytes(files: Files) -> Iterator[tuple[str, tuple[str, ...], Files]]:
    for name, data in files.items():
        for at in {0, len(data) // 2, len(data) - 1}:
            other = bytearray(data)
            other[at] ^= 1
            yield f"byte {at} of {name}", (name,), files | {name: bytes(other)}
        for what, other in (
            ("cut", data[:-1]),
            ("emptied", b""),
            ("longer", data + b"\n"),
            ("twice", data + data),
        ):
            yield f"{name} {what}", (name,), files | {name: other}


def removed(files: Files) -> Iterator[tuple[str, tuple[str, ...], Files]]:
    for name in files:
        yield (
            f"without {name}",
            (name, *also(name, files)),
            {one: data for one, data in files.items() if one != name},
        )


def also(name: str, files: Files) -> tuple[str, ...]:
    """What else may be named where `name` is missing and no list has it: what the key in it signed, or the line in it
    records; and of a line that the statement names it says the number, and not whether it is sealed."""
    if "index.json" in files:
        return ()
    if name.startswith("keys/") or b'"kind":"key"' in files[name] or b'"kind":"release"' in files[name]:
        return ("ledger/checkpoint", "release/provenance.json")
    return (name.replace(".sealed", ".line"),)


def renamed(files: Files) -> Iterator[tuple[str, tuple[str, ...], Files]]:
    for name, data in files.items():
        folder, _, file = name.rpartition("/")
        places = [f"{other}/{file}" for other in FOLDERS if other != folder] + [
            f"{name}.txt",
            f"{folder or 'x'}/a-{file}",
        ]
        for place in places:
            rest = {one: each for one, each in files.items() if one != name}
            yield f"{name} as {place}", (name, place, *also(name, files)), rest | {place: data}
            yield f"{name} also as {place}", (place,), files | {place: data}


def swapped(files: Files) -> Iterator[tuple[str, tuple[str, ...], Files]]:
    names = sorted(files)
    for number, name in enumerate(names):
        for other in names[number + 1 :]:
            alike = (
                name.partition("/")[0] == other.partition("/")[0] or Path(name).suffix == Path(other).suffix
            )
            if alike and files[name] != files[other]:
                yield (
                    f"{name} and {other} swapped",
                    (name, other),
                    files | {name: files[other], other: files[name]},
                )
                yield f"{other} is {name}", (other,), files | {other: files[name]}


def added(files: Files) -> Iterator[tuple[str, tuple[str, ...], Files]]:
    data = b"put there"
    sha256 = hashlib.sha256(data).hexdigest()
    pem = signer(new_key()).public_key.encode()
    key = hashlib.sha256(verifier.parse_key(pem.decode())).hexdigest()
    names = [
        "x",
        f"raw/{sha256}",
        f"inputs/{sha256}",
        "inputs/contract-x",
        "report/notes.html",
        "ledger/x.line",
    ]
    names += [
        "ledger/000000001.line",
        "ledger/000000003.sealed",
        "ledger/keys.json",
        "keys/keys.json",
        "keys/x.pem",
    ]
    names += [f"{folder}/more/{sha256}" for folder in FOLDERS] + [f"{folder}/x.csv" for folder in FOLDERS]
    for name in names:
        if name not in files:
            yield f"{name} added", (name,), files | {name: data}
    yield "a key added", (f"keys/{key}.pem",), files | {f"keys/{key}.pem": pem}


@pytest.mark.parametrize("manipulate", [changed_bytes, removed, renamed, swapped, added])
def test_every_manipulation_of_an_entry_is_caught_by_its_name(
    manipulate: Callable[[Files], Iterator[tuple[str, tuple[str, ...], Files]]],
    whole: Evidence,
    tmp_path: Path,
) -> None:
    without_list = "index.json" if manipulate is removed else None
    attacks = (one for one in manipulate(whole.files) if one[1] != (without_list,))
    assert survives(whole, tmp_path, attacks) == []


@pytest.mark.parametrize("manipulate", [changed_bytes, removed, renamed, swapped, added])
def test_without_the_signed_list_what_is_not_bound_is_said(
    manipulate: Callable[[Files], Iterator[tuple[str, tuple[str, ...], Files]]],
    unlisted: Evidence,
    tmp_path: Path,
) -> None:
    assert survives(unlisted, tmp_path, manipulate(unlisted.files)) == []


def test_a_list_that_was_taken_out_is_said_to_be_missing(whole: Evidence, tmp_path: Path) -> None:
    rest = {name: data for name, data in whole.files.items() if name != "index.json"}
    found = answer(rest, tmp_path)
    assert found.status == 0 and "index.json is missing" in found.said and "as of a revocation" in found.said


# --- the ZIP -----------------------------------------------------------------------------------------------------


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
    whole = (archive.root.parent / "fares-and-calls-True.zip").read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1) | st.integers(max(0, len(whole) - 4000), len(whole) - 1))
    length, more = data.draw(st.integers(0, 40)), data.draw(st.binary(max_size=40))
    forged = whole[:at] + more + whole[at + length :]
    work = tmp_path_factory.getbasetemp()
    assert (answer(forged, work).status == 0) == (forged == whole)


# --- unpacked ----------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(whole: Evidence, tmp_path: Path) -> Path:
    for name, data in whole.files.items():
        path = tmp_path / "unpacked" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return tmp_path / "unpacked"


def look(folder: Path) -> Answer:
    with pytest.MonkeyPatch.context() as patch:
        rows: list[str] = []
        patch.setattr(verifier, "print_rows", lambda *more: rows.extend(more))
        return Answer(verifier.main([str(folder)]), "\n".join(rows))


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


# --- forgers with keys -------------------------------------------------------------------------------------------


def proven(store: Store, number: int, sealed: bool) -> bytes:
    """A line of the store's ledger with its proof up to the witnessed checkpoint, or its hash with it."""
    note = store.path("released/keys/witnessed").read_text()
    leaves = leaves_of(Ledger(store))[: int(note.split("\n")[1])]
    (line,) = [line for line in Ledger(store) if line.number == number]
    head = b"sealed " + base64.b64encode(leaves[number - 1]) + b"\n" if sealed else written(line)
    return head + write_proof(number, leaves)


def test_true_lines_that_nothing_names_are_refused(unlisted: Evidence, tmp_path: Path) -> None:
    """Also with a right proof: a forger who has the store cannot put more of the ledger in."""
    for line in Ledger(unlisted.store):
        for sealed in (False, True):
            name = f"ledger/{line.number:09}.{'sealed' if sealed else 'line'}"
            if name not in unlisted.files and line.number <= 20:
                files = unlisted.files | {name: proven(unlisted.store, line.number, sealed)}
                assert caught(answer(files, tmp_path), name), (line, sealed)


def test_what_is_open_may_not_be_sealed_and_what_is_sealed_not_opened(
    unlisted: Evidence, tmp_path: Path
) -> None:
    tried = 0
    for name in [one for one in unlisted.files if verifier.LINE_NAME.fullmatch(one)]:
        other = (
            name.replace(".line", ".sealed") if name.endswith(".line") else name.replace(".sealed", ".line")
        )
        number = int(name[7:16])
        rest = {one: data for one, data in unlisted.files.items() if one != name}
        found = answer(rest | {other: proven(unlisted.store, number, other.endswith(".sealed"))}, tmp_path)
        (line,) = [line for line in Ledger(unlisted.store) if line.number == number]
        if (
            line.subject == "the-calls/2023-01"
        ):  # the statement leaves to who makes the evidence whether it is shown
            assert found.status == (1 if name.endswith(".line") else 3), found
        else:
            assert caught(found, name, other, "release/provenance.json"), (name, found)
        tried += 1
    assert tried > 4


def test_a_checkpoint_of_another_ledger_is_refused(whole: Evidence, archive: Store, tmp_path: Path) -> None:
    other = way.facts(tmp_path)  # signed by the same key in the same name
    theirs = Store(other.root).path("released/keys/checkpoint").read_bytes()
    assert caught(
        answer(whole.files | {"ledger/checkpoint": theirs}, tmp_path), "ledger/checkpoint", "index.json"
    )
    leaves = leaves_of(Ledger(archive))
    for older in (leaves[:-1], leaves[: len(leaves) // 2]):
        note = str(signed(older, signer().private)).encode()
        assert answer(whole.files | {"ledger/checkpoint": note}, tmp_path).status == 1
    elsewhere = str(signed(leaves, signer().private)).replace("praya.invalid", "other.invalid", 1).encode()
    assert caught(answer(whole.files | {"ledger/checkpoint": elsewhere}, tmp_path), "ledger/checkpoint")


def test_what_is_signed_anew_with_another_key_has_not_the_key_that_is_known(
    whole: Evidence, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = signer().keyid
    assert answer(whole.files, tmp_path, known).status == 0
    monkeypatch.setenv("PRAYA_SIGNING_KEY_FILE", str(tmp_path / "forger.key"))
    forged = way.facts(tmp_path)
    version = Store(forged.root).read_json("released/fares/latest.json")["version"]
    (tmp_path / "none").touch()
    evidence(Store(forged.root), "fares", version, tmp_path / "forged.zip", tmp_path / "none")
    found = answer((tmp_path / "forged.zip").read_bytes(), tmp_path, known)
    assert caught(found, known)
    with zipfile.ZipFile(tmp_path / "forged.zip") as file:
        theirs = {name: file.read(name) for name in file.namelist()}
    for name in ("release/provenance.json", "index.json", "ledger/checkpoint"):
        assert caught(answer(whole.files | {name: theirs[name]}, tmp_path), name), name
    key = next(name for name in theirs if name.startswith("keys/"))
    for name in ("release/provenance.json", "index.json", "ledger/checkpoint"):
        assert answer(whole.files | {name: theirs[name], key: theirs[key]}, tmp_path).status == 1, name


def test_the_list_of_other_evidence_is_refused(archive: Store, tmp_path: Path) -> None:
    one, other = evidence_of(archive, "fares"), evidence_of(archive, "stops")
    found = answer(one.files | {"index.json": other.files["index.json"]}, tmp_path)
    assert caught(found, "index.json")


def record_anew(files: Files) -> None:
    """Let the statement name the manifest that is there, and the line of the release name both."""
    envelope = json.loads(files["release/provenance.json"])
    said = json.loads(base64.b64decode(envelope["payload"]))
    sha256 = hashlib.sha256(files["release/manifest.json"]).hexdigest()
    for one in said["subject"] if isinstance(said, dict) and isinstance(said.get("subject"), list) else ():
        if isinstance(one, dict) and one.get("name") == "manifest.json":
            one["digest"] = {"sha256": sha256}
    envelope["payload"] = base64.b64encode(json.dumps(said).encode()).decode()
    files["release/provenance.json"] = json.dumps(envelope).encode()
    for name in [one for one in files if one.endswith(".line")]:
        first, end, proof = files[name].partition(b"\n")
        line = json.loads(first)
        if (
            line.get("subject") == "fares-and-calls"
            and line.get("kind") == "release"
            and isinstance(line["body"], dict)
        ):
            line["body"] |= {
                "provenance_sha256": hashlib.sha256(files["release/provenance.json"]).hexdigest(),
                "manifest_sha256": sha256,
            }
            files[name] = json.dumps(line).encode() + end + proof


ODD = st.sampled_from(
    [None, True, -1, 1e308, "", "\x1b[2J", "x" * 70, "a/../b", [], [[]], {}, {"sha256": 1}, "source x"]
)


def nodes(value: Any) -> list[tuple[Any, Any]]:
    """Every place in a JSON value: what it is in, and its key or index."""
    places = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, each in places for found in ((value, key), *nodes(each))]


def answer_signed(files: Files, work: Path) -> Answer:
    """What the verifier says when statements are signed and recorded whatever is in them, and every line is proven."""
    record_anew(files)
    root = base64.b64decode(files["ledger/checkpoint"].split(b"\n")[2])
    holds = verifier.has_signed
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verifier, "compute_root", lambda *_: root)
        patch.setattr(verifier, "has_signed", lambda *of: of[2].startswith(b"DSSE") or holds(*of))
        return answer(files, work)


def test_such_signatures_let_evidence_through(archive: Store, tmp_path: Path) -> None:
    files = evidence_of(archive, "fares-and-calls", listed=False).files
    assert answer_signed(dict(files), tmp_path).status == 0, "or the next test looks at nothing"


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_whatever_a_forger_signs_the_verifier_answers(archive: Store, data: st.DataObject) -> None:
    """With signatures and proofs that hold for anything: what was not thought of is no traceback, and does not pass
    for the release unless it says the same."""
    with zipfile.ZipFile(archive.root.parent / "fares-and-calls-False.zip") as file:
        files = {name: file.read(name) for name in file.namelist()}
    names = [name for name in files if name.endswith(".line")] + [
        "release/provenance.json",
        "release/manifest.json",
    ]
    name = data.draw(st.sampled_from(sorted(names)))
    first, end, proof = files[name].partition(b"\n") if name.endswith(".line") else (files[name], b"", b"")
    said = json.loads(first)
    inner = json.loads(base64.b64decode(said["payload"])) if "payload" in said else said
    place, key = data.draw(st.sampled_from(nodes(inner)))
    place[key] = data.draw(ODD)
    if inner is not said:
        said["payload"] = base64.b64encode(json.dumps(inner).encode()).decode()
    work = archive.root.parent / "signed"
    work.mkdir(exist_ok=True)
    found = answer_signed(files | {name: json.dumps(said).encode() + end + proof}, work)
    assert found.status in (0, 1, 3) and "\x1b" not in found.said


# --- releases from before, and the program itself ----------------------------------------------------------------


def test_of_a_statement_from_before_it_is_said_which_names_are_not_bound(
    archive: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Older statements do not name the snapshots behind a table."""
    module = sys.modules[statement.__module__]
    behind = module.behind  # type: ignore[attr-defined]
    monkeypatch.setattr(module, "behind", lambda *given: [one._replace(open=False) for one in behind(*given)])
    store = Store(tmp_path / "store")
    source, metrics = tmp_path / "fares.csv", tmp_path / "metrics"
    source.write_bytes(b"id,name\n1,a\n")
    metrics.mkdir()
    (metrics / "old.sql").write_text("select id, name from fares")
    monkeypatch.setenv("PRAYA_METRICS", str(metrics))
    fares = make_contract(dataset="fares", source={"url": source.as_uri()})
    old = make_contract(dataset="old", source={"url": None, "mart": "old", "format": "parquet"})
    way.take(store, fares, tmp_path)
    measure(store, metrics, [fares, old])
    version = way.take(store, old, tmp_path)
    (tmp_path / "none").touch()
    evidence(store, "old", version, tmp_path / "old.zip", tmp_path / "none")
    data = (tmp_path / "old.zip").read_bytes()
    found = answer(data, tmp_path)
    sha256 = hashlib.sha256(source.read_bytes()).hexdigest()
    assert found.status == 3 and "All " not in found.said, found
    assert f"raw/{sha256}: was received for fares" in found.said and "table fares: " in found.said
    with zipfile.ZipFile(tmp_path / "old.zip") as file:
        files = {name: file.read(name) for name in file.namelist() if name != "index.json"}
    assert caught(answer(files | {f"raw/{sha256}": b"other"}, tmp_path), f"raw/{sha256}")


def test_the_program_in_the_zip_does_the_same(whole: Evidence, tmp_path: Path) -> None:
    (tmp_path / "verify.py").write_bytes(whole.files["verify.py"])
    first, second = [name for name in sorted(whole.files) if name.startswith("inputs/")][:2]
    forged = whole.files | {first: whole.files[second], second: whole.files[first]}
    for files, status in ((whole.files, 0), (forged, 1)):
        zipped(files, tmp_path / "evidence.zip")
        command = [
            sys.executable,
            "-I",
            str(tmp_path / "verify.py"),
            str(tmp_path / "evidence.zip"),
            signer().keyid,
        ]
        done = subprocess.run(
            command, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"}, check=False
        )
        assert done.returncode == status and done.stderr == "", done
        assert (f"{first}: was changed" in done.stdout) == bool(status)
    done = subprocess.run(command, capture_output=True, text=True, env={"PATH": "/nowhere"}, check=False)
    assert done.returncode == 2 and "openssl" in done.stderr


def test_what_is_no_evidence_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.zip")
    for arguments in ([str(tmp_path / "pipe.zip")], [str(tmp_path / "none.zip")], ["a", "b"]):
        with pytest.raises(SystemExit) as stopped:
            verifier.main(arguments)
        assert stopped.value.code == 2


def test_evidence_that_cannot_be_written_leaves_nothing(archive: Store, tmp_path: Path) -> None:
    version = archive.read_json("released/fares/latest.json")["version"]
    with pytest.raises(IntegrityError, match="cannot be written"):
        evidence(archive, "fares", version, tmp_path / "none" / "x.zip", archive.root.parent / "witnesses")
    assert list(tmp_path.iterdir()) == []
