"""A step of the pipeline, and the engine that runs one.

A step makes a tree of files under a name that comes from its inputs, and leaves a state that points to it. What all
steps do is done here, in this order: read the inputs, look whether the tree is there, make it in a scratch folder and
give it its place whole, write the line of the ledger, write the state. A kill between any two leaves what was there
before, or a tree that the next run finds.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import ClassVar, Generic, NamedTuple, TypeVar

from praya.contract import Contract
from praya.ledger import Ledger
from praya.pipeline.step_log import UNCHANGED_INPUTS, LogFields, StepEnd, log_step
from praya.store import Store
from praya.store.record import Record

Subject = TypeVar("Subject")
Inputs = TypeVar("Inputs")
State = TypeVar("State", bound=Record)


class LineOfLedger(NamedTuple):
    """What a step puts on record: the kind of the line, whom it is about, and its body."""

    kind: str
    subject: str
    body: Mapping[str, object]


class Step(ABC, Generic[Subject, Inputs, State]):
    """One step. `Subject` is what it is run for, such as a contract; `Inputs` what it finds on the store for that."""

    name: ClassVar[str]

    @abstractmethod
    def read_inputs(self, subject: Subject, store: Store) -> Inputs:
        """What the step works on. Raises a PrayaError where it is not there, or may not go on."""

    @abstractmethod
    def key(self, subject: Subject, inputs: Inputs) -> str:
        """The content key of what the step makes: the same inputs and rules, the same key."""

    @abstractmethod
    def tree(self, subject: Subject, key: str) -> str:
        """The key of the store under which the result lies as a tree."""

    @abstractmethod
    def make(self, subject: Subject, inputs: Inputs, store: Store, folder: Path, work: Path) -> str | None:
        """Write the result into the empty `folder`; `work` is scratch. Returns another key for the tree where the same
        inputs may give a better result next time, else None."""

    @abstractmethod
    def describe(self, subject: Subject, inputs: Inputs, store: Store, tree: str) -> State:
        """The state that points to the tree."""

    @abstractmethod
    def save(self, subject: Subject, state: State, store: Store) -> None:
        """Write the state."""

    def lock(self, subject: Subject, store: Store) -> AbstractContextManager[None]:
        """What is held among processes from the making to the line of the ledger; by default nothing."""
        return nullcontext()

    def settle_leftover(self, subject: Subject, store: Store, tree: str) -> None:
        """What is done, under the lock, with a tree of a run that was killed before its line of the ledger; by default
        it is taken as it is."""

    def ledger_line(
        self, subject: Subject, inputs: Inputs, state: State, store: Store
    ) -> LineOfLedger | None:
        """What goes on record before the state is written; by default nothing."""
        return None

    def log_run(self, subject: Subject) -> AbstractContextManager[StepEnd]:
        """What logs the step, with the fields that say whom it is run for."""
        return log_step(self.name)

    def log_fields(self, subject: Subject, state: State) -> LogFields:
        """What the log has of the result; by default nothing. More people read the log than the tables."""
        return {}

    def conclude(self, subject: Subject, inputs: Inputs, state: State, store: Store) -> None:
        """What follows once the state is written, such as the error that it stands for."""


class ContractStep(Step[Contract, Inputs, State]):
    """A step that is run for a dataset, or for one month of it."""

    def log_run(self, subject: Contract) -> AbstractContextManager[StepEnd]:
        """With dataset and month."""
        return log_step(self.name, subject.dataset, subject.month)


def run_step(step: Step[Subject, Inputs, State], subject: Subject, store: Store) -> State:
    """Run a step; returns its state. Running it again on the same inputs makes nothing anew."""
    with step.log_run(subject) as end:
        inputs = step.read_inputs(subject, store)
        tree = step.tree(subject, step.key(subject, inputs))
        with step.lock(subject, store):
            step.settle_leftover(subject, store, tree)
            if store.exists(tree):
                end.skipped = UNCHANGED_INPUTS
            else:
                tree = _make(step, subject, inputs, store, tree)
            state = step.describe(subject, inputs, store, tree)
            line = step.ledger_line(subject, inputs, state, store)
            if line is not None:
                Ledger(store).record(line.kind, line.subject, line.body)
        step.save(subject, state, store)
        end.fields = step.log_fields(subject, state)
        step.conclude(subject, inputs, state, store)
    return state


def _make(
    step: Step[Subject, Inputs, State], subject: Subject, inputs: Inputs, store: Store, tree: str
) -> str:
    with store.scratch() as work:
        folder = work / "tree"
        folder.mkdir()
        tree = step.make(subject, inputs, store, folder, work) or tree
        store.adopt_tree(folder, tree)
    return tree
