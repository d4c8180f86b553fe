"""The tables of the ledger's index: where each line begins, by number, by kind and subject, and by event; and the roots
of the full subtrees of its Merkle tree, from 256 lines on."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO, NamedTuple

from praya.ledger import merkle
from praya.ledger.line_fields import fields_of

SCHEMA = 1
LEVEL = 8  # the lowest level of the tree that is kept: subtrees of 2**8 lines
GROUPS_AT_HAND = 100_000
MASK = 0x7FFF_FFFF
BATCH = 20_000  # lines a transaction
TABLES = (
    # One row: what was indexed, the last line of it, and the frontier of the tree over it. `complete` says whether the
    # lookups below are there: over a large ledger they are made once all lines are in.
    "create table state (lines integer, offset integer, last_start integer, last_leaf blob, frontier blob, "
    "complete integer)",
    "create table groups (id integer primary key, subject text, kind text, count integer, last integer, "
    "unique (subject, kind))",
    "create index groups_by_kind on groups (kind)",
    "create table lines (number integer primary key, start integer, length integer, grp integer, event integer)",
    "create table nodes (level integer, place integer, hash blob, primary key (level, place)) without rowid",
)
# What a damaged database leads to; of values of another type than the tables have, Python tells.
MALFORMED = (sqlite3.Error, TypeError, ValueError, OverflowError)
LOOKUPS = (
    "create index lines_by_group on lines (grp)",
    "create index lines_by_event on lines (event)",
)


class State(NamedTuple):
    """What the index covers: how many lines, where they end in the file (bytes), where the last of them begins, its
    leaf hash, the frontier of the tree over them, and whether lines can be looked up."""

    lines: int
    offset: int
    last_start: int
    last_leaf: bytes
    frontier: bytes
    complete: int

    def hashes(self) -> list[bytes]:
        """The frontier as `merkle.grow` has it."""
        return [self.frontier[at : at + 32] for at in range(0, len(self.frontier), 32)]


EMPTY = State(0, 0, 0, b"", b"", 0)


def make_tables(con: sqlite3.Connection, inode: int) -> None:
    """Make all tables anew and empty, in the database with this inode; within a transaction of the caller."""
    there = con.execute("select type, name from sqlite_master where type in ('table', 'view')").fetchall()
    for kind, name in there:
        con.execute("drop {} {}".format(kind, '"' + name.replace('"', '""') + '"'))
    for statement in TABLES:
        con.execute(statement)
    con.execute("insert into state values (?, ?, ?, ?, ?, ?)", EMPTY)
    con.execute(f"pragma user_version = {SCHEMA}")
    con.execute(f"pragma application_id = {inode & MASK}")


def has_tables(con: sqlite3.Connection, inode: int) -> bool:
    """Whether the database has exactly the tables of this version, and nothing else such as a trigger; and whether they
    were made in this file. A copy that was taken while somebody wrote may lack some of its pages."""
    marks = con.execute("pragma user_version").fetchone() + con.execute("pragma application_id").fetchone()
    if marks != (SCHEMA, inode & MASK):
        return False
    there = {sql for (sql,) in con.execute("select sql from sqlite_master where sql is not null")}
    expected = {_plain(sql) for sql in TABLES}
    return {_plain(sql) for sql in there} - {_plain(sql) for sql in LOOKUPS} == expected


def _plain(sql: str) -> str:
    return " ".join(sql.lower().split())


def read_state(con: sqlite3.Connection) -> State:
    """What the index covers; ValueError where that is not what an index has."""
    rows = con.execute("select * from state").fetchall()
    if len(rows) != 1 or [type(value) for value in rows[0]] != [type(value) for value in EMPTY]:
        raise ValueError("the index has no state")
    return State._make(rows[0])


def add_lines(
    con: sqlite3.Connection, state: State, file: BinaryIO, groups: Groups, most: int = BATCH
) -> State:
    """Take the next whole lines of the file, at most so many, behind those of `state`; within a transaction of the
    caller. Gives the new state."""
    lines, nodes = [], list[tuple[int, int, bytes]]()
    number, offset, start, leaf = state.lines, state.offset, state.last_start, state.last_leaf
    frontier = state.hashes()
    file.seek(offset)
    for raw in islice(_whole_lines(file), most):
        start, offset = offset, offset + len(raw)
        leaf = merkle.leaf_hash(raw[:-1])
        nodes += [node for node in merkle.fill(frontier, number, leaf) if node[0] >= LEVEL]
        number += 1
        lines.append((number, start, len(raw), *groups.take(raw, number)))
    if not lines:
        return state
    con.executemany("insert into lines values (?, ?, ?, ?, ?)", lines)
    con.executemany("insert into nodes values (?, ?, ?)", nodes)
    groups.save()
    after = State(number, offset, start, leaf, b"".join(frontier), state.complete)
    con.execute(
        "update state set lines = ?, offset = ?, last_start = ?, last_leaf = ?, frontier = ?, complete = ?",
        after,
    )
    return after


def add_lookups(con: sqlite3.Connection) -> None:
    """Make the lookups, once all lines are in; within a transaction of the caller."""
    for statement in LOOKUPS:
        con.execute(statement.replace("create index", "create index if not exists"))
    con.execute("update state set complete = 1")


def continues(file: BinaryIO, state: State) -> bool:
    """Whether the last line of `state` is where it was, so that the file goes on from there. Each line has the hash of
    the one before, so the last one stands for all."""
    if os.fstat(file.fileno()).st_size < state.offset:
        return False
    raw = os.pread(file.fileno(), state.offset - state.last_start, state.last_start)
    return raw.endswith(b"\n") and merkle.leaf_hash(raw[:-1]) == state.last_leaf


def _whole_lines(file: BinaryIO) -> Iterator[bytes]:
    for raw in file:
        if not raw.endswith(b"\n"):
            return
        yield raw


class Groups:
    """The lines of one kind on one subject are a group; what is no line belongs to the group 0. The groups that were
    met last are kept from one transaction to the next, as long as nobody else has written between the two."""

    def __init__(self, con: sqlite3.Connection) -> None:
        self._con = con
        self._ids: dict[tuple[bytes, bytes], int] = {}
        self._counts: dict[int, list[int]] = {}  # id → lines, number of the last
        self._changed: set[int] = set()

    def take(self, raw: bytes, number: int) -> tuple[int, int | None]:
        """Group and event of a line."""
        fields = fields_of(raw)
        if fields is None:
            return 0, None
        group = self._ids.get(key := (fields.subject, fields.kind)) or self._find(*key)
        count = self._counts[group]
        count[0] += 1
        count[1] = number
        self._changed.add(group)
        return group, fields.event

    def save(self) -> None:
        """Put the counts down."""
        self._con.executemany(
            "update groups set count = ?, last = ? where id = ?",
            [(*self._counts[group], group) for group in sorted(self._changed)],
        )
        self._changed.clear()
        if len(self._counts) > GROUPS_AT_HAND:
            self._ids.clear()
            self._counts.clear()

    def _find(self, subject: bytes, kind: bytes) -> int:
        named = _text(subject), _text(kind)
        query = "select id, count, last from groups where subject = ? and kind = ?"
        row = self._con.execute(query, named).fetchone()
        if row is None:
            self._con.execute("insert into groups (subject, kind, count, last) values (?, ?, 0, 0)", named)
            row = self._con.execute(query, named).fetchone()
        self._ids[subject, kind] = row[0]
        self._counts.setdefault(row[0], [row[1], row[2]])
        return int(row[0])


def _text(raw: bytes) -> str:
    try:
        if b"\\" not in raw:
            return raw[1:-1].decode()
        return str(json.loads(raw)).encode("utf-8", "replace").decode()
    except ValueError:
        return raw.decode("utf-8", "replace")
