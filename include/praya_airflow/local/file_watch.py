"""Shows Airflow that contracts have changed: DAG files with a newer time of change are parsed at once.

Airflow looks at the time of change of a DAG file every few seconds and knows nothing of the files that it reads.
Without this a changed contract shows at the next regular parse.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

EVERY = 10.0  # seconds


class FileWatch:
    """Files and folders, and the folder of DAG files that depend on them."""

    def __init__(self, watched: Sequence[str], dag_files: str) -> None:
        self._watched, self._dag_files = watched, dag_files
        self._seen: int | None = None
        self._next = 0.0

    def look(self) -> None:
        """Where something has changed since the last look, give the DAG files the time of now. Looks every ten seconds,
        however often it is called; where the DAG files may not be written, Airflow comes to them in its own time."""
        if not self._watched or time.monotonic() < self._next:
            return
        self._next = time.monotonic() + EVERY
        seen = hash(tuple(sorted(_marks(self._watched))))
        if self._seen is not None and seen != self._seen:
            for path in Path(self._dag_files).glob("*.py"):
                with suppress(OSError):
                    os.utime(path)
        self._seen = seen


def _marks(watched: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """Every file with its size and time of change; one that goes meanwhile is left out."""
    for place in watched:
        paths = [path for path in Path(place).rglob("*") if path.is_file()] or [Path(place)]
        for path in paths:
            with suppress(OSError):
                status = path.stat()
                yield str(path), status.st_size, status.st_mtime_ns
