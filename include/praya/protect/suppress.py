"""Suppression where margins stay exact: small counts are withheld, and as many others as it takes to keep them so.

Zeros are free: a row that is not there says zero anyway, and a zero tells of nobody. What is withheld is therefore at
least 1, and its code says no more: one code for small counts and for those withheld for their sake, since two codes
would tell which of them are below the threshold.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from praya.protect.doubt import Bools, Doubt, View
from praya.protect.structure import System

THRESHOLD = 10
VALUES = 5  # so many values a withheld count may have at least, as far as anybody can tell


@dataclass
class Plan:
    """Which cells are withheld, and which of them for being small."""

    withheld: Bools
    small: Bools
    lost: list[int] = field(default_factory=list)  # cells that cannot be kept in doubt whatever is withheld


def suppress(
    system: System, views: list[View] | None = None, threshold: int = THRESHOLD, values: int = VALUES
) -> Plan:
    """What to withhold so that each small count may have `values` values in every view."""
    small = system.guarded & (system.value > 0) & (system.value < threshold)
    withheld = (small & system.printed) | ~system.printed
    cost = np.where(system.printed, 1.0 + system.value, 0.0)
    doubts = [Doubt(system, view, withheld, cost) for view in views or [exact(system)]]
    lost: set[int] = set()
    # The hardest first: what is withheld for them serves the others too.
    cells = sorted(np.flatnonzero(small).tolist(), key=lambda cell: system.value[cell])
    for doubt in doubts:
        doubt.refresh()
        lost |= set(doubt.keep(cells, values))
    show_again(system, doubts, withheld, small, values)
    return Plan(withheld & system.printed, small, sorted(lost))


def exact(system: System) -> View:
    """Shown as they are; withheld: somebody. What is never printed may be nobody."""
    somebody = system.value > 0
    least = np.where(system.printed & somebody, 1.0, 0.0)
    return View(system.value, system.value, least, np.where(system.printed & ~somebody, 0.0, np.inf))


def show_again(system: System, doubts: list[Doubt], withheld: Bools, small: Bools, values: int) -> None:
    """Show what was withheld for others and is needed no longer, the largest counts first."""
    extra = np.flatnonzero(withheld & system.printed & ~small)
    for cell in sorted(extra.tolist(), key=lambda each: -system.value[each]):
        withheld[cell] = False
        found: list[tuple[Doubt, int, list[dict[int, float]]]] = []
        for doubt in doubts:
            doubt.refresh_cell(cell)
            for at, proof in doubt.proofs.items():
                if any(cell in table for table in proof):
                    if (new := doubt.prove(at, values)) is None:
                        break
                    found.append((doubt, at, new))
            else:
                continue
            break
        else:
            for doubt, at, new in found:
                doubt.proofs[at] = new
            continue
        withheld[cell] = True
        for doubt in doubts:
            doubt.refresh_cell(cell)
