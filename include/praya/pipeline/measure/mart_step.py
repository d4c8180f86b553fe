"""The step of one mart: its inputs → its table, by its SQL file, which DuckDB runs on these inputs and nothing else."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from praya.contract.zone import HONG_KONG
from praya.errors import MeasureError, codes
from praya.lineage.made import MADE, made_key
from praya.pipeline.measure.mart_input import MartInput
from praya.pipeline.measure.marts import Mart
from praya.pipeline.step import Step
from praya.pipeline.step_log import LogFields, StepEnd, log_step
from praya.store import Store, layout
from praya.store.duck import PARQUET, identifier, instance, literal, lock, scan
from praya.store.states import MartState
from praya.text.outside import describe_error

Inputs = Mapping[str, MartInput]


@dataclass(frozen=True)
class MartRun:
    """A mart with the inputs that are there; of a monthly one the `month`."""

    mart: Mart
    inputs: Inputs
    month: str | None = None

    @property
    def key(self) -> str:
        """The content key of what the SQL makes of these inputs."""
        return made_key(
            self.mart.sql, {name: mart_input.key for name, mart_input in self.inputs.items()}, self.month
        )

    @property
    def state_key(self) -> str:
        """Where the state of this run lies."""
        return layout.mart_state(self.mart.name, self.month)

    def is_current(self, store: Store) -> bool:
        """Whether the last table was made by this SQL from these inputs, and all inputs are there."""
        state = store.get_record(MartState, self.state_key)
        return len(self.inputs) == len(self.mart.inputs) and state is not None and state.key == self.key


class MartStep(Step[MartRun, Inputs, MartState]):
    """Run the SQL of a mart. Raises MeasureError where it cannot run on the tables as they are."""

    name = "measure"

    def log_run(self, run: MartRun) -> AbstractContextManager[StepEnd]:
        """With mart and month."""
        return log_step(self.name, partition=run.month, mart=run.mart.name)

    def log_fields(self, run: MartRun, state: MartState) -> LogFields:
        """How many rows there are."""
        return {"rows": state.rows}

    def read_inputs(self, run: MartRun, store: Store) -> Inputs:
        """The inputs of the run."""
        return run.inputs

    def key(self, run: MartRun, inputs: Inputs) -> str:
        """See `MartRun.key`."""
        return run.key

    def tree(self, run: MartRun, key: str) -> str:
        """Where the table of this key lies."""
        return layout.mart(run.mart.name, key)

    def make(self, run: MartRun, inputs: Inputs, store: Store, folder: Path, work: Path) -> None:
        """Leave the table, and what it was made from."""
        _run_sql(store, run, folder / layout.MART_TABLE, work)
        made = {
            "inputs": {name: mart_input.key for name, mart_input in inputs.items()},
            "months": {
                name: dict(mart_input.keys)
                for name, mart_input in inputs.items()
                if mart_input.keys is not None
            },
        }
        (folder / MADE).write_text(json.dumps(made, sort_keys=True), "utf-8")

    def describe(self, run: MartRun, inputs: Inputs, store: Store, tree: str) -> MartState:
        """The state of the mart."""
        table = f"{tree}/{layout.MART_TABLE}"
        return MartState(
            key=run.key,
            table=table,
            sha256=store.sha256(table),
            rows=_count_rows(store.local(table)),
            inputs={name: mart_input.key for name, mart_input in inputs.items()},
            received_at=max(mart_input.received_at for mart_input in inputs.values()),
            synthetic=any(mart_input.synthetic for mart_input in inputs.values()),
        )

    def save(self, run: MartRun, state: MartState, store: Store) -> None:
        """Write the state of the mart, or of its month."""
        store.put_record(run.state_key, state)


def set_month(con: Any, month: str) -> None:
    """What a monthly mart's SQL is told: `month` as 2023-03, and `month_start` up to `month_end`, Hong Kong time."""
    first = dt.datetime.strptime(month, "%Y-%m").replace(tzinfo=HONG_KONG)
    following = (first + dt.timedelta(days=31)).replace(day=1)
    con.execute(f"set variable month = {literal(month)}")
    for name, moment in (("month_start", first), ("month_end", following)):
        con.execute(f"set variable {name} = timestamptz {literal(moment.isoformat())}")


def _run_sql(store: Store, run: MartRun, target: Path, work: Path) -> None:
    import duckdb

    mart = run.mart
    # An instance of its own, for it is locked: the SQL reads its inputs and writes nothing but its own table.
    with instance(work) as con:
        read = {
            table: store.local(table)
            for mart_input in run.inputs.values()
            for table in mart_input.tables.values()
        }
        for name, mart_input in run.inputs.items():
            con.execute(f"create view {identifier(name)} as {_select(read, mart_input)}")
        if run.month:
            set_month(con, run.month)
        if mart.ordered:
            con.execute("set threads = 1")
        lock(con, *read.values(), target)
        try:
            con.execute(
                f"copy (select * from ({mart.sql}\n) order by all) to {literal(str(target))} ({PARQUET})"
            )
        except duckdb.Error as error:
            of = f" of {run.month}" if run.month else ""
            raise MeasureError(
                codes.measure.SQL_FAILED,
                f"{mart.path}: cannot run on the tables{of} as they are: {describe_sql_error(error)}",
            ) from error


def describe_sql_error(error: Exception) -> str:
    """What DuckDB says of a mart; a query can put content into an error of its own, which is not shown."""
    kind = type(error).__name__
    return kind if kind == "InvalidInputException" else describe_error(error)


def _select(read: Mapping[str, Path], mart_input: MartInput) -> str:
    """What an input is read by: its tables, by the files where they are read, or its own `select`."""
    tables = [read[table] for table in mart_input.tables.values()]
    return f"from {scan(*tables)}" if tables else mart_input.select


def _count_rows(table: Path) -> int:
    import pyarrow.parquet as pq

    return int(pq.read_metadata(table).num_rows)
