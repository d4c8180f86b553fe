"""The ledger's index: a file beside the ledger that says where its lines are, so that no reader reads all of them.

It is made from the ledger alone and goes on where the ledger does. Where the ledger was replaced, cut short or changed
at its end, where the tables are of another version, or where a line is not what the index says of it, it is made anew.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple

from praya.ledger import index_tables
from praya.ledger.index_tables import EMPTY, Groups, State
from praya.ledger.line_fields import event_number

PAGE = 50_000  # rows that are read at a time
RECENT = 64  # rows that are read first where the latest are asked for
LOG_BYTES = 1 << 24  # what the write-ahead log keeps on disk
BUSY_SECONDS = 600.0  # another process may be making the lookups of a large ledger


class Row(NamedTuple):
    """Where a line is: its number, and where it begins in the file and how long it is (bytes)."""

    number: int
    start: int
    length: int


class Differs(Exception):
    """The index is not of this ledger: it has to be made anew."""


class Index:
    """An index in the SQLite database `name`, "" for one of this process alone. Not for several threads."""

    def __init__(self, name: str) -> None:
        self.con = sqlite3.connect(name, timeout=BUSY_SECONDS, isolation_level=None)
        if name:
            self.con.execute("pragma journal_mode = wal")
            self.con.execute("pragma synchronous = normal")
            self.con.execute(f"pragma journal_size_limit = {LOG_BYTES}")
        self.con.execute("pragma trusted_schema = off")
        self.con.execute("pragma cell_size_check = on")
        self._inode = Path(name).stat().st_ino if name else 0
        if not index_tables.has_tables(self.con, self._inode):
            with self._writing():
                if not index_tables.has_tables(self.con, self._inode):
                    index_tables.make_tables(self.con, self._inode)
            if not index_tables.has_tables(self.con, self._inode):
                raise sqlite3.DatabaseError("holds what does not belong to an index")

    def clear(self) -> None:
        """Forget everything; the next question reads the ledger from its start."""
        with self._writing():
            index_tables.make_tables(self.con, self._inode)

    def catch_up(self, file: BinaryIO) -> State:
        """Take in what was added to the ledger's `file`; gives what the index covers then."""
        state = index_tables.read_state(self.con)
        if state.lines and not index_tables.continues(file, state):
            self.clear()
            state = EMPTY
        groups = Groups(self.con)
        while _has_whole_line(file, state.offset):
            with self._writing():
                before = index_tables.read_state(self.con)
                if before != state:  # another process was faster
                    groups = Groups(self.con)
                    if before.lines and not index_tables.continues(file, before):
                        raise Differs
                state = index_tables.add_lines(self.con, before, file, groups)
        if state.lines and not state.complete:
            with self._writing():
                index_tables.add_lookups(self.con)
            state = state._replace(complete=1)
        return state

    @contextmanager
    def view(self, file: BinaryIO) -> Iterator[State]:
        """A view of the whole ledger as it is in `file`, which does not move; gives what it covers."""
        while True:
            reached = self.catch_up(file)
            self.con.execute("begin")
            try:
                state = index_tables.read_state(self.con)
                if state.lines < reached.lines or state.complete < reached.complete:
                    continue  # another process has just begun to make it anew
                yield state
                return
            finally:
                self.con.execute("rollback")

    # --- within a view -----------------------------------------------------------------------------------

    def row(self, number: int) -> Row | None:
        """Where line `number` is."""
        row = self.con.execute(
            "select number, start, length from lines where number = ?", (number,)
        ).fetchone()
        return _row(row) if row else None

    def rows(self, groups: Sequence[int], after: int) -> list[Row]:
        """Where the lines of these groups behind line `after` are, in their order; at most PAGE."""
        marks = ", ".join("?" * len(groups))
        query = (
            f"select number, start, length from lines where grp in ({marks}) and number > ? "
            "order by number limit ?"
        )
        return [_row(row) for row in self.con.execute(query, (*groups, after, PAGE))]

    def rows_before(self, group: int, before: int, most: int) -> list[Row]:
        """Where the lines of a group in front of line `before` are, the latest first."""
        query = "select number, start, length from lines where grp = ? and number < ? order by number desc limit ?"
        return [_row(row) for row in self.con.execute(query, (group, before, most))]

    def groups_of(self, subject: str, kinds: Sequence[str]) -> dict[int, tuple[int, int]]:
        """The groups of the lines on a subject, of these kinds or of all: id → how many lines, number of the last."""
        rows = self.con.execute("select id, count, last, kind from groups where subject = ?", (subject,))
        return {group: (count, last) for group, count, last, kind in rows if not kinds or kind in kinds}

    def groups_of_kinds(self, kinds: Sequence[str]) -> dict[int, tuple[int, int]]:
        """As `groups_of`, on any subject."""
        marks = ", ".join("?" * len(kinds))
        rows = self.con.execute(f"select id, count, last from groups where kind in ({marks})", tuple(kinds))
        return {group: (count, last) for group, count, last in rows}

    def standing(self, event: str) -> list[Row]:
        """Where lines are that may be the one with this event (64 hex digits)."""
        query = "select number, start, length from lines where event = ? order by number"
        return [_row(row) for row in self.con.execute(query, (event_number(event),))]

    def node(self, level: int, place: int) -> bytes:
        """The root of a full subtree of 2**level lines, its number `place` among those of its level."""
        query = "select hash from nodes where level = ? and place = ?"
        row = self.con.execute(query, (level, place)).fetchone()
        if row is None:
            raise Differs
        return bytes(row[0])

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self.con.execute("begin immediate")
        try:
            yield
        except BaseException:
            self.con.execute("rollback")
            raise
        self.con.execute("commit")


def _row(values: tuple[object, ...]) -> Row:
    number, start, length = values
    if not (isinstance(number, int) and isinstance(start, int) and isinstance(length, int)):
        raise ValueError("the index has no place of a line")
    return Row(number, start, length)


def _has_whole_line(file: BinaryIO, offset: int) -> bool:
    file.seek(offset)
    return file.readline().endswith(b"\n")
