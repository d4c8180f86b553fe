"""A table of a month as the API's text: pages of CSV or JSON lines, compressed once and kept on disk."""

from __future__ import annotations

import json
import os
import zlib
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import duckdb
import numpy as np

from praya_hk.sources.contact_centre.generator import CHANGED

PAGE_ROWS = 50_000
FORMATS = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl; charset=utf-8"}
_LEVEL = 1  # of gzip: four times the speed of the usual 6 for a sixth more bytes
_MEMORY = "400MB"


class Pages(NamedTuple):
    """The pages of one table: their folder, and how many rows they hold in all."""

    folder: Path
    rows: int

    def ready(self, offset: int, limit: int) -> bytes | None:
        """The gzip of the rows from `offset`, where that is just what lies on disk."""
        if offset % PAGE_ROWS or limit < min(PAGE_ROWS, self.rows - offset):
            return None
        return _file(self.folder, offset // PAGE_ROWS).read_bytes()

    def text(self, offset: int, limit: int) -> bytes:
        """At most `limit` rows from `offset` on, with the header where the format has one."""
        first, last = offset // PAGE_ROWS, max(offset, min(offset + limit, self.rows) - 1) // PAGE_ROWS
        taken: list[bytes] = []
        header = b""
        for number in range(first, last + 1):
            header, rows = _lines(_file(self.folder, number))
            begin = max(offset - number * PAGE_ROWS, 0)
            taken += rows[begin : offset + limit - number * PAGE_ROWS]
        return header + b"".join(taken)


def build(parquet: Path, table: str, form: str, since: int | None, folder: Path) -> None:
    """Write the pages of `table` to the new folder `folder`; with `since`, of the rows changed then or later.

    `since` is in seconds since 1970 UTC. Rows keep their order. Moments are ISO 8601 in Hong Kong time with its
    offset. A page with its header is one gzip member, for some clients read only the first.
    """
    folder.mkdir(parents=True)
    whole = folder / "whole"
    with duckdb.connect(config={"threads": 2, "memory_limit": _MEMORY, "temp_directory": str(folder)}) as con:
        source = con.read_parquet(str(parquet))
        columns = ", ".join(
            _column(name, str(kind)) for name, kind in zip(source.columns, source.types, strict=True)
        )
        chosen = "" if since is None else f"where epoch_us({CHANGED[table]}) >= {since * 1_000_000}"
        query = f"select {columns} from read_parquet($parquet) {chosen}"
        options = "format csv, header" if form == "csv" else "format json"
        con.execute(
            f"copy ({query}) to '{str(whole).replace(chr(39), chr(39) * 2)}' ({options})",
            {"parquet": str(parquet)},
        )
    text = whole.read_bytes()
    whole.unlink()
    rows = _cut(text, form, folder)
    (folder / "pages.json").write_text(json.dumps({"rows": rows}), encoding="utf-8")


def read(folder: Path) -> Pages:
    """The pages that `build` wrote to `folder`."""
    content = json.loads((folder / "pages.json").read_text(encoding="utf-8"))
    os.utime(folder)  # it was of use just now; the oldest go first
    return Pages(folder, content["rows"])


def compress(text: bytes) -> bytes:
    """One gzip member without name or time: the same text gives the same bytes."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, 31)
    return packer.compress(text) + packer.flush()


def _column(name: str, kind: str) -> str:
    if kind == "TIMESTAMP WITH TIME ZONE":
        return f"strftime(make_timestamp(epoch_us({name})) + interval 8 hour, '%Y-%m-%dT%H:%M:%S+08:00') as {name}"
    return name


def _cut(text: bytes, form: str, folder: Path) -> int:
    """Write `text` as pages and say how many rows it has; no value holds a line break, so a line is a row."""
    ends = np.flatnonzero(np.frombuffer(text, np.uint8) == ord("\n")) + 1
    start = int(ends[0]) if form == "csv" else 0
    header, ends = text[:start], ends[1:] if form == "csv" else ends
    bounds = [start, *(int(end) for end in ends[PAGE_ROWS - 1 :: PAGE_ROWS])]
    if bounds[-1] < len(text):
        bounds.append(len(text))
    if len(bounds) == 1:
        bounds.append(start)  # no rows: one page with the header alone

    def keep(number: int) -> None:
        _file(folder, number).write_bytes(compress(header + text[bounds[number] : bounds[number + 1]]))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(keep, range(len(bounds) - 1)))
    return len(ends)


@lru_cache(maxsize=2)
def _lines(file: Path) -> tuple[bytes, list[bytes]]:
    lines = zlib.decompress(file.read_bytes(), 31).splitlines(keepends=True)
    if lines and not lines[0].startswith(b"{"):
        return lines[0], lines[1:]
    return b"", lines


def _file(folder: Path, number: int) -> Path:
    return folder / f"{number:05d}.gz"
