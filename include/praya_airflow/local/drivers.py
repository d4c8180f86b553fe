"""The database that Airflow keeps its metadata in, as `PRAYA_DATABASE` names it, and whether its drivers are there."""

from __future__ import annotations

import os
from importlib.util import find_spec

from praya.errors import PackageMissing, codes

# Airflow makes the address of its asynchronous sessions out of the other one.
POSTGRESQL = ("psycopg2", "asyncpg")


def database_url() -> str:
    """The SQLAlchemy URL in `PRAYA_DATABASE`, empty for SQLite; raises PackageMissing where a driver is not installed.

    The URL may hold a password and is not part of the message.
    """
    url = os.environ.get("PRAYA_DATABASE", "")
    missing = [name for name in POSTGRESQL if find_spec(name) is None] if url.startswith("postgresql") else []
    if missing:
        raise PackageMissing(
            codes.package.DRIVER_MISSING,
            f"PRAYA_DATABASE names a PostgreSQL database, and drivers for it are not installed ({', '.join(missing)}); "
            "install what requirements-postgresql.txt locks: make postgresql",
        )
    return url
