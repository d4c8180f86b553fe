"""What the ledger costs by its size: `PYTHONPATH=include:tests python -m bench.ledger_growth 10_000 100_000 1_000_000`.

Each question is asked by a new process, as a step of a run does; its time is processor time, its memory the peak.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from made import open_store
from made.ledger_lines import write_lines
from praya.ledger import Ledger
from praya.store import layout

SUBJECTS = 4_000
SIZES = (10_000, 100_000, 1_000_000)
TIMES = 20  # questions a process, of which the mean counts


class Cost(NamedTuple):
    """Processor time of a question in milliseconds, and the peak memory of the process that asked, in MB."""

    ms: float
    mb: float


def questions(size: int) -> dict[str, Callable[[Ledger, int], object]]:
    """What is asked, each as a function of the ledger and a number that is another one each time."""
    subject = f"dataset-{size // 12 % SUBJECTS:05}"
    return {
        "append a line": lambda ledger, n: ledger.record(
            "snapshot", "dataset-00001", {"n": n, "pid": os.getpid()}
        ),
        "a line that stands": lambda ledger, n: ledger.record("snapshot", "dataset-00001", {"n": 0}),
        "the last of a kind": lambda ledger, n: ledger.find("release", subject),
        "a hash that is not there": lambda ledger, n: ledger.find(
            "disclosure", subject, table_sha256="0" * 64
        ),
        "line by number": lambda ledger, n: ledger.line(size // 2 + n),
        "root": lambda ledger, n: ledger.tree().root_of(0, size - n),
        "inclusion proof": lambda ledger, n: ledger.inclusion_proof(
            size // 3 + n, size, ledger.tree().root_of(0, size)
        ),
    }


def ask(folder: Path, question: Callable[[Ledger, int], object]) -> Cost:
    """What a question costs a process of its own."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        ledger = Ledger(open_store(folder))
        start = time.process_time()
        for number in range(TIMES):
            question(ledger, number)
        ms = 1000 * (time.process_time() - start) / TIMES
        mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        os.write(writing, json.dumps([ms, mb]).encode())
        os._exit(0)
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0:
        raise SystemExit("a question failed")
    with os.fdopen(reading) as answer:
        os.close(writing)
        return Cost(*json.load(answer))


def measure(sizes: tuple[int, ...], folder: Path) -> dict[str, list[Cost]]:
    """The cost of each question at each size, and of making the index anew before."""
    costs: dict[str, list[Cost]] = {}
    for size in sizes:
        write_lines(folder / layout.LEDGER, size)
        costs.setdefault("index anew (all)", []).append(
            Cost(*(TIMES * value if place == 0 else value for place, value in enumerate(ask(folder, _index))))
        )
        for name, question in questions(size).items():
            costs.setdefault(name, []).append(ask(folder, question))
        # What was appended belongs to no size.
        Ledger(open_store(folder)).forget_index()
        os.truncate(folder / layout.LEDGER, _end_of(folder / layout.LEDGER, size))
    return costs


def _index(ledger: Ledger, number: int) -> object:
    return ledger.size


def _end_of(path: Path, size: int) -> int:
    with path.open("rb") as file:
        for _ in range(size):
            file.readline()
        return file.tell()


def main() -> None:
    sizes = tuple(int(size) for size in sys.argv[1:]) or SIZES
    folder = Path(tempfile.mkdtemp(dir=os.environ.get("PRAYA_BENCH_DIR")))
    try:
        print(f"{'lines':<25}", *(f"{size:>20,}" for size in sizes))
        for name, costs in measure(sizes, folder).items():
            print(f"{name:<25}", *(f"{cost.ms:>10.2f} ms {cost.mb:>4.0f} MB" for cost in costs))
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
