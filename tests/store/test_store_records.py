"""Records: what they are on the store, and what is refused instead of being read as something else."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from made.expected import stops
from praya.errors import IntegrityError, codes
from praya.store import Store, layout
from praya.store.states import Accepted, AcceptedBefore, Problem, Staged

ACCEPTED = Accepted(
    key="k", table="t", rows=2, received_at="2026-01-01T00:00:00Z", synthetic=False, verdict="passed", verdict_key="v"
)  # fmt: skip
PREVIOUS = AcceptedBefore(key="j", table="s", received_at="2025-12-01T00:00:00Z")


def refusal(store: Store, value: Any) -> str:
    """The code of the error for what lies where an accepted table's state should be."""
    store.put_json(layout.state("sample", Accepted.STEP), value)
    with pytest.raises(IntegrityError) as caught:
        store.state(Accepted, "sample")
    return caught.value.code.name


@pytest.mark.parametrize(
    "record", [ACCEPTED, msgspec.structs.replace(ACCEPTED, previous=PREVIOUS, rules="r")]
)
def test_a_record_comes_back_as_it_was_put(store: Store, record: Accepted) -> None:
    store.set_state("sample", record)
    assert store.state(Accepted, "sample") == store.read_state(Accepted, "sample") == record
    assert store.path("state/sample/accepted.json").read_bytes() == record.to_bytes()


def test_only_what_differs_from_the_default_is_written(store: Store) -> None:
    store.set_state("sample", ACCEPTED)
    written = store.read_json("state/sample/accepted.json")
    assert set(written) == {"key", "table", "rows", "received_at", "synthetic", "verdict", "verdict_key"}


def test_a_field_may_have_another_name_on_the_store() -> None:
    staged = Staged(
        key="k", table="t", quarantine="q", received_at="2026-01-01T00:00:00Z", synthetic=False, stopped=None,
        rows_in=1, rows_out=1, rows_quarantined=0, quarantined_by_rule={}, outside_records={"$.title": "A title"},
    )  # fmt: skip
    assert staged.as_json()["beside"] == staged.outside_records == {"$.title": "A title"}


def test_keys_that_nobody_knows_are_no_matter(store: Store) -> None:
    store.put_json(layout.state("sample", Accepted.STEP), ACCEPTED.as_json() | {"of_before": [1]})
    assert store.state(Accepted, "sample") == ACCEPTED


def test_what_a_step_never_left_is_none_or_an_error(store: Store) -> None:
    assert store.state(Accepted, "sample") is None
    with stops(codes.store.FILE_DAMAGED, "sample"):
        store.read_state(Accepted, "sample")


@pytest.mark.parametrize(
    "change", [{"rows": "2"}, {"rows": None}, {"previous": []}, {"previous": {"key": "j"}}]
)
def test_a_value_of_another_type_is_refused(store: Store, change: dict[str, Any]) -> None:
    assert refusal(store, ACCEPTED.as_json() | change) == codes.store.FILE_DAMAGED.name


@pytest.mark.parametrize("name", sorted(ACCEPTED.as_json()))
def test_a_missing_field_is_refused(store: Store, name: str) -> None:
    left = {key: value for key, value in ACCEPTED.as_json().items() if key != name}
    assert refusal(store, left) == codes.store.FILE_DAMAGED.name


@pytest.mark.parametrize("value", [[], "text", 1])
def test_what_is_no_object_is_refused(store: Store, value: Any) -> None:
    assert refusal(store, value) == codes.store.FILE_DAMAGED.name


def test_a_record_of_a_newer_praya_is_refused(store: Store) -> None:
    newer = {"format": Accepted.FORMAT + 1}
    assert refusal(store, ACCEPTED.as_json() | newer) == codes.store.RECORD_TOO_NEW.name


def test_a_record_does_not_change() -> None:
    with pytest.raises(AttributeError):
        ACCEPTED.rows = 3  # type: ignore[misc]


def test_a_state_of_another_subject_is_another_state(store: Store) -> None:
    store.set_state("sample/2026-01", Problem(step="stage", message="It stopped."))
    assert store.state(Problem, "sample") is None and store.state(Problem, "sample/2026-01") is not None
