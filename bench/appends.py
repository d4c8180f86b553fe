"""How many lines a second get into a ledger, each on disk: `PYTHONPATH=include:tests python -m bench.appends`."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

from made import open_store
from praya.ledger import Ledger

LINES = 1_600
TURN = 50


def syncs(folder: Path, seconds: float = 2.0) -> float:
    """How often a second the disk syncs a file that grows by a line."""
    end, count = time.monotonic() + seconds, 0
    with (folder / "grows").open("ab") as file:
        while time.monotonic() < end:
            file.write(b"x" * 600)
            file.flush()
            os.fsync(file.fileno())
            count += 1
    return count / seconds


def appends(folder: Path, writers: int, turn: int = 1) -> float:
    """Lines a second by so many processes at once, `turn` of them a time."""
    children, start = [], time.monotonic()
    each = LINES // writers
    for number in range(writers):
        child = os.fork()
        if child == 0:
            ledger = Ledger(open_store(folder))
            for n in range(0, each, turn):
                ledger.record_all(
                    "snapshot", f"w{number}", [{"n": n + m, "sha256": "0" * 64} for m in range(turn)]
                )
            os._exit(0)
        children.append(child)
    for child in children:
        if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0:
            raise SystemExit("a writer failed")
    return LINES / (time.monotonic() - start)


def main() -> None:
    with tempfile.TemporaryDirectory(dir=os.environ.get("PRAYA_BENCH_DIR")) as name:
        folder = Path(name)
        print(f"syncs of this disk a second: {syncs(folder):,.0f}")
        for writers, turn in ((1, 1), (2, 1), (8, 1), (1, TURN)):
            found = appends(folder / f"{writers}-{turn}", writers, turn)
            print(f"{writers} writers at once, {turn} lines a turn: {found:,.0f} lines a second")


if __name__ == "__main__":
    main()
