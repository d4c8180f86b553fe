"""One verification's reading: what was hashed, what the write journal says of it, and what was left out."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from praya.assurance.verify.finding import Unfinished, Unverified
from praya.assurance.verify.inventory import Inventory
from praya.contract.zone import show_moment
from praya.errors import IntegrityError
from praya.store import Store
from praya.store.journal_state import Replayed
from praya.store.store_path import StorePath

CATALOGUE_AGAIN = "run the DAG catalogue again"


@dataclass
class Reading:
    """What is known of the store before its files are read, and what was read of it: key → SHA-256. `root` is all of
    it."""

    store: Store
    root: StorePath
    journal: Replayed
    inventory: Inventory
    hashed: dict[str, str] = field(default_factory=dict)
    bytes: int = 0
    left_out: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    warnings: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, store: Store, seals: dict[int, str] | None = None) -> Reading:
        """The journal first: what is written while the folders are listed is looked at a second time."""
        journal = Replayed(store.journal, seals)
        return cls(store, StorePath(store), journal, Inventory.of(store.local("")))

    def path(self, key: str) -> StorePath:
        """Where the file or tree of that key lies; IntegrityError for a key that leads out of the store."""
        self.store.check_key(key)
        return StorePath(self.store, key)

    def key(self, path: StorePath) -> str:
        """The key of a path."""
        return path.key

    def sha256(self, path: StorePath) -> str | None:
        """The SHA-256 of a file, read once; None where it is not there or cannot be read."""
        return self.sha256_of(self.key(path))

    def sha256_of(self, key: str) -> str | None:
        """As `sha256`, of the file of that key."""
        if key not in self.hashed:
            try:
                sha256 = self.store.sha256(key)
            except (OSError, IntegrityError):
                return None
            self.hashed[key] = sha256
            self.bytes += self.inventory.files.get(key, 0)
        return self.hashed[key]

    def forget(self, key: str) -> None:
        """Read the file of that key anew when it is asked for again."""
        if key in self.hashed:
            del self.hashed[key]
            self.bytes -= self.inventory.files.get(key, 0)

    def differs(self, path: StorePath, sha256: object) -> bool:
        """Whether a file has another hash; what cannot be read is named once, by the inventory."""
        key = self.key(path)
        return not self.inventory.is_irregular(key) and self.sha256_of(key) != sha256

    def leave_out(self, reason: str, key: str) -> None:
        """Say that a file was not verified, and why."""
        self.left_out[reason].append(key)

    def unverified(self) -> list[Unverified]:
        """What was not verified, by reason."""
        return [
            Unverified(reason, tuple(sorted(keys)), sum(self.inventory.files.get(key, 0) for key in keys))
            for reason, keys in sorted(self.left_out.items())
        ]

    def sound(self, path: StorePath) -> bool:
        """Whether what lies there is what the journal's last line says, or what may be there while that write is not
        known to have been carried out."""
        standing = self.journal.files.get(self.key(path))
        if standing is None:
            return False
        there = self.sha256(path)
        return there == standing.sha256 or (not standing.done and there in standing.before)

    def finding(self, problem: str, path: StorePath, *, after: str | None, again: str) -> str:
        """The problem with the file at `path`, or that a write was interrupted: where what is there is what the journal
        says, and was written, or removed, after the file `after` (a key), which should tell of it."""
        key = self.key(path)
        gone = key in self.journal.gone and not path.exists()
        if not (gone or self.sound(path)) or (after is not None and not self.written_after(key, after)):
            return problem
        return self.unfinished(path, again)

    def written_after(self, key: str, other: str) -> bool:
        """Whether a file was written, or removed, after what lies under `other` now; also where that is to be replaced
        and was not yet."""
        standing = self.journal.files.get(other)
        while standing is not None and not standing.done and self.sha256(self.path(other)) != standing.sha256:
            standing = standing.previous
        last = (
            standing.entry.number
            if standing
            else self.journal.number(other)
            if other in self.journal.gone
            else 0
        )
        return self.journal.number(key) > last

    def is_behind(self, path: StorePath, moment: str) -> bool:
        """Whether what lies there is as the journal has it, and was written before `moment` (as the ledger has times):
        what was recorded then is not in it yet."""
        standing = self.journal.files.get(self.key(path))
        return (
            standing is not None and self.sound(path) and (standing.entry.at <= moment or not standing.done)
        )

    def unfinished(self, path: StorePath, again: str) -> Unfinished:
        """That the last write of a file was interrupted, or what was to follow it."""
        key = self.key(path)
        standing = self.journal.files.get(key)
        entry = standing.entry if standing else self.journal.gone[key]
        return Unfinished(
            f"{path}: is part of an unfinished write by {entry.by} at {show_moment(entry.at)}, and is as that run "
            f"left it: {again}"
        )
