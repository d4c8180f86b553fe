"""The index of a ledger as this process has it open: the file in the store, or where that cannot be used, one of its
own, which holds the same and is gone with the process."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from praya.errors import IntegrityError, StoreBusy
from praya.ledger.index import Differs, Index
from praya.ledger.index_tables import MALFORMED
from praya.observe import get_logger
from praya.store import Store, layout

log = get_logger(__name__)

OPEN = 4  # databases that a thread keeps open
DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_ERROR}
FILES = ("", "-wal", "-shm")

T = TypeVar("T")
Place = tuple[int, int] | None  # device and inode of the file; None of an index of this process alone


class _Opened(threading.local):
    """The databases that this thread has open: a connection is for one thread and one process."""

    def __init__(self) -> None:
        self.process = os.getpid()
        self.indexes: OrderedDict[Path, tuple[Place, Index]] = OrderedDict()


_opened = _Opened()
_inherited: list[object] = []


def ask(store: Store, path: Path, question: Callable[[Index], T]) -> T:
    """The answer to a question to the index of the store's ledger, in the file `path`. A damaged index is made anew;
    where the file cannot be written or read, this process reads the ledger into an index of its own.

    Raises Differs where the index, made anew, still does not fit the ledger.
    """
    try:
        return _answer(_index(path), question)
    except MALFORMED as error:
        _warn(store, error)
        if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF in DAMAGED:
            _discard(store, path)
            try:
                return _answer(_index(path), question)
            except MALFORMED as again:
                _warn(store, again)
    _close(path)
    _opened.indexes[path] = (None, Index(""))
    return _answer(_opened.indexes[path][1], question)


def _answer(index: Index, question: Callable[[Index], T]) -> T:
    try:
        return question(index)
    except Differs:
        index.clear()
        return question(index)


def _index(path: Path) -> Index:
    if _opened.process != os.getpid():
        # A connection of the process that this one was forked from must not be used, nor closed, here.
        _inherited.append(_opened.indexes)
        _opened.__init__()  # type: ignore[misc]
    place, index = _opened.indexes.get(path, (None, None))
    if index is not None and place in (None, _place(path)):
        _opened.indexes.move_to_end(path)
        return index
    _close(path)
    index = Index(str(path))
    _opened.indexes[path] = (_place(path), index)
    while len(_opened.indexes) > OPEN:
        _close(next(iter(_opened.indexes)))
    return index


def _place(path: Path) -> Place:
    try:
        status = path.stat()
    except OSError:
        return -1, -1
    return status.st_dev, status.st_ino


def _close(path: Path) -> None:
    _, index = _opened.indexes.pop(path, (None, None))
    if index is not None:
        index.con.close()


def _discard(store: Store, path: Path) -> None:
    """Remove a damaged file, unless another process has done so since it was opened."""
    place, _ = _opened.indexes.get(path, (_place(path), None))
    _close(path)
    try:
        with store.lock("ledger-index"):
            if _place(path) == place:
                for ending in FILES:
                    path.with_name(path.name + ending).unlink(missing_ok=True)
    except (OSError, IntegrityError, StoreBusy) as error:
        _warn(store, error)


def _warn(store: Store, error: Exception) -> None:
    log.warning(
        "the index of the ledger cannot be used as it is",
        file=store.describe(layout.LEDGER_INDEX),
        reason=str(error),
    )
