"""Checks the evidence of a release, offline, with Python 3.11 or later and openssl, and nothing else.

    python3 -I verify.py DATASET-VERSION.zip [KEY ...]    the ZIP as it came: the whole check
    python3 -I verify.py [FOLDER] [KEY ...]               unpacked; without FOLDER, the folder of this file

A KEY is the SHA-256 of a key, the publisher's or a witness's, that you know from elsewhere: it must have signed the
checkpoint. Exit status: 0, every file holds and is bound by a signature, but for what is listed as not checked;
1, something is wrong, and each line names the file; 2, nothing could be checked; 3, nothing is wrong, and some files
are bound by no signature.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

STATEMENT = "https://in-toto.io/Statement/v1"
PROVENANCE, EVIDENCE = "https://slsa.dev/provenance/v1", "urn:praya:evidence:v1"
IN_TOTO = "application/vnd.in-toto+json"
OPEN = ("public facts", "public register")  # of other classes the lines of the true table are sealed
REPORTS = {
    "verdict_sha256": "verdict.json",
    "report_sha256": "report.html",
    "report_tc_sha256": "report-tc.html",
    "report_sc_sha256": "report-sc.html",
}
INDEX, PAGE, OWN = "index.json", "README.html", "verify.py"
SAFE_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
LINE_NAME = re.compile(r"ledger/(\d{9,18})\.(line|sealed)")
PARSED = 64 << 20  # no file that is parsed here is larger (bytes)
MODE = 0o100644  # a plain file


class Wrong(Exception):
    """What is wrong with a file, in words."""


# --- the files: in a ZIP, or unpacked ------------------------------------------------------------------------


class Entry(NamedTuple):
    """Where the bytes of a file of the evidence are, and the check sum that a ZIP has of them."""

    file: Path
    offset: int
    size: int
    crc: int | None = None

    def chunks(self) -> Iterator[bytes]:
        left = self.size
        with self.file.open("rb") as file:
            file.seek(self.offset)
            while left:
                data = file.read(min(left, 1 << 20))
                if not data:
                    raise Wrong("is cut short")
                left -= len(data)
                yield data

    def sha256(self) -> str:
        digest, crc = hashlib.sha256(), 0
        for data in self.chunks():
            digest.update(data)
            crc = zlib.crc32(data, crc)
        if self.crc not in (None, crc):
            raise Wrong("was changed: its bytes have not the check sum that the ZIP has of them")
        return digest.hexdigest()

    def read(self) -> bytes:
        if self.size > PARSED:
            raise Wrong(f"is larger than the {PARSED:,} bytes that a file of its kind may have")
        return b"".join(self.chunks())


def local_header(name: bytes, crc: int, size: int) -> bytes:
    """The header before an entry's bytes. A ZIP of evidence has one form: stored, no flags, dated 1980-01-01."""
    return struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 0, 0, 33, crc, size, size, len(name), 0) + name


def central_header(name: bytes, crc: int, size: int, offset: int) -> bytes:
    """The entry's header in the directory at the end: made on Unix, a plain file."""
    fixed = (b"PK\1\2", 20 | 3 << 8, 20, 0, 0, 0, 33, crc, size, size, len(name), 0, 0, 0, 0, MODE << 16)
    return struct.pack("<4s6H3I5H2I", *fixed, offset) + name


def end_of_archive(count: int, length: int, start: int) -> bytes:
    """What ends the ZIP: how many entries, and length and start of their directory (bytes)."""
    return struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, count, count, length, start, 0)


