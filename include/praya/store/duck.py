"""One way to open DuckDB: quiet, in UTC, spilling to a folder that goes away, never reaching outside.

Opening an instance costs some 20 ms, as much as many a statement, so a process keeps one and hands out what is
as good as new: a connection with its own variables, settings and temporary tables, on a database of its own.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

# How every Parquet file of Praya is written: row groups of one size, so that the bytes are the same everywhere.
PARQUET = "format parquet, compression zstd, row_group_size 122880"
# The same for tables that nobody but Praya reads: written in three quarters of the time, and no larger.
INTERNAL = f"{PARQUET}, compression_level 1, parquet_version v2"

memory_limit = "1GB"
threads = ""

# The instance that nobody uses at the moment; who takes it out has it alone.
_idle: list[duckdb.DuckDBPyConnection] = []


@contextmanager
def connect(work: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to an empty database in memory that spills to the scratch folder `work`, or not at all.

    What is set globally stays for the next use: set it back. A use that ends with an error ends its instance.
    """
    try:
        kept = _idle.pop()
    except IndexError:
        kept = _open(":memory:")
    try:
        spill = _spill_to(kept, work)
        kept.execute("attach ':memory:' as praya")
        with closing(kept.cursor()) as connection:
            connection.execute("use praya")
            yield connection
        kept.execute("detach praya")
    except BaseException:
        kept.close()
        raise
    # DuckDB stays with the first folder that it has spilled to, and this one goes away now.
    if _idle or (spill and spill.exists()):
        kept.close()
    else:
        _idle.append(kept)


@contextmanager
def instance(work: Path, database: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """An instance of its own in memory, or on the file `database`: for what cannot be set back, such as locks."""
    with closing(_open(str(database) if database else ":memory:")) as connection:
        _spill_to(connection, work)
        yield connection


def lock(connection: duckdb.DuckDBPyConnection, *files: Path) -> None:
    """Let the connection reach `files` and nothing else from now on: no other file, no address, no extension, no
    variable of Python's; and no setting can be changed any more, these among them. For an `instance` only.
    """
    allowed = ", ".join(literal(str(path)) for path in files)
    connection.execute("set autoload_known_extensions = false")
    connection.execute("set python_enable_replacements = false")
    connection.execute(f"set allowed_paths = [{allowed}]")
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")


def limit_memory(limit: str) -> None:
    """Let every instance of this process that is opened from now on take so much memory, in DuckDB's words (`1GB`)."""
    global memory_limit
    memory_limit = limit


def limit_threads(number: str) -> None:
    """Let every instance of this process that is opened from now on work with so many threads; with one a processor
    where `number` is empty. What is written is the same."""
    global threads
    threads = number


def close_idle() -> None:
    """Close the instance that is kept."""
    while _idle:
        _idle.pop().close()


# A forked process has none of DuckDB's threads and would wait for them for ever; at exit DuckDB's memory would
# be counted as leaked.
os.register_at_fork(before=close_idle)
atexit.register(close_idle)


def _open(database: str) -> duckdb.DuckDBPyConnection:
    import duckdb  # not at the top: what only writes SQL, such as an input format, is imported where DAGs are parsed

    connection = duckdb.connect(database)
    connection.execute("set global timezone = 'UTC'")
    connection.execute(f"set memory_limit = '{memory_limit}'")
    if threads:
        connection.execute(f"set threads = {literal(threads)}")
    connection.execute("set enable_progress_bar = false")
    connection.execute("set autoinstall_known_extensions = false")
    return connection


def _spill_to(connection: duckdb.DuckDBPyConnection, work: Path | None) -> Path | None:
    folder = work / "spill" if work else None
    connection.execute(f"set temp_directory = {literal(str(folder or ''))}")
    return folder


def scan(*paths: Path) -> str:
    """SQL that reads Parquet files of one schema, one after the other."""
    return f"read_parquet([{', '.join(literal(str(path)) for path in paths)}])"


def literal(text: str) -> str:
    """`text` as an SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """`name` as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'
