"""The file of the ledger's index, held against the ledger itself in one reading, for `praya verify`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from praya.ledger.index_tables import LEVEL, LOOKUPS, MALFORMED, State, read_state
from praya.ledger.line import LedgerLine
from praya.ledger.line_fields import event_number

LINES = (
    "select number, start, length, event, kind, subject from lines left join groups on groups.id = lines.grp "
    "order by number"
)
NODE = "select hash from nodes where level = ? and place = ?"
LOOKED_UP = "select count(*) from sqlite_master where name like 'lines_by_%'"
# Groups whose counts are not those of their lines.
MISCOUNTED = (
    "select count(*) from groups where count <> (select count(*) from lines where grp = groups.id) "
    "or last <> (select max(number) from lines where grp = groups.id)"
)


class IndexCheck:
    """Takes the lines of a sound ledger in their order. `differs` says whether the index has, or lacks, anything."""

    def __init__(self, con: sqlite3.Connection) -> None:
        self._con = con
        self._end = self._lines = 0
        self._state: State | None = None
        self._rows = con.cursor()
        try:
            self._state = read_state(con)
            self._rows.execute(LINES)
        except MALFORMED:
            pass
        self.differs = self._state is None

    def take(
        self,
        line: LedgerLine,
        raw: bytes,
        filled: Sequence[tuple[int, int, bytes]],
        frontier: Sequence[bytes],
    ) -> None:
        """The next line, its bytes, the subtrees that it completes, and the frontier of the tree with it."""
        start, self._end, self._lines = self._end, self._end + len(raw), self._lines + 1
        if self._state is None or self.differs or self._lines > self._state.lines:
            return  # what was added since is not in this view of the index
        try:
            expected = (self._lines, start, len(raw), event_number(line.event), line.kind, line.subject)
            self.differs = self._rows.fetchone() != expected or any(
                self._con.execute(NODE, (level, place)).fetchone() != (digest,)
                for level, place, digest in filled
                if level >= LEVEL
            )
            if self._lines == self._state.lines:
                self.differs |= (self._state.offset, self._state.frontier) != (self._end, b"".join(frontier))
        except MALFORMED:
            self.differs = True

    def finish(self) -> None:
        """Call it behind the last line."""
        if self._state is None or self.differs:
            return
        nodes = sum(self._state.lines >> level for level in range(LEVEL, 64))
        try:
            self.differs = (
                self._lines < self._state.lines
                or self._rows.fetchone() is not None
                or self._con.execute("select count(*) from nodes").fetchone() != (nodes,)
                or (self._state.lines > 0 and self._con.execute(LOOKED_UP).fetchone() != (len(LOOKUPS),))
                or self._con.execute(MISCOUNTED).fetchone() != (0,)
                or self._con.execute("pragma integrity_check").fetchone() != ("ok",)
            )
        except MALFORMED:
            self.differs = True


@contextmanager
def open_check(path: Path) -> Iterator[IndexCheck | None]:
    """A check of the index in the file `path`; None where there is none, or this process cannot open it."""
    try:
        con = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, isolation_level=None)
        con.execute("begin")
    except sqlite3.Error:
        yield None
        return
    try:
        yield IndexCheck(con)
    finally:
        con.close()
