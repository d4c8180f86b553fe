"""One way to open DuckDB: quiet, in UTC, spilling to a folder that goes away, never reaching outside."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

# How every Parquet file of Praya is written: row groups of one size, so that the bytes are the same everywhere.
PARQUET = "format parquet, compression zstd, row_group_size 122880"
# The same for tables that nobody but Praya reads: written in three quarters of the time, and no larger.
INTERNAL = f"{PARQUET}, compression_level 1, parquet_version v2"

MEMORY_LIMIT = os.environ.get("PRAYA_DUCKDB_MEMORY", "1GB")


@contextmanager
def connect(work: Path, database: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB connection in memory (or on the file `database`) that spills to the scratch folder `work`."""
    connection = duckdb.connect(str(database) if database else ":memory:")
    try:
        connection.execute("set timezone = 'UTC'")
        connection.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
        connection.execute(f"set temp_directory = {literal(str(work / 'spill'))}")
        connection.execute("set enable_progress_bar = false")
        connection.execute("set autoinstall_known_extensions = false")
        yield connection
    finally:
        connection.close()


def scan(*paths: Path) -> str:
    """SQL that reads Parquet files of one schema, one after the other."""
    return f"read_parquet([{', '.join(literal(str(path)) for path in paths)}])"


def literal(text: str) -> str:
    """`text` as an SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """`name` as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
