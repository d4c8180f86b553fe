"""What checks need of the ledger, gathered from its lines."""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any, TypeVar, cast

from praya.errors import IntegrityError, codes
from praya.history.versions_index import EVENTS
from praya.ledger import Ledger, LedgerLine
from praya.ledger.chain_check import ChainCheck
from praya.provenance.in_toto import NAME, dependencies
from praya.provenance.keys import SUBJECT as SIGNING
from praya.provenance.keys import PublicKey, keys_of
from praya.provenance.signing import keyid_in, opened
from praya.provenance.statements import Dependency, Envelope, ReleaseStatement, Statement
from praya.store import Store, layout
from praya.store.store_path import StorePath

LINES_AT_HAND = 4096  # that were read last
# The first word of a dependency's name → the kind of the ledger's line that stands for it, and where its hash is.
KINDS = {
    "snapshot": ("snapshot", "sha256"),
    "source": ("snapshot", "sha256"),
    "table": ("verdict", "verdict_sha256"),
    "validation": ("verdict", "verdict_sha256"),
    "protected": ("disclosure", "table_sha256"),
    "release": ("release", "manifest_sha256"),
}

UPSTREAM = re.compile(r"release (?P<dataset>[a-z0-9-]+) (?P<version>[0-9TZ-]+)")


K = TypeVar("K")


class LinesBy(Mapping[K, LedgerLine]):
    """Lines of a ledger by what they are about. Only their numbers are kept; a line is read when it is asked for."""

    def __init__(self, line: Callable[[int], LedgerLine | None]) -> None:
        self._line = line
        self._numbers: dict[K, int] = {}

    def __getitem__(self, key: K) -> LedgerLine:
        number = self._numbers[key]
        line = self._line(number)
        if line is None:
            raise IntegrityError(
                codes.ledger.LINES_CHANGED,
                f"line {number} of the ledger is not there any more: it was shortened while it was read",
            )
        return line

    def __iter__(self) -> Iterator[K]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)

    def __contains__(self, key: object) -> bool:
        return key in self._numbers

    def add(self, key: K, line: LedgerLine) -> None:
        """`line` is the one of this key from now on."""
        self._numbers[key] = line.number

    def add_first(self, key: K, line: LedgerLine) -> None:
        """`line` is the one of this key where there is none yet."""
        self._numbers.setdefault(key, line.number)


class Known:
    """What the ledger says of releases, withdrawals, purges, reports, catalogues and keys; `last` has of each dataset
    the last line that its index of versions shows. `lines` is how many lines were taken."""

    def __init__(self, ledger: Ledger) -> None:
        self._line = lru_cache(LINES_AT_HAND)(ledger.line)
        self.releases: LinesBy[tuple[str, str]] = LinesBy(self._line)
        self.withdrawn: LinesBy[tuple[str, str]] = LinesBy(self._line)
        self.reports: LinesBy[tuple[str, str]] = LinesBy(self._line)
        self.purged: LinesBy[str] = LinesBy(self._line)
        self.last: LinesBy[str] = LinesBy(self._line)
        self.key_lines: list[LedgerLine] = []
        self.catalogue: LedgerLine | None = None
        self.lines = 0

    @cached_property
    def keys(self) -> dict[str, PublicKey]:
        """The publisher's keys by id; IntegrityError where a line names none."""
        return keys_of(self.key_lines)

    def named(self, number: object) -> LedgerLine | None:
        """The line of that number, which a statement names; None where there is none."""
        return self._line(number) if isinstance(number, int) else None

    def line_of(self, dependency: Dependency) -> LedgerLine | None:
        """The ledger's line that a dependency of a statement names, when that is what it says."""
        line = self.named(dependency.get("annotations", {}).get("ledgerLine", 0))
        kind, name = KINDS.get(str(dependency["name"]).partition(" ")[0], ("", ""))
        if line is None or line.kind != kind:
            return None
        sha256 = dependency.get("digest", {}).get("sha256")
        return line if sha256 in (None, line.body.get(name)) else None

    def signed(self, path: StorePath) -> tuple[Envelope, PublicKey, Statement[Any]]:
        """A file's envelope, the publisher's key that signed it, and what it says; IntegrityError or ValueError where
        it is not so."""
        envelope = json.loads(path.read_bytes())
        keyid = keyid_in(envelope)
        if keyid not in self.keys:
            raise IntegrityError(
                codes.key.SIGNATURE_NOT_VALID,
                f"is signed by the key {keyid[:16]}, which is none of the publisher's in the ledger",
            )
        key = self.keys[keyid]
        return envelope, key, opened(envelope, key.public_key)

    @classmethod
    def of(cls, store: Store, folders: Sequence[StorePath]) -> Known:
        """What the ledger says of the releases in these folders, and of those that they were made from."""
        ledger = Ledger(store)
        known = cls(ledger)
        for dataset in sorted({folder.parent.name for folder in _with_upstream(store, folders)}):
            for line in ledger.of(dataset, *EVENTS):
                known.take(line)
        for line in (*ledger.of_kind("purge"), *ledger.of(SIGNING, "key")):
            known.take(line)
        return known

    @classmethod
    def whole(cls, store: Store) -> Known:
        """What the ledger says of everything, from all its lines; IntegrityError where its chain does not hold."""
        ledger = Ledger(store)
        known, chain = cls(ledger), ChainCheck(ledger.path)
        for raw in ledger.raw():
            known.take(chain.take(raw))
            if chain.problems:
                raise IntegrityError(codes.ledger.LINES_CHANGED, chain.problems[0])
        return known

    def take(self, line: LedgerLine) -> None:
        """Take what a line says; lines come in their order."""
        self.lines = line.number
        if line.kind in EVENTS:
            self.last.add(line.subject, line)
        if line.kind == "release":
            # A version that comes again has a line more; it was signed before the first.
            self.releases.add_first((line.subject, line.release["version"]), line)
        elif line.kind == "withdrawal":
            self.withdrawn.add((line.subject, line.withdrawal["version"]), line)
        elif line.kind == "purge":
            self.purged.add(line.purge["sha256"], line)
        elif line.kind == "key":
            self.key_lines.append(line)
        elif line.kind == "report":
            self.reports.add((line.subject, line.report["edition"]), line)
        elif line.kind == "catalogue":
            self.catalogue = line


