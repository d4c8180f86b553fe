"""Several processes that take tasks side by side, forked from one that has loaded the modules, as Airflow's are."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any, Self

from bench.child import Clock, Figures, peak_bytes
from praya_airflow.local.processes import die_with_parent


class Workers:
    """The processes; their steps go to a clock, and their peaks of memory are added up."""

    def __init__(self, number: int) -> None:
        self._pool = ProcessPoolExecutor(number, multiprocessing.get_context("fork"), die_with_parent)
        self._peaks: dict[int, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown()

    @property
    def peak_bytes(self) -> int:
        """The sum of each process's own highest: what they hold together is never more, and what they share with
        the process that they were forked from counts in each."""
        return sum(self._peaks.values())

    def map(self, clock: Clock, task: Callable[..., Any], items: Sequence[Any]) -> list[Any]:
        """What `task(item, clock=…)` returns for each, in their order; each has the next free process."""
        answers = []
        for answer, steps, process, peak in self._pool.map(_timed, [task] * len(items), items):
            clock.add(steps)
            self._peaks[process] = max(peak, self._peaks.get(process, 0))
            answers.append(answer)
        return answers


def _timed(task: Callable[..., Any], item: Any) -> tuple[Any, Figures, int, int]:
    clock = Clock()
    answer = task(item, clock=clock)
    return answer, clock.steps(), os.getpid(), peak_bytes()
