"""What stands on the store by its write journal: of each file what was written last, and by whom."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from praya.errors import IntegrityError
from praya.store.journal import DONE, FOUND, GENESIS, Entry, Journal


@dataclass(frozen=True)
class Standing:
    """A file as the journal has it: its SHA-256 (None: it is to be gone), the line that says so, and whether that write
    is known to have been carried out. `before` has what may still be there where it is not (None: no file)."""

    sha256: str | None
    entry: Entry
    done: bool
    before: frozenset[str | None] = frozenset()

    @property
    def found(self) -> bool:
        """Whether it is older than the journal, which has it as it was found."""
        return self.entry.kind == FOUND


class Replayed:
    """The journal, read from its start: `files` has what stands, `gone` by which line other files went, `places` every
    folder that something was ever written into, `problems` what is wrong with the chain."""

    def __init__(self, journal: Journal, seals: dict[int, str] | None = None) -> None:
        """`seals` has hashes of lines by their numbers, as the ledger recorded them."""
        self.files: dict[str, Standing] = {}
        self.gone: dict[str, Entry] = {}
        self.places: set[str] = set()
        self.problems: list[str] = []
        self.size = 0
        self._open: dict[int, Entry] = {}
        self._path = journal.path
        try:
            self._replay(journal, dict(seals or {}))
        except IntegrityError as error:
            self.problems.append(str(error))

    def _replay(self, journal: Journal, left: dict[int, str]) -> None:
        prev = GENESIS
        for raw in journal.lines():
            self.size += 1
            entry = Entry.parse(raw)
            if entry is None or entry.number != self.size or entry.prev != prev:
                what = "is no line of it" if entry is None else "does not follow from the line before it"
                self.problems.append(f"{self._path}:{self.size}: {what}: it was changed, removed or added")
            prev = hashlib.sha256(raw).hexdigest()
            if left.pop(self.size, prev) != prev:
                self.problems.append(
                    f"{self._path}:{self.size}: is not the line that the ledger sealed: the journal was rewritten"
                )
            if entry is not None:
                self._take(entry)
        if left:
            self.problems.append(
                f"{self._path}: has {self.size:,} lines, and the ledger has sealed {max(left):,}: it was shortened "
                "or removed"
            )

    def written_after(self, key: str, other: str) -> bool:
        """Whether `key` was written after `other`, or the latter never."""
        mine, theirs = self.number(key), self.number(other)
        return mine > theirs

    def number(self, key: str) -> int:
        """The number of the line by which a file got its place or went, last; 0 where there is none."""
        if key in self.files:
            return self.files[key].entry.number
        return self.gone[key].number if key in self.gone else 0

    def _take(self, entry: Entry) -> None:
        if entry.kind == DONE:
            for number in entry.done:
                self._finish(number)
            return
        for key, sha256 in entry.files.items():
            for name in [*self._below(key)] if sha256 is None else [key]:
                before = frozenset[str | None]() if entry.kind == FOUND else self._was(name)
                self.files[name] = Standing(sha256, entry, entry.kind == FOUND, before)
                self._place(name)
        if entry.kind != FOUND:
            self._open[entry.number] = entry

    def _was(self, name: str) -> frozenset[str | None]:
        last = self.files.get(name)
        if last is None:
            return frozenset({None})
        return frozenset({last.sha256}) | (frozenset() if last.done else last.before)

    def _finish(self, number: int) -> None:
        entry = self._open.pop(number, None)
        if entry is None:
            return
        for key, sha256 in entry.files.items():
            for name in [*self._below(key)] if sha256 is None else [key]:
                standing = self.files.get(name)
                if standing is None or standing.entry.number != number:
                    continue
                if sha256 is None:
                    del self.files[name]
                    self.gone[name] = entry
                else:
                    self.files[name] = Standing(sha256, standing.entry, True)

    def _place(self, name: str) -> None:
        while (name := name.rpartition("/")[0]) and name not in self.places:
            self.places.add(name)

    def _below(self, key: str) -> Iterator[str]:
        """The file of that key, or those in the folder of that key."""
        if key in self.files:
            return iter([key])
        return iter([name for name in self.files if name.startswith(f"{key}/")])
