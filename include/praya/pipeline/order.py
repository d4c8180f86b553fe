"""The steps of a dataset in their order: the one place that knows it. Commands and Airflow's tasks run them from here.

    collect → stage → validate → release (protect, then release)

Records of persons, which are taken month by month, end with validate: what is made from them goes on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from praya.contract import Contract
from praya.disclosure.protect import ProtectedTable
from praya.pipeline.collect import Collection, collect_source
from praya.pipeline.current import TodaysRules
from praya.pipeline.protect import protect_table
from praya.pipeline.release.release_step import Publication, Released, release_table
from praya.pipeline.stage import stage_table
from praya.pipeline.validate import validate_table
from praya.provenance import Context, Signer, load_signer
from praya.store import Store
from praya.store.states import Staged, Validated

STEPS = ("collect", "stage", "validate", "release")
"""What is run, retried and shown by itself. A protected table never leaves the process that releases it."""

Around = Callable[[str], AbstractContextManager[None]]
"""What a caller does around each step, by its name: progress, the reason of an error, fields of the log."""


def steps_of(contract: Contract) -> tuple[str, ...]:
    """The steps that a dataset, or a month of it, goes through, in their order."""
    return STEPS if contract.released else STEPS[:-1]


@dataclass(frozen=True)
class Pipeline:
    """The steps on one store, by the suites in one folder. `connections` are base addresses by the names of Airflow
    connections; `context` says what run this is, and `by` signs (default: the key of the key file)."""

    store: Store
    suites: Path
    connections: Mapping[str, str] = field(default_factory=dict)
    context: Context = field(default_factory=dict)
    by: Signer | None = None

    def collect(self, contract: Contract) -> Collection:
        """See `collect_source`."""
        return collect_source(contract, self.store, self.connections)

    def stage(self, contract: Contract) -> Staged:
        """See `stage_table`."""
        return stage_table(contract, self.store)

    def validate(self, contract: Contract) -> Validated:
        """See `validate_table`."""
        return validate_table(contract, self.store, self.suites)

    def release(self, contract: Contract) -> Released:
        """Put the accepted table through disclosure control, and publish it; see `release_table`."""
        table = protect_table(contract, self.store)
        return publish_release(
            table, contract, self.store, suites=self.suites, context=self.context, by=self.by
        )

    def run(self, contract: Contract, around: Around = lambda _: nullcontext()) -> Released | None:
        """Take a dataset the whole way; None for records, which are not released. Raises what its steps raise."""
        released = None
        for step in steps_of(contract):
            with around(step):
                released = getattr(self, step)(contract)
        return released if isinstance(released, Released) else None


def publish_release(
    table: ProtectedTable,
    contract: Contract,
    store: Store,
    now: dt.datetime | None = None,
    suites: Path | None = None,
    *,
    context: Context | None = None,
    by: Signer | None = None,
) -> Released:
    """Publish a protected table, once it is what today's rules give; see `release_table` for what it raises. `now` is
    UTC."""
    suites = suites or store.project.suites
    run = Publication(
        context or {}, by or load_signer(store.project.signing_key), suites, now or store.project.clock()
    )
    return release_table(table, contract, store, run, TodaysRules(store, suites))
