"""What the environment says to Praya's Airflow. It is read here, and nowhere else in this package."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from praya.observe import LogFormat

LOOPBACK = "127.0.0.1"
UI_PORT = "8080"
FIRST_MONTH = "2023-01"
TASKS_AT_ONCE = 4  # Airflow's default forks 32 workers


@dataclass(frozen=True)
class Settings:
    """`signing_connection` is the id of the Airflow connection whose password is the signing key.

    The others are those of `make run`, `make up` and `make down`: Airflow's `database` (an SQLAlchemy URL, empty for
    SQLite), where `make up` listens, the `months` of records that `make run` takes, whether logs are JSON, and whether
    make has started this process.
    """

    signing_connection: str
    database: str
    host: str
    port: str
    months: tuple[str, ...]
    json_logs: bool
    is_started_by_make: bool


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings in the variables of this process; an empty variable counts as not set."""
    return Settings(
        signing_connection=environment.get("PRAYA_SIGNING_CONNECTION", ""),
        database=environment.get("PRAYA_DATABASE", ""),
        host=environment.get("PRAYA_HOST") or LOOPBACK,
        port=environment.get("PRAYA_PORT") or UI_PORT,
        months=_read_months(environment),
        json_logs=environment.get("PRAYA_LOG") == LogFormat.JSON,
        is_started_by_make="MAKELEVEL" in environment,
    )


def make_process_environment(
    own: Mapping[str, str], inherited: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """The variables of one of Airflow's processes: `own` over the inherited ones, without those that would point to
    another Airflow or around loopback. Tasks run side by side: unless it is said, each has its share of processors.

    AIRFLOW__… variables of the shell are dropped: a database named there is not ours to migrate. Connections
    (AIRFLOW_CONN_…) and variables (AIRFLOW_VAR_…) stay: sources that need a login get it that way.
    """
    kept = {key: value for key, value in inherited.items() if not key.startswith("AIRFLOW__")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    no_proxy = inherited.get("no_proxy") or inherited.get("NO_PROXY")
    direct = ",".join(filter(None, (no_proxy, LOOPBACK, "localhost")))
    share = max(1, (os.cpu_count() or 1) // TASKS_AT_ONCE)
    kept["PRAYA_DUCKDB_THREADS"] = inherited.get("PRAYA_DUCKDB_THREADS") or str(share)
    return {**kept, "no_proxy": direct, "NO_PROXY": direct, **own}


def inherit_environment(own: Mapping[str, str]) -> dict[str, str]:
    """The variables of a child of this process: `own` over those of this process."""
    return {**os.environ, **own}


def _read_months(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Those in `PRAYA_MONTHS`, all of 2023 with `FULL=1`, else its first."""
    if named := environment.get("PRAYA_MONTHS", "").replace(",", " ").split():
        return tuple(named)
    if environment.get("FULL") == "1":
        return tuple(f"2023-{number:02}" for number in range(1, 13))
    return (FIRST_MONTH,)