def read_zip(path: Path) -> dict[str, Entry]:
    """The entries of a ZIP that has exactly the form in which evidence is written: each byte of the file belongs to
    one entry, to the directory or to the end. Raises Wrong for any other."""
    total, entries = path.stat().st_size, dict[str, Entry]()
    with path.open("rb") as file:
        file.seek(max(0, total - 22))
        end = file.read(22)
        if len(end) != 22 or end[:4] != b"PK\5\6":
            raise Wrong(
                f"{path.name}: does not end as a ZIP does: cut short, or bytes or a comment behind the end"
            )
        count, length, start = struct.unpack("<10xH2I2x", end)
        if end != end_of_archive(count, length, start) or start + length + 22 != total:
            raise Wrong(
                f"{path.name}: is not one plain ZIP: bytes before or between its parts, ZIP64, or several disks"
            )
        file.seek(start)
        offset = 0
        for fixed, name in _read_headers(path, file.read(length), count):
            entry = _check_header(path, fixed, name, offset)
            header = local_header(name.encode(), entry.crc or 0, entry.size)
            file.seek(offset)
            if entry.offset + entry.size > start or file.read(len(header)) != header:
                raise Wrong(f"{escape(name)}: the header before its bytes is not the one in the directory")
            entries[name] = entry
            offset = entry.offset + entry.size
        if offset != start:
            raise Wrong(f"{path.name}: has bytes between its entries and its directory")
    return entries


def _read_headers(path: Path, directory: bytes, count: int) -> list[tuple[bytes, str]]:
    """The headers in the directory (46 bytes each) and their names, all of them such as evidence has, and each once."""
    headers, at, folded = list[tuple[bytes, str]](), 0, dict[str, str]()
    for _ in range(count):
        fixed = directory[at : at + 46]
        if len(fixed) != 46 or fixed[:4] != b"PK\1\2":
            raise Wrong(f"{path.name}: its directory has fewer entries than it says, or carries more")
        (length,) = struct.unpack("<28xH16x", fixed)
        name = directory[at + 46 : at + 46 + length].decode("ascii", "backslashreplace")
        if (other := folded.setdefault(name.lower(), name)) != name:
            raise Wrong(f"{escape(name)}: differs from {escape(other)} in upper and lower case alone")
        headers.append((fixed, name))
        at += 46 + length + sum(struct.unpack("<30x2H12x", fixed))
    if at != len(directory):
        raise Wrong(f"{path.name}: has bytes in its directory that belong to no entry")
    names = [name for _, name in headers]
    if twice := [name for name, times in Counter(names).items() if times > 1]:
        raise Wrong(f"{escape(twice[0])}: is there twice")
    for number, name in enumerate(names):
        if name.endswith("/"):
            raise Wrong(f"{escape(name)}: is a folder, and evidence has no entries of folders")
        if not SAFE_NAME.fullmatch(name):
            raise Wrong(
                f"{escape(name)}: is no name for a file of evidence: it leads elsewhere, or has odd characters"
            )
        if number and name < names[number - 1]:
            raise Wrong(f"{escape(name)}: is not in its place: entries lie in the order of their names")
    return headers


def _check_header(path: Path, fixed: bytes, name: str, offset: int) -> Entry:
    """The entry of a header in the directory; its bytes have to start at `offset`."""
    crc, size = struct.unpack("<16xI4xI18x", fixed)
    if fixed + name.encode() != central_header(name.encode(), crc, size, offset):
        raise Wrong(f"{escape(name)}: {_describe_fault(fixed, offset)}")
    return Entry(path, offset + 30 + len(name), size, crc)


def _describe_fault(fixed: bytes, offset: int) -> str:
    """Why a header of the directory is not as evidence has it."""
    flags, method, packed, size, extra, comment, mode, there = struct.unpack("<8x2H8x2I2xHH4x2I", fixed)
    if flags & 1:
        return "is encrypted"
    if method or packed != size:
        return "is compressed, or declares two sizes; evidence is stored as it is"
    if extra or comment:
        return "carries extra fields or a comment"
    if mode != MODE << 16:
        return "is no plain file: a symbolic link, a folder, or of another mode"
    if there != offset:
        return (
            "does not lie right behind the entry before it: bytes between them, an overlap, or another order"
        )
    return "has another header than evidence is written with"


