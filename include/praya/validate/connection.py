"""DuckDB as Great Expectations can use it: an SQLAlchemy dialect whose results outlive their connection.

GX gives a connection back to its pool before it fetches, and the pool's rollback throws away DuckDB's pending
result. Here every statement runs on a DuckDB cursor of its own, which that rollback does not touch.
Why this way: docs/decisions/gx-on-duckdb.md. Heavy to import: `praya.validate.engine` does so when it runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import duckdb_engine
import sqlalchemy
from sqlalchemy import types

from praya.store import duck

# No dataset has this name: theirs begin with a letter or a digit.
BATCH = "_batch"
URL = "duckdb+praya://"

sqlalchemy.dialects.registry.register("duckdb.praya", __name__, "Dialect")


class Cursor(duckdb_engine.CursorWrapper):  # type: ignore[misc]
    """One statement and its result."""

    @property
    def description(self) -> list[tuple[Any, ...]] | None:
        """As in DB-API, with types as text: SQLAlchemy keeps them, and DuckDB calls its own leaks at exit."""
        columns = super().__getattr__("description")
        return columns and [(name, str(kind), *rest) for name, kind, *rest in columns]


class Connection(duckdb_engine.ConnectionWrapper):  # type: ignore[misc]
    """A DuckDB connection as duckdb-engine wraps it, but with a cursor of its own for every statement."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        super().__init__(connection)
        self._duckdb = connection

    def cursor(self) -> Cursor:
        return Cursor(self._duckdb.cursor(), self)


class Preparer(duckdb_engine.DuckDBIdentifierPreparer):  # type: ignore[misc]
    """Every name in quotes: `at` is no reserved word to DuckDB, and yet `select at, b` does not parse."""

    def _requires_quotes(self, _value: str) -> bool:
        return True


class Dialect(duckdb_engine.Dialect):  # type: ignore[misc]
    """duckdb-engine's dialect for views: it finds columns by `describe`, not in PostgreSQL's catalogue."""

    driver = "praya"
    preparer = Preparer
    supports_statement_cache = False

    def get_columns(
        self, connection: sqlalchemy.Connection, table_name: str, *_schema: Any, **_cache: Any
    ) -> list[dict[str, Any]]:
        rows = connection.execute(sqlalchemy.text(f"describe {duck.identifier(table_name)}")).all()
        known = self.ischema_names
        return [
            {
                "name": name,
                "type": known.get(str(kind).split("(")[0].lower(), types.NullType)(),
                "nullable": True,
                "default": None,
            }
            for name, kind, *_ in rows
        ]

    def get_pk_constraint(self, *_table: Any, **_cache: Any) -> dict[str, Any]:
        return {"constrained_columns": [], "name": None}


@contextmanager
def open_views(
    table: Path, references: Mapping[str, Path], work: Path
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB in memory in which `table` is the view `_batch`, and each reference a view under its name.

    It reads those files and nothing else: no SQL in a suite can write a file or open another.
    """
    views = {BATCH: table, **references}
    with duck.connect(work) as connection:
        connection.execute("set global timezone = 'UTC'")
        for name, path in views.items():
            columns = _columns(connection, path)
            source = f"read_parquet({duck.literal(str(path))})"
            connection.execute(f"create view {duck.identifier(name)} as select {columns} from {source}")
        allowed = ", ".join(duck.literal(str(path)) for path in views.values())
        connection.execute(f"set allowed_paths = [{allowed}]")
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
        yield connection


def _columns(connection: duckdb.DuckDBPyConnection, path: Path) -> str:
    """`*`, with moments as UTC clock time: DuckDB gives moments to Python only where pytz is installed."""
    rows = connection.execute(f"describe select * from read_parquet({duck.literal(str(path))})").fetchall()
    moments = [duck.identifier(name) for name, kind, *_ in rows if kind == "TIMESTAMP WITH TIME ZONE"]
    if not moments:
        return "*"
    as_utc = ", ".join(f"timezone('UTC', {name}) as {name}" for name in moments)
    return f"* replace ({as_utc})"
