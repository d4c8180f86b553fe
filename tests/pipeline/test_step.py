"""The engine of the steps: what it does in which order, and what is left where it is stopped between two of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from made import make_contract, scratch_left
from praya.errors import StageError, codes
from praya.ledger import Ledger
from praya.observe import LogFormat, bind_log_fields, write_logs
from praya.pipeline.stage import stage_table
from praya.pipeline.step import LineOfLedger, Step, run_step
from praya.store import Store, content_key
from praya.store.states import Warehouse


class Stopped(Exception):
    """Ends a step where a test wants it."""


class CopyStep(Step[str, bytes, Warehouse]):
    """Copies what lies under `raw/<subject>`; stops before what `stop` names, and keeps in `done` what it did."""

    name = "copy"

    def __init__(self, stop: str = "", other_key: str | None = None) -> None:
        self.stop, self.other_key = stop, other_key
        self.done: list[str] = []

    def read_inputs(self, subject: str, store: Store) -> bytes:
        return store.path(f"raw/{subject}").read_bytes()

    def key(self, subject: str, inputs: bytes) -> str:
        return content_key(inputs.decode())

    def tree(self, subject: str, key: str) -> str:
        return f"staged/{subject}/{key}"

    def make(self, subject: str, inputs: bytes, store: Store, folder: Path, work: Path) -> str | None:
        (folder / "first").write_bytes(inputs)
        self._do("make")
        (folder / "second").write_bytes(inputs)
        return self.other_key

    def describe(self, subject: str, inputs: bytes, store: Store, tree: str) -> Warehouse:
        self._do("describe")
        return Warehouse(tables=tree)

    def ledger_line(self, subject: str, inputs: bytes, state: Warehouse, store: Store) -> LineOfLedger:
        self._do("ledger_line")
        return LineOfLedger("month", subject, {"tree": state.tables})

    def save(self, subject: str, state: Warehouse, store: Store) -> None:
        self._do("save")
        store.set_state(subject, state)

    def conclude(self, subject: str, inputs: bytes, state: Warehouse, store: Store) -> None:
        assert store.state(Warehouse, subject) == state
        self._do("conclude")

    def _do(self, what: str) -> None:
        if what == self.stop:
            raise Stopped(what)
        self.done.append(what)


ORDER = ["make", "describe", "ledger_line", "save", "conclude"]


@pytest.fixture
def taken(store: Store) -> Store:
    store.put_bytes("raw/sample", b"1,a\n")
    return store


def trees(store: Store) -> list[set[str]]:
    """The names of the files in each tree."""
    return [{path.name for path in tree.iterdir()} for tree in store.path("staged").glob("sample/*")]


def test_a_step_makes_its_tree_then_its_line_then_its_state(taken: Store) -> None:
    step = CopyStep()
    state = run_step(step, "sample", taken)
    assert step.done == ORDER and trees(taken) == [{"first", "second"}]
    assert taken.state(Warehouse, "sample") == state
    assert [(line.kind, line.body["tree"]) for line in Ledger(taken)] == [("month", state.tables)]


def test_the_same_inputs_make_nothing_anew(taken: Store) -> None:
    first, again = run_step(CopyStep(), "sample", taken), CopyStep()
    assert run_step(again, "sample", taken) == first
    assert again.done == ORDER[1:] and len([*Ledger(taken)]) == 1


def test_other_inputs_make_another_tree_and_leave_the_old_one(taken: Store) -> None:
    first = run_step(CopyStep(), "sample", taken)
    taken.put_bytes("raw/sample", b"2,b\n")
    second = run_step(CopyStep(), "sample", taken)
    assert first.tables != second.tables and len(trees(taken)) == 2
    assert taken.state(Warehouse, "sample") == second


@pytest.mark.parametrize("stop", ORDER)
def test_a_step_that_stops_anywhere_leaves_nothing_half_done_and_ends_the_next_time(
    taken: Store, stop: str
) -> None:
    with pytest.raises(Stopped):
        run_step(CopyStep(stop), "sample", taken)
    assert trees(taken) == ([] if stop == "make" else [{"first", "second"}])
    assert (taken.state(Warehouse, "sample") is not None) == (stop == "conclude")
    assert not scratch_left(taken)
    state = run_step(CopyStep(), "sample", taken)
    assert taken.state(Warehouse, "sample") == state and trees(taken) == [{"first", "second"}]
    assert len([*Ledger(taken)]) == 1, "what was put on record before the stop is not put there twice"


def test_a_tree_that_may_be_better_next_time_has_another_name_and_is_made_again(taken: Store) -> None:
    first = CopyStep(other_key="staged/sample/for-now")
    assert run_step(first, "sample", taken).tables == "staged/sample/for-now"
    second = CopyStep()
    assert run_step(second, "sample", taken).tables != "staged/sample/for-now"
    assert second.done == ORDER


def log_events(run: Callable[[], object]) -> list[dict[str, Any]]:
    """What is logged meanwhile; an error ends `run` and nothing else."""
    lines: list[str] = []
    with write_logs(lines.append, LogFormat.JSON), suppress(Stopped, StageError):
        run()
    return [json.loads(line) for line in lines]


def test_a_step_logs_its_start_and_its_end(taken: Store) -> None:
    start, end = log_events(lambda: run_step(CopyStep(), "sample", taken))
    assert (start["event"], end["event"]) == ("step started", "step ended")
    assert start["step"] == end["step"] == "copy" and end["seconds"] >= 0


def test_a_step_with_unchanged_inputs_logs_that_it_is_skipped(taken: Store) -> None:
    run_step(CopyStep(), "sample", taken)
    *_, end = log_events(lambda: run_step(CopyStep(), "sample", taken))
    assert end["event"] == "step skipped" and end["reason"]


@pytest.mark.parametrize("stop", ORDER)
def test_a_step_that_stops_logs_a_code_and_no_end(taken: Store, stop: str) -> None:
    _, end = log_events(lambda: run_step(CopyStep(stop), "sample", taken))
    assert (end["event"], end["code"]) == ("step stopped", str(codes.internal.CRASH))


def test_steps_of_a_dataset_log_dataset_and_month(store: Store) -> None:
    with bind_log_fields(run="r", dataset="another", step="take_month"):
        start, end = log_events(lambda: stage_table(make_contract(partition="month").at("2023-01"), store))
    fields = {"dataset": "sample", "partition": "2023-01", "step": "stage", "run": "r"}
    assert start.items() >= fields.items() and end.items() >= fields.items()
    assert (end["event"], end["code"]) == ("step stopped", str(codes.stage.NOTHING_COLLECTED))
