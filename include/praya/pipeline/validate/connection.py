"""DuckDB as Great Expectations can use it: an SQLAlchemy dialect whose results outlive their connection.

GX gives a connection back to its pool before it fetches, and the pool's rollback throws away DuckDB's pending
result. Here every statement runs on a DuckDB cursor of its own, which that rollback does not touch.
Why this way: docs/decisions/gx-on-duckdb.md. Heavy to import: `praya.pipeline.validate.engine` does so when it asks GX.
"""

from __future__ import annotations

from typing import Any

import duckdb
import duckdb_engine
import sqlalchemy
from sqlalchemy import types

from praya.store import duck

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
