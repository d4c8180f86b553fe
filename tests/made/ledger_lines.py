"""Ledgers of many lines in the shape of daily releases of many datasets, made faster than by recording them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from praya.ledger import LedgerLine
from praya.ledger.line import parsed, sealed, written
from praya.store import content_key

KINDS = ("snapshot", "verdict", "disclosure", "release", "catalogue", "seal")


def lines(size: int, after: LedgerLine | None = None, subjects: int = 4_000) -> Iterator[LedgerLine]:
    """A chain of lines up to line `size`, after the line `after`; six lines on each dataset in turn."""
    now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    for number in range(after.number if after else 0, size):
        subject, kind = f"dataset-{number // len(KINDS) % subjects:05}", KINDS[number % len(KINDS)]
        sha256 = f"{number:064x}"
        body: dict[str, Any] = {
            "key": sha256,
            "sha256": sha256,
            "version": str(number),
            "table_sha256": sha256,
        }
        if kind in ("catalogue", "seal"):
            subject, body = f"{kind}s", {"writes": number, "head": sha256}
        elif kind == "release":
            body["files"] = {f"{subject}.{ending}": sha256 for ending in ("csv", "json", "parquet")}
        after = sealed(after, kind, subject, body, content_key([kind, subject, body]), now)
        yield after
        now += dt.timedelta(seconds=1)


def write_lines(path: Path, size: int) -> None:
    """A ledger of so many lines in the file `path`; one that is there already is made longer."""
    last = None
    if path.exists():
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - 10_000))
            last = parsed(path, 0, file.read().splitlines(keepends=True)[-1])
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        file.writelines(map(written, lines(size, last)))
