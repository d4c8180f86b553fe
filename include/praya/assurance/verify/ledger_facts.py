"""What a verification needs of the ledger, gathered in one reading."""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from praya.errors import IntegrityError, codes
from praya.history.versions_index import EVENTS
from praya.ledger import Ledger, LedgerLine
from praya.provenance.in_toto import NAME, dependencies, lines_of
from praya.provenance.keys import PublicKey, keys_of
from praya.provenance.signing import keyid_in, opened
from praya.provenance.statements import Dependency, Envelope, ReleaseStatement, Statement
from praya.store import Store, layout
from praya.store.store_path import StorePath

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


@dataclass
class Known:
    """The ledger's lines of releases, withdrawals, reports, catalogues and keys, those that statements name, and what
    was purged."""

    releases: dict[tuple[str, str], LedgerLine] = field(default_factory=dict)
    withdrawn: dict[tuple[str, str], LedgerLine] = field(default_factory=dict)
    named: dict[int, LedgerLine] = field(default_factory=dict)
    purged: dict[str, LedgerLine] = field(default_factory=dict)
    keys: dict[str, PublicKey] = field(default_factory=dict)
    key_lines: list[LedgerLine] = field(default_factory=list)
    catalogue: LedgerLine | None = None
    # Of each dataset the last line that its index of versions tells of.
    last: dict[str, LedgerLine] = field(default_factory=dict)
    lines: int = 0
    reports: dict[tuple[str, str], LedgerLine] = field(default_factory=dict)

    def line_of(self, dependency: Dependency) -> LedgerLine | None:
        """The ledger's line that a dependency of a statement names, when that is what it says."""
        line = self.named.get(dependency.get("annotations", {}).get("ledgerLine", 0))
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
        wanted = {
            number for folder in _with_upstream(store, folders) for number in lines_of_file(folder / NAME)
        }
        known = cls()
        for line in Ledger(store):
            known.lines = line.number
            if line.kind in EVENTS:
                known.last[line.subject] = line
            if line.kind == "release":
                # A version that comes again has a line more; it was signed before the first.
                known.releases.setdefault((line.subject, line.release["version"]), line)
            elif line.kind == "withdrawal":
                known.withdrawn[line.subject, line.withdrawal["version"]] = line
            elif line.kind == "purge":
                known.purged[line.purge["sha256"]] = line
            elif line.kind == "key":
                known.key_lines.append(line)
            elif line.kind == "report":
                known.reports[line.subject, line.report["edition"]] = line
            elif line.kind == "catalogue":
                known.catalogue = line
            if line.number in wanted:
                known.named[line.number] = line
        known.keys = keys_of(known.key_lines)
        return known


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


def lines_of_file(path: StorePath) -> list[int]:
    """The numbers of the ledger's lines that a statement's file names."""
    try:
        statement = unsigned(path)
        return lines_of(statement) if statement else []
    except (KeyError, TypeError, AttributeError):
        return []
