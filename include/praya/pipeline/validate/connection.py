"""DuckDB as Great Expectations can use it: a SQLAlchemy dialect whose results outlive their connection.

GX gives a connection back to its pool before it fetches, and the pool's rollback throws away DuckDB's pending
result. Here every statement runs on a DuckDB cursor of its own, and a rollback does nothing: nothing is written.
The reasons are in docs/decisions/0003-gx-on-duckdb.md. Importing this module is slow: only
`praya.pipeline.validate.engine` imports it, when it asks GX.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

import duckdb
import sqlalchemy
from sqlalchemy import types
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.engine.interfaces import ReflectedColumn, ReflectedPrimaryKeyConstraint
from sqlalchemy.sql.compiler import IdentifierPreparer

from praya.store import duck

URL = "duckdb+praya://"
# What `describe` says of columns; a column of any other type is handed on as DuckDB has it.
TYPES: dict[str, type[types.TypeEngine[Any]]] = {
    "BOOLEAN": types.BOOLEAN,
    "SMALLINT": types.SMALLINT,
    "INTEGER": types.INTEGER,
    "BIGINT": types.BIGINT,
    "FLOAT": types.FLOAT,
    "VARCHAR": types.VARCHAR,
    "DATE": types.DATE,
    "TIME": types.TIME,
    "TIMESTAMP": types.TIMESTAMP,
}

sqlalchemy.dialects.registry.register("duckdb.praya", __name__, "Dialect")


class Cursor:
    """A cursor as in DB-API, on a DuckDB cursor of its own: one statement and its result."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._cursor = cursor

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)

    @property
    def description(self) -> list[tuple[Any, ...]] | None:
        """With types as text: SQLAlchemy keeps them, and DuckDB calls its own leaks at exit."""
        columns = self._cursor.description
        return columns and [(name, str(kind), *rest) for name, kind, *rest in columns]

    def execute(self, statement: str, parameters: Any = None) -> None:
        self._cursor.execute(statement, parameters)


class Connection:
    """A connection as in DB-API, on which no transaction is open: nothing is there to commit or to roll back."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def cursor(self) -> Cursor:
        return Cursor(self._connection.cursor())

    def commit(self) -> None:
        pass

    def rollback(self) -> None:
        pass

    def close(self) -> None:
        self._connection.close()


class Preparer(IdentifierPreparer):
    """Every name in quotes: `at` is no reserved word to DuckDB, and yet `select at, b` does not parse."""

    def _requires_quotes(self, value: str) -> bool:  # noqa: ARG002
        return True


class Dialect(DefaultDialect):
    """What GX needs of a dialect to read views: SQLAlchemy's own SQL, names in quotes, and columns by `describe`."""

    name = "duckdb"
    driver = "praya"
    preparer = Preparer
    supports_native_boolean = True
    supports_native_decimal = True
    supports_statement_cache = False
    div_is_floordiv = False

    def __init__(self, **settings: Any) -> None:
        # With `?` for parameters SQLAlchemy would stop at a question mark in the name of a column.
        super().__init__(**settings | {"paramstyle": "numeric_dollar"})

    @classmethod
    def import_dbapi(cls) -> ModuleType:
        return duckdb

    def get_columns(
        self, connection: sqlalchemy.Connection, table_name: str, *_schema: Any, **_cache: Any
    ) -> list[ReflectedColumn]:
        rows = connection.execute(sqlalchemy.text(f"describe {duck.identifier(table_name)}")).all()
        return [
            {"name": name, "type": TYPES.get(kind, types.NullType)(), "nullable": True, "default": None}
            for name, kind, *_ in rows
        ]

    def get_pk_constraint(self, *_table: Any, **_cache: Any) -> ReflectedPrimaryKeyConstraint:
        return {"constrained_columns": [], "name": None}
