"""Reading lines of the ledger by its index. Each line that is read is held against what the index says of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, NoReturn

from praya.errors import IntegrityError, codes
from praya.ledger import merkle
from praya.ledger.index import PAGE, RECENT, Differs, Index, Row
from praya.ledger.index_file import ask
from praya.ledger.index_tables import LEVEL
from praya.ledger.line import LedgerLine, hash_of, parsed
from praya.ledger.line_fields import Fields, event_number, fields_of, has_own_hash
from praya.store import Store, canonical, layout
from praya.store.regular import open_regular

Groups = Callable[[Index], dict[int, tuple[int, int]]]


class LedgerTree:
    """The Merkle tree over the first `size` lines of a ledger, by its index: each question reads a few hundred lines at
    most. Its hashes are no better than the index, so whatever depends on one is compared with a signed root."""

    def __init__(self, store: Store, path: Path, size: int) -> None:
        self.size = size
        self._store, self._path = store, path

    def root_of(self, start: int, end: int) -> bytes:
        """See `merkle.Tree`; `start` and `end` are those of a subtree of some tree of the first lines."""
        if start == end:
            return merkle.EMPTY
        with Reader(self._store, self._path) as reader:
            return reader.root_of(start, end)


class Reader:
    """A ledger's open file with its index; a context manager. What it reads must be lines of these kinds, and on this
    subject, where they are named."""

    def __init__(
        self, store: Store, path: Path, kinds: Sequence[str] = (), subject: str | None = None
    ) -> None:
        self.store, self.path = store, path
        self._database = store.disk_path(layout.LEDGER_INDEX)
        self.file: BinaryIO = open_regular(path)
        self._kinds: Collection[bytes] = [canonical(kind) for kind in kinds]
        self._subject = None if subject is None else canonical(subject)
        self._rebuilt = False

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()

    # --- lines -------------------------------------------------------------------------------------------

    def forwards(self, groups: Groups, after: int = 0) -> Iterator[LedgerLine]:
        """The lines of the groups behind line number `after`, in their order."""
        seen = 0 if not after else None
        while True:
            rows = ask(self.store, self._database, lambda index: self._page(index, groups, after, seen))  # noqa: B023
            for row in rows:
                if (raw := self._read(row)) is None:
                    break
                yield parsed(self.path, row.number, raw)
                after, seen = row.number, None if seen is None else seen + 1
            else:
                if len(rows) < PAGE:
                    return

    def backwards(
        self, groups: Groups, texts: Sequence[bytes] = (), before: int | None = None
    ) -> Iterator[LedgerLine]:
        """The lines of the one group, in front of line `before`, the latest first; only those with all the texts."""
        most = RECENT
        while True:
            rows = ask(self.store, self._database, lambda index: self._recent(index, groups, before, most))  # noqa: B023
            for row in rows:
                if (raw := self._read(row)) is None:
                    break
                if all(text in raw for text in texts):
                    yield parsed(self.path, row.number, raw)
                before = row.number
            else:
                if len(rows) < most:
                    return
                most = PAGE

    def line(self, number: int) -> LedgerLine | None:
        """Line `number`; None where there is none."""
        while (row := ask(self.store, self._database, lambda index: self._row(index, number))) is not None:
            if (raw := self._read(row)) is not None:
                return parsed(self.path, number, raw)
        return None

    def last(self) -> LedgerLine | None:
        """The last line of all; None where there is none. IntegrityError where it is not as it was written."""
        state = ask(self.store, self._database, lambda index: index.catch_up(self.file))
        if not state.lines:
            return None
        raw = os.pread(self.file.fileno(), state.offset - state.last_start, state.last_start)
        line = parsed(self.path, state.lines, raw)
        if line.hash != hash_of(line):
            raise IntegrityError(
                codes.ledger.LINES_CHANGED,
                f"{self.path}: the last line was changed; nothing is added before `praya verify` is clean",
            )
        return line

    def standing(self, event: str) -> LedgerLine | None:
        """The line with this event; None where there is none."""
        while True:
            for row in ask(self.store, self._database, lambda index: self._standing(index, event)):
                if (raw := self._read(row, event_number(event))) is None:
                    break
                if (line := parsed(self.path, row.number, raw)).event == event:
                    return line
            else:
                return None

    def lines(self) -> int:
        """How many whole lines there are."""
        return ask(self.store, self._database, lambda index: self._state(index))

    def forget(self) -> None:
        """Let the index be made anew."""
        ask(self.store, self._database, lambda index: index.clear())

    # --- the tree ----------------------------------------------------------------------------------------

    def root_of(self, start: int, end: int) -> bytes:
        """The root of the tree over the lines `start` + 1 to `end`, which is a part that proofs have."""
        size, level = end - start, (end - start).bit_length() - 1
        if level >= LEVEL and size == 1 << level:
            return ask(self.store, self._database, lambda index: self._node(index, level, start >> level))
        if level < LEVEL:
            return merkle.root(self._leaves(start, end))
        split = start + merkle.left_of(size)
        return merkle.node_hash(self.root_of(start, split), self.root_of(split, end))

    def _leaves(self, start: int, end: int) -> list[bytes]:
        while start < end:
            row = ask(self.store, self._database, lambda index: self._row(index, start + 1))
            if row is None:
                self._changed(start + 1)
            if self._read(row) is None:
                continue
            self.file.seek(row.start)
            return [merkle.leaf_hash(self.file.readline().removesuffix(b"\n")) for _ in range(start, end)]
        return []

    # --- questions to the index --------------------------------------------------------------------------

    def _page(self, index: Index, groups: Groups, after: int, seen: int | None) -> list[Row]:
        """The next rows; `seen` is how many there were before them, None where they were not all read."""
        with index.view(self.file):
            counts = groups(index)
            rows = index.rows(list(counts), after)
            last = max((number for _, number in counts.values()), default=0)
            at_end = len(rows) < PAGE
            if at_end and seen is not None and seen + len(rows) != sum(count for count, _ in counts.values()):
                raise Differs
            if at_end and last > after and (not rows or rows[-1].number != last):
                raise Differs
            return rows

    def _recent(self, index: Index, groups: Groups, before: int | None, most: int) -> list[Row]:
        with index.view(self.file) as state:
            for group, (_, last) in groups(index).items():
                rows = index.rows_before(group, before or state.lines + 1, most)
                if before is None and (not rows or rows[0].number != last):
                    raise Differs
                return rows
            return []

    def _row(self, index: Index, number: int) -> Row | None:
        with index.view(self.file) as state:
            row = index.row(number)
            if row is None and 0 < number <= state.lines:
                raise Differs
            return row

    def _standing(self, index: Index, event: str) -> list[Row]:
        with index.view(self.file):
            return index.standing(event)

    def _state(self, index: Index) -> int:
        with index.view(self.file) as state:
            return state.lines

    def _node(self, index: Index, level: int, place: int) -> bytes:
        with index.view(self.file):
            return index.node(level, place)

    # --- checks ------------------------------------------------------------------------------------------

    def _read(self, row: Row, event: int | None = None) -> bytes | None:
        """The bytes of a line, of this event where it is given; None where the index was wrong about it, and was made
        anew. IntegrityError where the line is not as it was written."""
        whole = 0 <= row.start < row.start + row.length <= os.fstat(self.file.fileno()).st_size
        raw = os.pread(self.file.fileno(), row.length, row.start) if whole else b""
        fields = fields_of(raw)
        if fields is not None and self._fits(fields, row.number) and event in (None, fields.event):
            if not has_own_hash(raw):
                self._changed(row.number)
            return raw
        if self._rebuilt:
            self._changed(row.number)
        self._rebuilt = True
        self.forget()
        return None

    def _fits(self, fields: Fields, number: int) -> bool:
        return (
            fields.number == number
            and (not self._kinds or fields.kind in self._kinds)
            and self._subject in (None, fields.subject)
        )

    def _changed(self, number: int) -> NoReturn:
        raise IntegrityError(
            codes.ledger.LINES_CHANGED,
            f"{self.path}:{number}: is not the line that was written there; run `praya verify`, and put the ledger "
            "back from a backup",
        )


def texts_of(body: Mapping[str, object]) -> list[bytes]:
    """What the bytes of a line hold, wherever its body has these values: one text for each that is text."""
    texts = {key: value for key, value in body.items() if isinstance(value, str)}
    try:
        return [canonical({key: value})[1:-1] for key, value in texts.items()]
    except UnicodeEncodeError:
        return []  # of what no line can hold, none is left out
