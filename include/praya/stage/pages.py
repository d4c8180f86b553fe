"""Pages of one CSV, as an API hands them out, put together again: one header, then all records in order."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from praya.contract import Contract
from praya.errors import StageError

BOM = b"\xef\xbb\xbf"


def together(contract: Contract, pages: Sequence[Path], work: Path) -> Path:
    """All pages as one file in `work`. Raises StageError where a page has another header than the first."""
    whole = work / "pages.csv"
    first = b""
    with whole.open("wb") as target:
        for number, page in enumerate(pages, 1):
            with page.open("rb") as source:
                header = source.readline().removeprefix(BOM).rstrip(b"\r\n")
                if number == 1:
                    first = header
                    target.write(header + b"\n")
                elif header != first:
                    raise StageError(
                        f"{contract.subject}: the columns change within the month: page {number} begins with "
                        f"{header.decode(errors='replace')!r}, page 1 with {first.decode(errors='replace')!r}; "
                        "collect again, and ask the source if it stays so"
                    )
                shutil.copyfileobj(source, target, 1 << 20)
            if target.tell() and not _ends_a_line(page):
                target.write(b"\n")
    return whole


def _ends_a_line(page: Path) -> bool:
    with page.open("rb") as file:
        file.seek(-1, 2)
        return file.read(1) == b"\n"
