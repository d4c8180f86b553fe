"""The methods side by side: each figure counted again in plain Python, and nothing published by it."""

from __future__ import annotations

import html
import random

import pytest

from disclosure.family import at_the_gate
from disclosure.test_disclosure_history import contract, steps, table
from made.expected import stops
from praya.contract import Contract
from praya.disclosure.protect.utility import Compared, compare, in_percent
from praya.errors import codes
from praya.ledger import Ledger
from praya.store import Store

pytestmark = pytest.mark.slow

TRUE = table(steps(random.Random(3))[0])
ONE = contract("10-5 rule")


@pytest.fixture
def found(store: Store) -> Compared:
    at_the_gate(store, ONE, TRUE)
    return compare(ONE, store)


def single() -> list[int]:
    return [row["cases"] for row in TRUE if "all" not in (row["kind"], row["place"]) and row["cases"]]


def test_the_default_is_measured_cell_by_cell(found: Compared, store: Store) -> None:
    printed = at_the_gate(store, ONE, TRUE)
    shown = {(row["period"], row["kind"], row["place"]): row["cases"] for row in printed}
    pairs = [
        (row["cases"], shown[row["period"], row["kind"], row["place"]])
        for row in TRUE
        if "all" not in (row["kind"], row["place"]) and row["cases"]
    ]
    (count,) = found.record["methods"]["10-5 rule"]["counts"]
    total, off = sum(single()), [abs(true - there) for true, there in pairs if there is not None]
    assert count["cells"] == len(pairs)
    assert count["withheld"] == sum(there is None for _, there in pairs)
    # 10, 11 and 12 are withheld for their own size too: their figure would stand for three counts only.
    assert count["withheld_for_others"] == sum(true >= 13 for true, there in pairs if there is None)
    assert count["changed"] == sum(there is not None and there != true for true, there in pairs)
    lost = sum(true for true, there in pairs if there is None)
    assert count["share_withheld"] == pytest.approx(lost / total, rel=0.05)
    assert count["share_misplaced"] == pytest.approx(sum(off) / total, rel=0.05)
    assert count["mean_error"] == pytest.approx(sum(off) / len(off), rel=0.05)


def test_suppression_changes_nothing_and_needs_more_cells(found: Compared) -> None:
    (count,) = found.record["methods"]["suppression"]["counts"]
    assert (count["changed"], count["mean_error"], count["share_misplaced"]) == (0, 0, 0)
    small = sum(cases < 10 for cases in single())
    assert count["withheld"] - count["withheld_for_others"] == small
    assert count["withheld_for_others"] > 0


def test_a_method_that_cannot_be_used_says_why(found: Compared) -> None:
    assert "no cell keys for cases" in found.record["methods"]["cell-key perturbation"]["not_possible"]


def test_the_page_has_what_the_comparison_has_and_nothing_is_published(found: Compared, store: Store) -> None:
    page = html.unescape(store.path(found.report).read_text("utf-8"))
    (count,) = found.record["methods"]["suppression"]["counts"]
    for words in (
        f"<td>{count['cells']:,}</td>",
        "10-5 rule (chosen)",
        "Synthetic data",
        "not possible: its mart",
    ):
        assert words in page
    assert [line.kind for line in Ledger(store)] == ["disclosure"]
    assert compare(ONE, store) == found, "the same again"


def test_shares_are_written_in_per_cent() -> None:
    assert [in_percent(share) for share in (0, 0.0024, 0.13, 0.999, 1)] == [
        "0%",
        "0.24%",
        "13%",
        "100%",
        "100%",
    ]


def test_what_has_no_counts_has_no_methods(store: Store) -> None:
    facts = {"class": "public facts", "reason": "nothing but invented facts"}
    plain = Contract.model_validate(ONE.as_dict() | {"disclosure": facts})
    with stops(codes.disclosure.METHOD_NOT_APPLICABLE, plain.dataset):
        compare(plain, store)
    with stops(codes.validate.NO_TABLE_ACCEPTED, ONE.dataset):
        compare(ONE, store)