def read_folder(root: Path, wrong: dict[str, str]) -> dict[str, Entry]:
    """The files below a folder. What is no plain file or plain folder goes into `wrong`, and is not looked into."""
    entries, folders = dict[str, Entry](), [root]
    while folders:
        folder = folders.pop()
        there = list(os.scandir(folder))
        if not there:
            wrong[folder.relative_to(root).as_posix()] = "is an empty folder"
        for each in there:
            name = Path(each.path).relative_to(root).as_posix()
            if each.is_symlink():
                wrong[name] = "is a symbolic link"
            elif each.is_dir(follow_symlinks=False):
                folders.append(Path(each.path))
            elif not each.is_file(follow_symlinks=False):
                wrong[name] = "is no plain file"
            elif not SAFE_NAME.fullmatch(name):
                wrong[name] = "is no name for a file of evidence"
            else:
                entries[name] = Entry(Path(each.path), 0, each.stat(follow_symlinks=False).st_size)
    return entries


# --- signatures and proofs -----------------------------------------------------------------------------------


def decode_exactly(text: str) -> bytes:
    """The bytes of base64 in its one form."""
    data = base64.b64decode(text)
    if base64.b64encode(data).decode() != text:
        raise Wrong("has base64 in another form")
    return data


def has_signed(key: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the Ed25519 key (DER) made the signature."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, name) for name in ("key", "signature", "message")]
        for path, data in zip(paths, (key, signature, message), strict=True):
            path.write_bytes(data)
        command = [
            "openssl",
            "pkeyutl",
            "-verify",
            "-pubin",
            "-keyform",
            "DER",
            "-rawin",
            "-inkey",
            str(paths[0]),
        ]
        command += ["-sigfile", str(paths[1]), "-in", str(paths[2])]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603


def parse_key(pem: str) -> bytes:
    """The bytes of an Ed25519 public key in PEM, in its one form (RFC 8410)."""
    der = decode_exactly(pem.split("\n")[1])
    if pem != f"-----BEGIN PUBLIC KEY-----\n{base64.b64encode(der).decode()}\n-----END PUBLIC KEY-----\n":
        raise Wrong("is no public key in PEM")
    if len(der) != 44 or der[:12] != bytes.fromhex("302a300506032b6570032100"):
        raise Wrong("is no Ed25519 key")
    return der


def list_sides(index: int, size: int) -> list[str]:
    """On which side each neighbour is, on the way from leaf `index` of `size` up to the root (RFC 6962)."""
    sides = []
    while size > 1:
        if index % 2:
            sides.append("left")
        elif index < size - 1:
            sides.append("right")
        index, size = index // 2, (size + 1) // 2
    return sides


def compute_root(leaf: bytes, index: int, size: int, proof: list[str]) -> bytes:
    """The root that the rows of an inclusion proof lead to."""
    root = leaf
    rows = [row.split(" ") for row in proof]
    if index >= size or [row[0] for row in rows] != list_sides(index, size):
        raise Wrong("its proof is not one for a line of its number")
    for side, other in rows:
        both = decode_exactly(other) + root if side == "left" else root + decode_exactly(other)
        root = hashlib.sha256(b"\1" + both).digest()
    return root


# --- the check -----------------------------------------------------------------------------------------------


class Check:
    """One check of the evidence: what is `wrong` by name of the file, what is bound by no signature (`unbound`), and
    what was not checked (`unchecked`)."""

    def __init__(self, files: dict[str, Entry], wrong: dict[str, str]) -> None:
        self.files, self.wrong = files, wrong
        self.unbound: list[str] = []
        self.unchecked: list[str] = []
        self.keys: dict[str, bytes] = {}
        self.signers: dict[str, str] = {}
        self.size, self.root = 0, b""
        self.lines: dict[int, dict[str, Any]] = {}
        # Name → SHA-256, or None where the file is checked as it is read.
        self.expected: dict[str, str | None] = {PAGE: None, OWN: None}
        self.hashes: dict[str, str] = {}
        self.release = ""

    def run(self) -> None:
        for name in sorted(self.files):
            self.guard(name, self.record_hash, name)
        for name in self.list_below("keys/"):
            self.guard(name, self.check_key, name)
        if self.check_ledger() and self.guard("release/provenance.json", self.check_statement):
            if INDEX in self.files:
                self.guard(INDEX, self.check_index)
            else:
                self.describe_unlisted()
            self.compare()
            return
        self.unchecked.append(
            "everything else: checkpoint and signed statement say what belongs here, and do not hold"
        )
        if INDEX in self.files:
            # Its signature is not checked: the evidence is refused all the same, and this names what was changed.
            self.guard(INDEX, self.compare_listed)

    def check_ledger(self) -> bool:
        """Whether the checkpoint holds and the keys are known that the ledger's lines add."""
        if not self.guard("ledger/checkpoint", self.check_checkpoint):
            return False
        for name in self.list_below("ledger/"):
            if name != "ledger/checkpoint":
                self.guard(name, self.check_line, name)
        return self.guard("ledger/checkpoint", self.check_publishers)

    def list_below(self, folder: str) -> list[str]:
        return sorted(name for name in self.files if name.startswith(folder))

    def guard(self, name: str, work: Callable[..., None], *arguments: str) -> bool:
        """Do `work`; what it raises is what is wrong with the file `name`. Tells whether it raised nothing."""
        try:
            if name not in self.files:
                raise Wrong("missing: without it the rest cannot be checked")
            work(*arguments)
        except Wrong as error:
            self.wrong.setdefault(name, str(error))
        except Exception as error:  # of what others wrote, anything may be malformed
            self.wrong.setdefault(name, f"cannot be read as what it should be: {error!r}"[:300])
        else:
            return True
        return False

    def record_hash(self, name: str) -> None:
        self.hashes[name] = self.files[name].sha256()

    def check_key(self, name: str) -> None:
        der = parse_key(self.files[name].read().decode("ascii"))
        keyid = hashlib.sha256(der).hexdigest()
        if name != f"keys/{keyid}.pem":
            raise Wrong("is not the key that its name says")
        self.keys[keyid] = der

    def check_checkpoint(self) -> None:
        """The signed size and root of the ledger (C2SP tlog-checkpoint, signed-note, tlog-cosignature)."""
        text, below = self.files["ledger/checkpoint"].read().decode().split("\n\n")
        origin, size, root, *more = text.split("\n")
        if (
            more
            or not re.fullmatch("[1-9][0-9]{0,17}", size)
            or len(decode_exactly(root)) != 32
            or below[-1:] != "\n"
        ):
            raise Wrong("is no checkpoint: origin, size and root are not in their one form")
        for row in below[:-1].split("\n"):
            dash, name, encoded = row.split(" ")
            hint, signature = decode_exactly(encoded)[:4], decode_exactly(encoded)[4:]
            kind, said, role = b"\1", f"{text}\n", "publisher"
            if len(signature) == 72:
                time = int.from_bytes(signature[:8], "big")
                kind, said, role = b"\4", f"cosignature/v1\ntime {time}\n{said}", "witness"
            by = [
                signer for signer, der in self.keys.items() if has_signed(der, signature[-64:], said.encode())
            ]
            ids = [
                hashlib.sha256(name.encode() + b"\n" + kind + self.keys[signer][-32:]).digest()[:4]
                for signer in by
            ]
            if dash != "—" or ids != [hint] or len(signature) not in (64, 72):
                raise Wrong(f"is not signed by {name!r}: it was changed, or that key is not in keys/")
            if role == "publisher" and name != origin:
                raise Wrong(f"is of the ledger {origin!r}, and signed in the name of {name!r}")
            if by[0] in self.signers:
                raise Wrong("is signed twice by one key")
            self.signers[by[0]] = role
        self.size, self.root = int(size), decode_exactly(root)
        self.expected["ledger/checkpoint"] = None

    def check_line(self, name: str) -> None:
        """A line of the ledger, or of a sealed one the hash, with the proof that it is in the checkpoint's tree."""
        form = LINE_NAME.fullmatch(name)
        if form is None or f"{int(form[1]):09}" != form[1]:
            raise Wrong("is no line of the ledger: nothing names it")
        number = int(form[1])
        first, *proof, end = self.files[name].read().decode().split("\n")
        if form[2] == "sealed":
            word, _, hashed = first.partition(" ")
            leaf = decode_exactly(hashed)
            if word != "sealed" or len(leaf) != 32:
                raise Wrong("is no hash of a line")
        else:
            leaf = hashlib.sha256(b"\0" + first.encode()).digest()
        if end or compute_root(leaf, number - 1, self.size, proof) != self.root:
            raise Wrong("is not in the ledger of the checkpoint under its number")
        if form[2] == "line":
            said = json.loads(first)
            texts = (said[each] for each in ("at", "kind", "subject"))
            if said["number"] != number or not all(isinstance(text, str) for text in texts):
                raise Wrong("has another number than its name, or is no line of a ledger")
            if not isinstance(said["body"], dict):
                raise Wrong("is no line of a ledger")
            self.lines[number] = said

    def list_acts(self, keyid: str) -> list[dict[str, Any]]:
        """What the ledger's lines say of a key, in their order."""
        lines = (self.lines[number] for number in sorted(self.lines))
        return [line for line in lines if line["kind"] == "key" and line["body"]["keyid"] == keyid]

    def find_refusal(self, keyid: str, line: dict[str, Any] | None) -> str | None:
        """Why what the ledger recorded in `line` (now, where None) may not be signed by that key, or None."""
        acts = self.list_acts(keyid)
        if not acts:
            return f"its key {keyid[:16]} is added by no line of the ledger in here"
        added, *later = acts
        if added["body"]["action"] != "add" or (line and line["number"] < added["number"]):
            return f"its key {keyid[:16]} is not the publisher's, as far as the ledger's lines here say"
        for act in later:
            since = act["body"].get("since") or act["at"]
            if line is None or line["number"] > act["number"]:
                return f"its key {keyid[:16]} was retired or revoked before that"
            if act["body"]["action"] != "retire" and line["at"] >= since:
                return f"its key {keyid[:16]} was revoked as of {since}"
        return None

    def check_publishers(self) -> None:
        """The keys that belong here: those which the ledger's lines add, and witnesses' that signed the checkpoint."""
        for number, line in sorted(self.lines.items()):
            if line["kind"] != "key":
                continue
            name = f"ledger/{number:09}.line"
            self.expected[name] = None
            if line["body"]["action"] == "add":
                keyid = line["body"]["keyid"]
                self.expected[f"keys/{keyid}.pem"] = None
                if hashlib.sha256(parse_key(line["body"]["public_key"])).hexdigest() != keyid:
                    self.wrong.setdefault(name, "names another key than the one that it adds")
        for keyid, role in self.signers.items():
            if role == "witness":
                self.expected[f"keys/{keyid}.pem"] = None
            elif refusal := self.find_refusal(keyid, None):
                self.wrong.setdefault("ledger/checkpoint", f"is refused: {refusal}")
        if "publisher" not in self.signers.values():
            self.wrong.setdefault("ledger/checkpoint", "is signed by no publisher")
        if "witness" not in self.signers.values():
            self.unchecked.append(
                "that the ledger was not rewritten as a whole: no witness cosigned the checkpoint"
            )

    def open_envelope(self, name: str, kind: str) -> tuple[dict[str, Any], str]:
        """The in-toto statement in a DSSE envelope, and the id of the key that signed it."""
        envelope = json.loads(self.files[name].read())
        payload, (signature,) = decode_exactly(envelope["payload"]), envelope["signatures"]
        message = b"DSSEv1 %d %s %d %s" % (len(IN_TOTO), IN_TOTO.encode(), len(payload), payload)
        keyid = signature["keyid"]
        keys = {*envelope, *signature}
        if (
            keys != {"payloadType", "payload", "signatures", "keyid", "sig"}
            or envelope["payloadType"] != IN_TOTO
        ):
            raise Wrong("is no envelope of a statement")
        if keyid not in self.keys:
            raise Wrong(f"is signed by the key {keyid}, which is not in keys/ as it should be")
        if not has_signed(self.keys[keyid], decode_exactly(signature["sig"]), message):
            raise Wrong("its signature does not hold: it was changed, or another key made it")
        said = json.loads(payload)
        if (said["_type"], said["predicateType"]) != (STATEMENT, kind):
            raise Wrong("is a statement on something else")
        return said, keyid

    def check_statement(self) -> None:
        """The signed statement of the release, the ledger's line of it, and all that the two name."""
        name = "release/provenance.json"
        said, keyid = self.open_envelope(name, PROVENANCE)
        build = said["predicate"]["buildDefinition"]
        dataset, version = (build["externalParameters"][each] for each in ("dataset", "version"))
        files = {subject["name"]: subject["digest"]["sha256"] for subject in said["subject"]}
        mine = [
            line
            for line in self.lines.values()
            if (line["kind"], line["subject"]) == ("release", dataset)
            and line["body"]["provenance_sha256"] == self.hashes[name]
        ]
        if len(mine) != 1:
            raise Wrong(
                f"{len(mine)} lines in ledger/ record it as the statement of a release, and one should"
            )
        line = mine[0]
        if refusal := self.find_refusal(keyid, line):
            raise Wrong(f"is refused: {refusal}")
        recorded = line["body"]["files"] | {"manifest.json": line["body"]["manifest_sha256"]}
        if line["body"]["version"] != version or recorded != files:
            raise Wrong("does not say of version and files what the ledger's line of the release says")
        self.release = f"{dataset} {version}"
        self.expected |= {f"release/{each}": sha256 for each, sha256 in files.items()}
        self.expected |= {name: self.hashes[name], f"ledger/{line['number']:09}.line": None}
        if self.hashes.get("release/manifest.json") != files["manifest.json"]:
            self.unchecked.append(
                "what the release was made from: its manifest is not the one that was signed"
            )
            there = "release/manifest.json" in self.files
            why = "was changed: it is not the one that the statement names" if there else "missing"
            self.wrong.setdefault("release/manifest.json", why)
            self.expected = dict.fromkeys(self.files) | self.expected
            return
        manifest = json.loads(self.files["release/manifest.json"].read())
        if manifest["dataset"] != dataset or manifest["version"] != version:
            raise Wrong("is of another dataset or version than the manifest beside it")
        self.expect_dependencies(
            dataset, manifest["disclosure"]["class"] in OPEN, build["resolvedDependencies"]
        )

    def expect_dependencies(self, dataset: str, is_open: bool, dependencies: list[dict[str, Any]]) -> None:
        """What the statement names as that which the release was made from: each is a file here, a line, or both."""
        bound = {
            dependency["name"].split(" ")[1]
            for dependency in dependencies
            if dependency["name"].startswith("source ")
        }
        for dependency in dependencies:
            name, sha256 = dependency["name"], dependency.get("digest", {}).get("sha256")
            number = dependency.get("annotations", {}).get("ledgerLine")
            word, _, rest = name.partition(" ")
            if word == "snapshot":
                self.expect_snapshot(name, number, dataset, rest, sha256, is_open)
            elif word == "source":
                subject, _, part = rest.rpartition(" ")
                self.expect_snapshot(name, number, subject, part, sha256, True)
            elif word == "table":
                recorded = self.expect_line(name, number, "verdict", rest, True if rest in bound else None)
                if recorded and rest not in bound:
                    self.expect_unbound(rest)
            elif name == "validation result":
                body = (
                    self.expect_line(name, number, "verdict", dataset, is_open, verdict_sha256=sha256) or {}
                )
                reports = {REPORTS[key]: body[key] for key in REPORTS if key in body}
                self.expected |= {f"report/{file}": hashed for file, hashed in reports.items()}
            elif name == "protected table":
                self.expect_line(name, number, "disclosure", dataset, is_open, table_sha256=sha256)
            elif word == "release":
                upstream, _, version = rest.partition(" ")
                self.expect_line(
                    name, number, "release", upstream, True, version=version, manifest_sha256=sha256
                )
                self.unchecked.append(f"release {rest}, which it was made from: it has evidence of its own")
            elif name == "code":
                self.unchecked.append(
                    f"that commit {dependency['digest']['gitCommit']} makes this release: `praya reproduce`"
                )
            elif isinstance(sha256, str):
                self.expected[f"inputs/{name.replace(' ', '-')}"] = sha256
            else:
                self.unchecked.append(f"{name}: the statement names no hash of it")

    def expect_line(
        self, name: str, number: int | None, kind: str, subject: str, is_open: bool | None, **body: str | None
    ) -> dict[str, Any] | None:
        """Hold the line that a dependency names against what it has to say; gives its body where it is shown. Whether
        it is open or sealed, None leaves to who made the evidence."""
        if number is None:
            self.unchecked.append(f"{name}: the statement names no line of the ledger")
            return None
        sealed = f"ledger/{number:09}.sealed"
        if is_open is False or (is_open is None and sealed in self.files):
            self.expected[sealed] = None
            self.unchecked.append(
                f"{sealed}: what it says ({name}); it is in the ledger, and sealed, for it could be "
                "tried for figures that are withheld. Ask for it where the store is"
            )
            return None
        file = f"ledger/{number:09}.line"
        self.expected[file] = None
        line = self.lines.get(number)
        if line is None:
            return None
        said = {key: line["body"].get(key) for key, value in body.items() if value is not None}
        if (line["kind"], line["subject"]) != (kind, subject) or said != {key: body[key] for key in said}:
            self.wrong.setdefault(file, f"is not the line that the statement names as its {name}")
            return None
        return dict(line["body"])

    def expect_snapshot(
        self, name: str, number: int | None, subject: str, part: str, sha256: str | None, is_open: bool
    ) -> None:
        """A snapshot: its line, and its bytes, unless a line says that they were purged."""
        self.expect_line(name, number, "snapshot", subject, is_open, part=part, sha256=sha256)
        if not is_open or sha256 is None:
            return
        purged = [
            line
            for line in self.lines.values()
            if line["kind"] == "purge" and line["body"]["sha256"] == sha256
        ]
        self.expected |= {f"ledger/{line['number']:09}.line": None for line in purged}
        if purged and f"raw/{sha256}" not in self.files:
            self.unchecked.append(f"raw/{sha256}: its bytes ({name}) were purged on {purged[0]['at'][:10]}")
        else:
            self.expected[f"raw/{sha256}"] = sha256

    def expect_unbound(self, subject: str) -> None:
        """Of a table whose snapshots the statement does not name: those that the ledger has of its dataset."""
        for number, line in self.lines.items():
            if (line["kind"], line["subject"]) == ("snapshot", subject):
                sha256 = line["body"]["sha256"]
                self.expected |= {f"raw/{sha256}": sha256, f"ledger/{number:09}.line": None}
                self.unbound.append(
                    f"raw/{sha256}: the ledger has it as received for {subject}, and the statement does not name it"
                )
        self.unbound.append(
            f"table {subject}: the statement does not name its snapshots; some may be missing in raw/"
        )

    def check_index(self) -> None:
        """The list of all files, as the publisher signed it when the evidence was made."""
        said, keyid = self.open_envelope(INDEX, EVIDENCE)
        if refusal := self.find_refusal(keyid, None):
            raise Wrong(f"is refused: {refusal}")
        if said["predicate"]["release"] != self.release:
            raise Wrong(f"is the list of the evidence of {said['predicate']['release']!r}")
        self.expected[INDEX] = None
        self.compare_listed()
        self.unchecked.append(
            "whether a key was revoked after this evidence was made: compare the published keys.json"
        )

    def compare_listed(self) -> None:
        """Hold the files against the list."""
        data = self.files[INDEX].read()
        envelope = json.loads(data)
        if data != json.dumps(envelope, sort_keys=True, separators=(",", ":")).encode():
            raise Wrong("is not in the one form that it has")
        listed = {
            subject["name"]: subject["digest"]["sha256"]
            for subject in json.loads(decode_exactly(envelope["payload"]))["subject"]
        }
        for name in sorted({*listed, *self.files} - {INDEX}):
            if name not in listed:
                self.wrong.setdefault(name, f"is not in {INDEX}, the list of what belongs here")
            elif name not in self.files:
                self.wrong.setdefault(name, f"missing: {INDEX}, the list of what belongs here, has it")
            elif listed[name] != self.hashes.get(name):
                self.wrong.setdefault(name, f"was changed: it is not the file that {INDEX} lists")

    def describe_unlisted(self) -> None:
        self.unchecked += [
            f"{PAGE}, {OWN}: no list of all files is signed ({INDEX} is missing); compare {OWN} with a trusted one",
            "whether lines on keys were left out, as of a revocation: compare the published keys.json",
        ]

    def compare(self) -> None:
        for name in sorted({*self.expected, *self.files}):
            if name not in self.files:
                self.wrong.setdefault(name, "missing: it is named by what was signed")
            elif name not in self.expected:
                self.wrong.setdefault(name, "is named by nothing that was signed: it does not belong here")
            elif self.expected[name] not in (None, self.hashes.get(name)):
                self.wrong.setdefault(
                    name, "was changed, or lies under another's name: it is not what was signed for"
                )


def escape(name: str) -> str:
    """A name as it may be printed."""
    return name if SAFE_NAME.fullmatch(name) else ascii(name)


def stop(why: str) -> NoReturn:
    print(why, file=sys.stderr)
    sys.exit(2)


def main(arguments: list[str]) -> int:
    keys = [argument for argument in arguments if re.fullmatch("[0-9a-f]{64}", argument)]
    places = [Path(argument) for argument in arguments if argument not in keys]
    if len(places) > 1:
        stop(__doc__ or "")
    place = places[0] if places else Path(__file__).resolve().parent
    if not place.is_dir() and not place.is_file():
        stop(f"{place}: is no ZIP and no folder\n\n{__doc__}")
    if shutil.which("openssl") is None:
        stop("openssl is not on this machine, or not on PATH: no signature can be checked")
    wrong: dict[str, str] = {}
    try:
        files = read_folder(place, wrong) if place.is_dir() else read_zip(place)
    except Wrong as error:
        print_rows(str(error), "Nothing else was checked. The evidence is refused.")
        return 1
    except OSError as error:
        stop(f"{place}: cannot be read: {error.strerror}")
    check = Check(files, wrong)
    check.run()
    if place.is_dir():
        check.unchecked.append("the ZIP that this folder was unpacked from: give the ZIP itself for that")
    wrong.update({key: "did not sign the checkpoint" for key in keys if key not in check.signers})
    check.unchecked += [
        f"that {key} is the {role}'s key: it is none that you gave as known from elsewhere"
        for key, role in check.signers.items()
        if key not in keys
    ]
    return print_report(check)


def print_report(check: Check) -> int:
    """Say what was found; gives the exit status."""
    print_rows(*(f"{escape(name)}: {what}" for name, what in check.wrong.items()))
    for title, notes in (("Bound by no signature", check.unbound), ("Not checked", check.unchecked)):
        print_rows(*([f"{title}:"] if notes else []), *(f"  {note}" for note in notes))
    signed = ", ".join(f"{role} {keyid}" for keyid, role in check.signers.items())
    if check.wrong:
        print_rows(f"{len(check.wrong)} things are wrong. The evidence is refused.")
        return 1
    if check.unbound:
        print_rows(
            f"{check.release}: nothing is wrong, and not everything is bound by a signature. Signed by {signed}"
        )
        return 3
    print_rows(f"All {len(check.files)} files of {check.release} hold. Signed by {signed}")
    return 0


def print_rows(*rows: str) -> None:
    """Print rows in ASCII: of what others wrote, no control character gets to a terminal."""
    for row in rows:
        print(
            "".join(
                character if character.isascii() and character.isprintable() else ascii(character)[1:-1]
                for character in row
            )
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
