"""Random records and what happens to them: no release, and no difference of two, gives a small count away.

A dozen histories a method; with FULL=1 a thousand. Each has seven releases: the original, a late record, a deletion, a
correction, a move between cells, a new month with its year, and a late record that changes both.
"""

from __future__ import annotations

import os
import random
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, event, given, settings
from hypothesis import strategies as st

from disclosure.family import at_the_gate
from disclosure.record_reading import NAME, Attack
from disclosure.records import COUNTS, KEYS, METHODS, contract, history, table
from praya.errors import DisclosureError
from praya.store import Store

VALUES = 5
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)  # of a seed nothing can be left out
# What is shown of a count may be so far from it, in later releases too.
FAR = {"10-5 rule": 4, "suppression": 0, "cell-key perturbation": 4}
Out = list[tuple[str, list[dict[str, Any]], list[dict[str, Any]]]]


def releases(method: str, seed: int) -> tuple[Out, bool]:
    """What happened, the true rows and those in print; and whether the gate refused the next."""
    out: Out = []
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        for what, records, months in history(random.Random(seed)):
            true = table(records, months)
            try:
                out.append((what, true, at_the_gate(store, contract(method), true)))
            except DisclosureError:
                return out, True
    return out, False


@pytest.mark.timeout(4 * 3600 if os.environ.get("FULL") else 600)
@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=1000 if os.environ.get("FULL") else 12, deadline=None, phases=PHASES)
@given(seed=st.integers(0, 2**32 - 1))
def test_no_release_of_random_records_gives_a_small_count_away(method: str, seed: int) -> None:
    out, refused = releases(method, seed)
    event("refused" if refused else "released to the end")
    # Of two readers one is given which counts are below the threshold, one which the method withholds by itself.
    attacks = [Attack(method), Attack(method, by_rule=True)]
    for number, (_, true, printed) in enumerate(out):
        for attack in attacks:
            attack.take(number, true, printed)
        is_true_to_its_method(method, true, printed)
    # Who reads on knows no less: what is given away at any release is so at the end.
    for attack in attacks:
        assert [(out[each.release][0], *each) for each in attack.narrow(VALUES)] == [], attack.by_rule
    assert figures_are_carried_on(method, out)


@pytest.mark.parametrize("method", METHODS)
def test_what_is_withheld_stays_so_while_its_count_does(method: str) -> None:
    """A figure where C was, of a count that did not change, is nearly exact: C was there because of a step of one."""
    for seed in range(200 if os.environ.get("FULL") else 5):
        out, _ = releases(method, seed)
        attack = Attack(method)
        for number, (_, true, printed) in enumerate(out):
            attack.take(number, true, printed)
        assert [(out[release][0], cell) for release, cell in attack.versions.unveiled()] == [], seed


@pytest.mark.parametrize("method", METHODS)
def test_which_rows_there_are_says_nothing(method: str) -> None:
    """The same rows in the same order, whatever their counts are."""
    for seed in range(3):
        out, _ = releases(method, seed)
        for _, true, printed in out:
            assert [[row[key] for key in KEYS] for row in printed] == [
                [row[key] for key in KEYS] for row in true
            ]


@pytest.mark.parametrize("method", METHODS)
def test_hardly_any_release_is_refused(method: str) -> None:
    """Refusing is safe, and must not be the way out."""
    seeds = range(60 if os.environ.get("FULL") else 6)
    assert sum(releases(method, seed)[1] for seed in seeds) <= len(seeds) // 10


def figures_are_carried_on(method: str, out: Out) -> bool:
    """Whether every later figure is the first and what the change alone makes of it, the same for every cell.

    The attacker takes that from the dictionary: later figures then say nothing of a count to who knows the change.
    """
    first: dict[Any, tuple[int, int]] = {}
    by_change: dict[int, set[int]] = defaultdict(set)
    for _, true, printed in out:
        for row, shown in zip(true, printed, strict=True):
            for count in COUNTS:
                cell = (count, *(row[key] for key in KEYS))
                if shown[count] is None:
                    continue
                figure, was = first.setdefault(cell, (shown[count], row[count]))
                by_change[row[count] - was].add(shown[count] - figure)
    exact = method != "10-5 rule"
    return all(
        len(steps) == 1 and abs(change - min(steps)) <= (0 if exact else 2)
        for change, steps in by_change.items()
    )


def is_true_to_its_method(method: str, true: list[dict[str, Any]], printed: list[dict[str, Any]]) -> None:
    """A count is in print as the method says, or withheld; of a rate, what it is of is in print."""
    for row, shown in zip(true, printed, strict=True):
        for count in COUNTS:
            assert (shown[count] is None) == (shown[f"{count}_conf_status"] == "C"), (NAME, shown)
            if shown[count] is not None:
                assert abs(shown[count] - row[count]) <= FAR[method], (NAME, count, row, shown)
                assert shown[count] == 0 or shown[count] >= 10
