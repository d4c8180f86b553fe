"""What stands on the store by its write journal: of each file what was written last, and by whom."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from praya.errors import IntegrityError
from praya.store.journal import DONE, EXISTING, GENESIS, UNDONE, Entry, Journal
from praya.store.key_tree import KeyTree


@dataclass(frozen=True)
class Standing:
    """A file as the journal has it: its SHA-256 (None: it is to be gone), the line that says so, and whether that write
    is known to have been carried out. Where it is not, `previous` is how it stood before (None: there was no file)."""

    sha256: str | None
    entry: Entry
    done: bool
    previous: Standing | None = None

    @property
    def before(self) -> set[str | None]:
        """What may still be there where the write is not known to have been carried out."""
        if self.done:
            return set()
        earlier: set[str | None] = set()
        standing = self
        while not standing.done:
            if standing.previous is None:
                return earlier | {None}
            standing = standing.previous
            earlier.add(standing.sha256)
        return earlier

    @property
    def predates_journal(self) -> bool:
        """Whether it is older than the journal, which has it as it was hashes."""
        return self.entry.kind == EXISTING


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
        self._tree = KeyTree()
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

    def number(self, key: str) -> int:
        """The number of the line by which a file got its place or went, last; 0 where there is none."""
        if key in self.files:
            return self.files[key].entry.number
        return self.gone[key].number if key in self.gone else 0

    def _take(self, entry: Entry) -> None:
        if entry.kind == UNDONE:
            self._take_back(entry)
        if entry.kind in (DONE, UNDONE):
            for number in entry.done:
                self._finish(number)
            return
        is_found = entry.kind == EXISTING
        for key, name, sha256 in self._named(entry):
            self.files[name] = Standing(sha256, entry, is_found, None if is_found else self.files.get(name))
            self._tree.add(name)
            self._place(key)
        if not is_found:
            self._open[entry.number] = entry

    def _named(self, entry: Entry) -> Iterator[tuple[str, str, str | None]]:
        """Key in the line, key of the file, and its SHA-256: a key that goes may be that of a folder."""
        for key, sha256 in entry.files.items():
            for name in self._below(key) if sha256 is None else (key,):
                yield key, name, sha256

    def _take_back(self, entry: Entry) -> None:
        """Files that did not move: they stand as before."""
        for _, name, _ in self._named(entry):
            standing = self.files.get(name)
            if standing is None or standing.entry.number not in entry.done:
                continue
            if standing.previous is None:
                self._remove(name)
            else:
                self.files[name] = standing.previous

    def _finish(self, number: int) -> None:
        entry = self._open.pop(number, None)
        if entry is None:
            return
        for _, name, sha256 in self._named(entry):
            standing = self.files.get(name)
            if standing is None or standing.entry.number != number:
                continue
            if sha256 is None:
                self._remove(name)
                self.gone[name] = entry
            else:
                self.files[name] = Standing(sha256, standing.entry, True)

    def _remove(self, name: str) -> None:
        del self.files[name]
        self._tree.remove(name)

    def _place(self, name: str) -> None:
        while (name := name.rpartition("/")[0]) and name not in self.places:
            self.places.add(name)

    def _below(self, key: str) -> Iterator[str]:
        """The file of that key, or those in the folder of that key."""
        if key in self.files:
            return iter([key])
        return iter(list(self._tree.below(key)))
