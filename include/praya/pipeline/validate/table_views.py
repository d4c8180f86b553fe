"""What an expectation may look at: the table and what it refers to, as views of a DuckDB that reads nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb

from praya.contract.zone import HONG_KONG
from praya.store import duck

# No dataset has this name: theirs begin with a letter or a digit.
BATCH = "_batch"
# The last summer time of Hong Kong ended in October 1979; since then the clock is eight hours ahead of UTC.
EIGHT_HOURS, AHEAD = "timestamptz '1980-01-01 00:00:00+00'", 8 * 3600 * 1_000_000


@contextmanager
def open_views(
    table: Path, references: Mapping[str, Path], work: Path
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB in memory in which `table` is the view `_batch`, and each reference a view under its name.

    It reads those files and nothing else: no SQL in a suite can write a file or open another.
    """
    views = {BATCH: table, **references}
    with duck.instance(work) as connection:
        for name, path in views.items():
            columns = _columns(connection, path)
            source = f"read_parquet({duck.literal(str(path))})"
            connection.execute(f"create view {duck.identifier(name)} as select {columns} from {source}")
        duck.lock(connection, *views.values())
        yield connection


def _columns(connection: duckdb.DuckDBPyConnection, path: Path) -> str:
    """`*`, with moments as the clock showed them in Hong Kong: a suite means Hong Kong time, as a contract does, and
    DuckDB gives moments to Python only where pytz is installed."""
    rows = connection.execute(f"describe select * from read_parquet({duck.literal(str(path))})").fetchall()
    moments = [duck.identifier(name) for name, kind, *_ in rows if kind == "TIMESTAMP WITH TIME ZONE"]
    if not moments:
        return "*"
    # By way of the microseconds it takes a third of the time; infinity has none, and the clock was another before.
    clocks = ", ".join(
        f"case when isfinite({name}) and {name} >= {EIGHT_HOURS} then make_timestamp(epoch_us({name}) + {AHEAD}) "
        f"else timezone('{HONG_KONG}', {name}) end as {name}"
        for name in moments
    )
    return f"* replace ({clocks})"
