"""What else of a table goes out than its figures: status codes of empty cells, and what the gate decided, in numbers.

Neither may say more than the figures do. The order and number of rows are looked at in the other tests here.
"""

from __future__ import annotations

import json
import random

import pytest

from disclosure.family import at_the_gate
from disclosure.records import COUNTS, METHODS, MONTHS, contract, drawn, table
from praya.store import Store
from praya.store.states import Protected

pytestmark = pytest.mark.slow

SHOWN = (*COUNTS, "quick_pct")


@pytest.mark.parametrize("method", METHODS)
def test_an_empty_cell_is_withheld_whatever_it_counts(method: str, store: Store) -> None:
    """A share of nobody is empty in truth; with another status than `C` it would say that nobody is there."""
    records = [
        record for record in drawn(random.Random(2)) if record.place != "y" and record.month == MONTHS[0]
    ]
    true = table(records, MONTHS[:1])
    assert any(row["quick_pct"] is None for row in true)
    for row in at_the_gate(store, contract(method), true):
        for name in SHOWN:
            assert row[f"{name}_conf_status"] == ("C" if row[name] is None else "F"), (name, row)


@pytest.mark.parametrize("method", METHODS)
def test_what_is_kept_of_the_decision_has_no_true_figure(method: str, store: Store) -> None:
    """Manifest and ledger carry the decision: rows, withheld cells and datasets, and these are in print themselves."""
    true = table(drawn(random.Random(4)), MONTHS[:2])
    printed = at_the_gate(store, contract(method), true)
    state = store.state(Protected, "sample")
    assert state is not None
    decision = state.decision
    withheld = sum(row[f"{name}_conf_status"] == "C" for row in printed for name in SHOWN)
    assert (decision["rows"], decision["suppressed_cells"]) == (len(printed), withheld)
    known = {"class", "reason", "method", "rows", "suppressed_cells", "personal_data", "joint", "policy"}
    assert {*decision} <= known
    assert {*decision["joint"]} <= {"looked_at_with"}
    assert "true" not in json.dumps(decision["joint"])
