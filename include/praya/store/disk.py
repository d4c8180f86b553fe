"""What the machine refuses a write with, as a sentence: a full disk and a store that may only be read are no errors of
Praya, of a contract or of a source."""

from __future__ import annotations

import errno

from praya.errors import StoreUnusable, codes
from praya.text.outside import quote

WRITING = {
    errno.ENOSPC: "the disk is full: make room",
    errno.EDQUOT: "the disk quota is used up: make room, or have it raised",
    errno.EROFS: "the store may only be read: mount its file system for writing",
}
# What also reading a source may meet, which says so itself.
ANY = {
    errno.EACCES: "this account has no access: see who owns the file or folder",
    errno.EPERM: "this account has no access: see who owns the file or folder",
    errno.EIO: "the disk failed: see the system's log",
}
# How DuckDB says the same, which keeps no number of it.
WORDS = {
    "No space left on device": errno.ENOSPC,
    "Read-only file system": errno.EROFS,
    "Quota exceeded": errno.EDQUOT,
}
AFTER = "and run it again. What was released before stays as it is, and nothing is left half-written in view"


def disk_error(error: BaseException) -> StoreUnusable | None:
    """The error as that of the disk, where it or what led to it is one; None where it is of another kind."""
    if isinstance(error, OSError) and error.errno in ANY:
        return _refused(ANY[error.errno], error)
    at: BaseException | None = error
    while at is not None:
        if isinstance(at, OSError) and at.errno in WRITING:
            return _refused(WRITING[at.errno], at)
        if type(at).__module__ in ("duckdb", "_duckdb"):
            for words, number in WORDS.items():
                if words in str(at):
                    return _refused(WRITING[number])
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)
    return None


def _refused(why: str, error: OSError | None = None) -> StoreUnusable:
    where = f"{quote(error.filename, 200)}: " if error is not None and error.filename else ""
    return StoreUnusable(codes.store.NOT_WRITABLE, f"{where}{why}, {AFTER}")