def _with_upstream(store: Store, folders: Sequence[StorePath]) -> set[StorePath]:
    releases, todo = set[StorePath](), list(folders)
    while todo:
        folder = todo.pop()
        if folder not in releases:
            releases.add(folder)
            named = (UPSTREAM.fullmatch(name) for name in _names(folder / NAME))
            todo += [
                StorePath(store, layout.version(name["dataset"], name["version"])) for name in named if name
            ]
    return releases


def _names(path: StorePath) -> list[str]:
    """What the statement in a file names, also where it was changed so that not all of it can be read."""
    try:
        statement = unsigned(path)
        named = dependencies(statement) if statement else []
        return [entry["name"] for entry in named if isinstance(entry.get("name"), str)]
    except (KeyError, TypeError, AttributeError):
        return []


def selected(
    released: StorePath, dataset: str | None, version: str | None, part: tuple[int, int] | None
) -> list[StorePath]:
    """The folders of the releases in the area `released` that are looked at: with a `part`, those in it and each
    dataset's latest."""
    pattern = f"{dataset or '*'}/{version or '*'}/{layout.MANIFEST}"
    folders = sorted(path.parent for path in released.glob(pattern))
    latest = _latest(released) if part else set()
    return [
        folder for folder in folders if folder in latest or is_in(f"{folder.parent.name}/{folder.name}", part)
    ]


def _latest(released: StorePath) -> set[StorePath]:
    folders = set()
    for pointer in released.glob(f"*/{layout.POINTER}"):
        try:
            folders.add(pointer.parent / str(json.loads(pointer.read_bytes())["version"]))
        except (OSError, IntegrityError, ValueError, KeyError, TypeError, RecursionError):
            continue  # which is said of the pointer
    return folders


def is_in(name: str, part: tuple[int, int] | None) -> bool:
    """Whether `name` is in this part (number from 0, of how many) of all; every name is in one of them."""
    return part is None or zlib.crc32(name.encode()) % part[1] == part[0]


def unsigned(path: StorePath) -> ReleaseStatement | None:
    """What a statement's file says, whoever signed it; None where it cannot be read."""
    try:
        said = dict(json.loads(base64.b64decode(json.loads(path.read_bytes())["payload"], validate=True)))
        return cast(ReleaseStatement, said)
    except (OSError, IntegrityError, ValueError, KeyError, TypeError, RecursionError, binascii.Error):
        return None
