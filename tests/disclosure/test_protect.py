"""protect: small counts are withheld, and nothing reaches a release without it."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from made import accept, field, make_contract, open_store, rows_of
from made.expected import stops
from praya.contract import Contract
from praya.disclosure.protect import ProtectedTable
from praya.disclosure.protect.protected_table import seal
from praya.errors import Code, DisclosureError, codes
from praya.ledger import Ledger
from praya.pipeline.order import publish_release
from praya.pipeline.protect import protect_table
from praya.store import Store, file_sha256
from praya.store.states import Accepted, Protected

pytestmark = pytest.mark.slow

COUNTED = make_contract(
    field("place"),
    field("cases", "integer"),
    field("deaths", "integer"),
    disclosure={
        "class": "aggregated counts",
        "counts": ["cases", "deaths"],
        "reason": "Counts of people by place.",
    },
)
PUBLIC = make_contract()


def csv_of(rows: list[tuple[Any, ...]], header: str) -> bytes:
    lines = [",".join("" if cell is None else str(cell) for cell in row) for row in rows]
    return "\n".join([header, *lines, ""]).encode()


def protected(
    store: Store, contract: Contract = PUBLIC, data: bytes = b"id,name\n1,a\n2,b\n"
) -> ProtectedTable:
    accept(store, contract, data)
    return protect_table(contract, store)


def ten_five(count: int | None) -> tuple[int | None, str | None]:
    """The rule in plain words: what would be less than 15 withheld, else to the nearest 5."""
    if count is None:
        return None, None
    if count < 13:
        return None, "C"
    return 5 * int(count / 5 + 0.5), "F"


COUNTS = st.none() | st.integers(0, 40) | st.integers(0, 10_000_000)
SCRATCH = TemporaryDirectory()


@settings(max_examples=40, deadline=None)
@given(counts=st.lists(st.tuples(COUNTS, COUNTS), min_size=1, max_size=30))
# The status F and a count beside it have the check digit of an identity card.
@example(counts=[(None, 9021897), (13, 13)])
def test_counts_below_13_are_withheld_and_others_rounded_to_5(
    counts: list[tuple[int | None, int | None]],
) -> None:
    # A letter, three digits and a count of four beside them are now and then the number of an identity card.
    rows = [(f"place-{number:03}", *pair) for number, pair in enumerate(counts)]
    # A store of its own, or the gate would look back at all the tables before.
    store = open_store(Path(mkdtemp(dir=SCRATCH.name)))
    table = protected(store, COUNTED, csv_of(rows, "place,cases,deaths"))
    found = rows_of(table.path)
    assert found == [(place, *ten_five(cases), *ten_five(deaths)) for place, cases, deaths in rows]
    assert not any(isinstance(cell, int) and (cell < 15 or cell % 5) for row in found for cell in row)
    withheld = sum(count is not None and count < 13 for pair in counts for count in pair)
    assert (table.decision["suppressed_cells"], table.decision["rows"]) == (withheld, len(rows))


@pytest.mark.parametrize(
    ("count", "shown"),
    [(-3, None), (0, None), (9, None), (10, None), (12, None), (13, 15), (17, 15), (18, 20)],
)
def test_the_edges_of_the_rule(store: Store, count: int, shown: int | None) -> None:
    table = protected(store, COUNTED, csv_of([("p", count, 100)], "place,cases,deaths"))
    assert rows_of(table.path)[0][1:] == (shown, "C" if shown is None else "F", 100, "F")


def test_what_is_withheld_is_neither_in_the_ledger_nor_in_the_state(store: Store) -> None:
    protected(store, COUNTED, csv_of([("p", 7, 1234567)], "place,cases,deaths"))
    for path in (store.path("ledger/ledger.jsonl"), store.path("state/sample/protected.json")):
        assert "1234567" not in path.read_text("utf-8")


def test_public_facts_pass_as_they_are_in_the_order_of_the_primary_key(store: Store) -> None:
    table = protected(store, PUBLIC, b"id,name\n10,c\n9,b\n1,a\n")
    assert rows_of(table.path) == [(1, "a"), (9, "b"), (10, "c")]
    assert (table.decision["method"], table.decision["suppressed_cells"]) == ("none needed", 0)


def test_the_decision_is_in_the_ledger_before_anything_can_be_released(store: Store) -> None:
    table = protected(store, COUNTED, csv_of([("p", 7, 100)], "place,cases,deaths"))
    (line,) = Ledger(store)
    assert (line.kind, line.subject, line.body["table_sha256"]) == (
        "disclosure",
        "sample",
        file_sha256(table.path),
    )
    assert (line.body["class"], line.body["method"], line.body["suppressed_cells"]) == (
        "aggregated counts",
        "10-5 rule",
        1,
    )
    protect_table(COUNTED, store)
    assert len(list(Ledger(store))) == 1


def test_nothing_accepted_is_nothing_protected(store: Store) -> None:
    with stops(codes.validate.NO_TABLE_ACCEPTED, PUBLIC.dataset):
        protect_table(PUBLIC, store)


# --- getting round it ------------------------------------------------------------------------------------


def expect_stop(code: Code, table: Any, store: Store, *values: object, contract: Contract = PUBLIC) -> None:
    with stops(code, *values):
        publish_release(table, contract, store)
    assert not store.path("released").exists()


class Fake:
    """All that a protected table has, and none of its checks."""

    def __init__(self, table: ProtectedTable) -> None:
        for name in (
            "dataset",
            "path",
            "fields",
            "sha256",
            "received_at",
            "synthetic",
            "accepted_key",
            "verdict_key",
            "decision",
            "disclosure",
        ):
            setattr(self, name, getattr(table, name))

    def checked(self, store: Store) -> Fake:
        return self


class Subclass(ProtectedTable):
    """Is a protected table, says isinstance, and brings checks of its own."""

    def __init__(self, table: ProtectedTable) -> None:
        for name, value in vars(Fake(table)).items():
            object.__setattr__(self, name, value)

    def checked(self, store: Store) -> ProtectedTable:
        return self


class Liar(Fake):
    __class__ = ProtectedTable  # type: ignore[assignment]


def test_nothing_but_a_protected_table_is_released(store: Store) -> None:
    table = protected(store)
    accepted = store.state(Accepted, "sample")
    assert accepted
    names = [store.path(accepted.table), str(table.path), accepted, None, ProtectedTable]
    alikes = [Fake(table), Subclass(table), Liar(table), SimpleNamespace(**vars(Fake(table)))]
    assert isinstance(Liar(table), ProtectedTable)
    for stand_in in [*names, *alikes]:
        expect_stop(codes.disclosure.PROTECTED_TABLE_MISUSED, stand_in, store, type(stand_in).__name__)


def test_a_protected_table_cannot_be_made_outside(store: Store) -> None:
    table = protected(store)
    state = store.read_state(Protected, "sample")
    for stamp in (object(), None, True):
        with stops(codes.disclosure.PROTECTED_TABLE_MISUSED):
            ProtectedTable(seal=stamp, contract=PUBLIC, path=table.path, fields=table.fields, state=state)


def test_a_hollow_protected_table_is_refused(store: Store) -> None:
    table = protected(store)
    expect_stop(codes.disclosure.PROTECTED_TABLE_MISUSED, object.__new__(ProtectedTable), store)
    forged = object.__new__(ProtectedTable)
    for name, value in vars(Fake(table)).items():
        object.__setattr__(forged, name, value)
    object.__setattr__(forged, "_seal", object())
    expect_stop(codes.disclosure.PROTECTED_TABLE_MISUSED, forged, store)


def test_a_protected_table_does_not_change_and_is_not_copied_into_another(store: Store) -> None:
    table = protected(store)
    for name in ("path", "sha256", "synthetic", "decision", "_seal"):
        with stops(codes.disclosure.PROTECTED_TABLE_MISUSED, name):
            setattr(table, name, getattr(table, name))
    for make in (copy.copy, copy.deepcopy, lambda one: pickle.loads(pickle.dumps(one))):
        with pytest.raises((DisclosureError, TypeError)):
            make(table)


def test_altered_bytes_are_refused(store: Store) -> None:
    table = protected(store)
    store.path(store.key(table.path)).write_bytes(
        table.path.read_bytes()[:-9] + b"x" + table.path.read_bytes()[-8:]
    )
    expect_stop(codes.disclosure.TABLE_RECORD_DIFFERS, table, store, table.path)


def test_unprotected_bytes_under_the_name_of_protected_ones_are_refused(store: Store) -> None:
    table = protected(store, COUNTED, csv_of([("p", 7, 100)], "place,cases,deaths"))
    accepted = store.state(Accepted, "sample")
    assert accepted
    table.path.write_bytes(store.path(accepted.table).read_bytes())
    expect_stop(codes.disclosure.TABLE_RECORD_DIFFERS, table, store, table.path, contract=COUNTED)


def test_other_protected_bytes_of_the_same_dataset_are_refused(store: Store) -> None:
    old = protected(store)
    new = protected(store, PUBLIC, b"id,name\n1,a\n2,b\n3,c\n")
    new.path.write_bytes(old.path.read_bytes())
    expect_stop(codes.disclosure.TABLE_RECORD_DIFFERS, new, store, new.path)


def test_a_sealed_table_that_points_elsewhere_is_refused(store: Store) -> None:
    table = protected(store)
    accepted, state = store.state(Accepted, "sample"), store.state(Protected, "sample")
    assert accepted and state
    elsewhere = seal(PUBLIC, store, msgspec.structs.replace(state, table=accepted.table), table.fields)
    expect_stop(codes.disclosure.TABLE_RECORD_DIFFERS, elsewhere, store, elsewhere.path)


def test_bytes_that_the_ledger_knows_nothing_of_are_refused(store: Store) -> None:
    table = protected(store)
    store.path("ledger/ledger.jsonl").unlink()
    expect_stop(codes.disclosure.TABLE_RECORD_DIFFERS, table, store, table.path)


def test_the_table_of_another_dataset_is_refused(store: Store) -> None:
    other = make_contract(dataset="other")
    table = protected(store)
    expect_stop(codes.disclosure.PROTECTED_TABLE_MISUSED, table, store, "sample", "other", contract=other)


def test_the_table_of_another_store_is_refused(store: Store, tmp_path: Path) -> None:
    table = protected(open_store(tmp_path / "another"))
    expect_stop(codes.disclosure.TABLE_RECORD_DIFFERS, table, store, table.path)


def test_a_table_protected_under_looser_rules_is_refused(store: Store) -> None:
    columns = [field("place"), field("cases", "integer")]
    loose = make_contract(*columns)
    strict = make_contract(
        *columns,
        disclosure={"class": "aggregated counts", "counts": ["cases"], "reason": "Counts of people."},
    )
    accept(store, loose, b"place,cases\np,3\n")
    table = protect_table(loose, store)
    expect_stop(codes.release.CHANGED_SINCE_CHECKED, table, store, "sample", contract=strict)


def test_two_datasets_of_the_same_bytes_are_both_released(store: Store) -> None:
    other = make_contract(dataset="other")
    first, second = protected(store), protected(store, other)
    assert first.sha256 == second.sha256
    assert publish_release(first, PUBLIC, store).changed and publish_release(second, other, store).changed


@settings(max_examples=20, deadline=None)
@given(letter=st.sampled_from("ABKPZ"), digits=st.integers(100, 999), cases=st.integers(1_000, 9_999))
@example(letter="P", digits=0, cases=1450)
def test_a_code_next_to_a_count_is_no_number_of_an_identity_card(
    letter: str, digits: int, cases: int
) -> None:
    """A letter and three digits, then a count of four: one in eleven has the check digit that such a number has."""
    with TemporaryDirectory() as folder:
        data = csv_of([(f"{letter}{digits:03}", cases, 100)], "place,cases,deaths")
        table = protected(open_store(Path(folder)), COUNTED, data)
        assert rows_of(table.path)[0][0] == f"{letter}{digits:03}"
