"""Rows that come late, in a table whose mart lists who is counted only: their first records must not show in totals.

Before, such a row counted nobody, as anybody could see; a total that grows by one while all other parts stay says that
it counts one now. Here the variables are changes: of what is in print they are known, of all else they are not.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from praya.disclosure.protect.ambiguity import Ambiguity
from praya.disclosure.protect.carry import Rows
from praya.disclosure.protect.facts import INFINITE
from praya.disclosure.protect.past import Cell, Past
from praya.disclosure.protect.publication import Publication
from praya.disclosure.protect.system import build_system, gather_facts


def show_late(past: Past, new: Publication, rows: Rows, values: int) -> set[Cell]:
    """The counts in print that would tell of a row that comes late how few it counts now; None must be in print."""
    late = {key for key in new.true if key not in past.listed and new.period_of(key) in past.periods}
    threshold = new.disclosure.threshold
    small = {
        (name, key)
        for key in late
        for name in new.disclosure.counts
        if 0 < (new.true[key].get(name) or 0) < threshold
    }
    if not small:
        return set()
    system = build_system(
        gather_facts([replace(new, shown={key: row for key, row in rows.items() if key in new.true})])
    )
    names = {at: (column, key) for (_, column, key), at in system.cells.items()}
    low, high = np.full(system.size, -INFINITE), np.full(system.size, INFINITE)
    known_low, known_high, guarded = low.copy(), high.copy(), np.zeros(system.size, dtype=bool)
    for at, cell in names.items():
        column, key = cell
        if key in late and column in new.disclosure.counts:
            count = int(new.true[key][column] or 0)
            low[at], high[at] = -count, max(threshold - 1 - count, 0)
            guarded[at] = cell in small
        elif cell in past.anchors and rows[key][column] is not None:
            anchor = past.anchors[cell]
            shown = int(rows[key][column]) - anchor.figure - (int(new.true[key][column]) - anchor.value)
            off = new.method.change_off
            known_low[at], known_high[at] = min(shown - off, 0), max(shown + off, 0)
    sums = np.flatnonzero((system.low == 0) & (system.high == 0) & (system.rate_of < 0))
    changes = replace(
        system,
        known_low=low,
        known_high=high,
        shown_low=known_low,
        shown_high=known_high,
        held_low=np.full(system.size, -INFINITE),
        held_high=np.full(system.size, INFINITE),
        latest=np.isfinite(known_high),
        withheld=np.zeros(system.size, dtype=bool),
        guarded=guarded,
        matrix=system.matrix[sums],
        low=system.low[sums],
        high=system.high[sums],
        rates=[],
        rate_of=system.rate_of[sums],
    )
    ambiguity = Ambiguity(changes, values)
    ambiguity.keep()
    return {names[int(at)] for at in np.flatnonzero(ambiguity.withheld)}
