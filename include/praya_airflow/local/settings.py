"""Every setting of the embedded Airflow, each with its reason. docker-compose.yaml uses the same names."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping

from praya_airflow.dag_names import TIMEZONE
from praya_airflow.local.credentials import USERS, Credentials
from praya_airflow.local.places import Places

LOOPBACK = "127.0.0.1"
ANY = ("0.0.0.0", "::")  # noqa: S104 - what people may set, never the default
UI_PORT = 8080
RETRY_DELAY, QUICK_RETRY_DELAY = 300, 3  # seconds; nobody waits at a terminal for five minutes
# Seconds that a writer waits for SQLite. The API logs what it is asked to do in its event loop, which then waits for a
# request that needs the loop to commit: it must give up soon, and is asked again. The others must outlast that.
WAITS, API_WAITS = 60, 2
# Seconds for one DAG file. 2,000 contracts take 13 of a processor's seconds, which on a busy machine are many more.
IMPORT_TIMEOUT = 120
CONNECTION = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"
# Set for a scheduler beside which there can be no other: what was cut off before it is its own to take up.
ALONE = "PRAYA_ONLY_SCHEDULER"
# Imported once before the scheduler forks its workers; each task would pay for them again, with seconds.
PRELOAD = (
    "airflow.sdk.execution_time.task_runner",
    "airflow.providers.standard.operators.python",
    "pandas",
    "pyarrow.parquet",
    "duckdb",
    "great_expectations",
)


def environment(
    place: Places,
    secret: Credentials,
    *,
    port: int,
    sources_port: int,
    host: str = LOOPBACK,
    database: str = "",
    retry_delay: int = RETRY_DELAY,
    paused: bool = False,
) -> dict[str, str]:
    """The variables that make `airflow …` Praya's: api-server on `host`:`port`, state in `place`.

    `database` is an SQLAlchemy URL (PostgreSQL); without one, SQLite in the Airflow home. A task that failed
    for a reason that may pass is tried again after `retry_delay` seconds, then after longer. With `paused`, new DAGs
    wait until they are unpaused.
    """
    sources = f"http://{LOOPBACK}:{sources_port}"
    url = f"http://{reachable(host)}:{port}"
    airflow = {
        "CORE__DAGS_FOLDER": place.dags,
        "CORE__PLUGINS_FOLDER": place.plugins,
        "CORE__LOAD_EXAMPLES": False,
        "CORE__DEFAULT_TIMEZONE": TIMEZONE,  # of moments without a zone; that of the UI is the plugin's
        "CORE__EXECUTOR": "LocalExecutor",
        "CORE__PARALLELISM": 4,  # the default forks 32 workers
        "CORE__MAX_ACTIVE_TASKS_PER_DAG": 4,
        "CORE__DAGS_ARE_PAUSED_AT_CREATION": paused,  # a new contract runs without a click
        "CORE__DEFAULT_TASK_RETRY_DELAY": retry_delay,
        "CORE__FERNET_KEY": secret.keys["fernet"],
        "CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
        "CORE__SIMPLE_AUTH_MANAGER_USERS": ",".join(f"{name}:{role}" for name, role in USERS.items()),
        "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": secret.passwords_file,
        "CORE__DAGBAG_IMPORT_TIMEOUT": IMPORT_TIMEOUT,
        "CORE__MIN_SERIALIZED_DAG_UPDATE_INTERVAL": 5,  # a changed contract shows soon
        "DATABASE__SQL_ALCHEMY_CONN": database or waiting(f"sqlite:///{place.database}", WAITS),
        "LOGGING__BASE_LOG_FOLDER": place.logs / "tasks",
        "LOGGING__DAG_PROCESSOR_CHILD_PROCESS_LOG_DIRECTORY": place.logs / "dag-files",
        "LOGGING__FILE_TASK_HANDLER_NEW_FOLDER_PERMISSIONS": "0o700",
        "LOGGING__FILE_TASK_HANDLER_NEW_FILE_PERMISSIONS": "0o600",
        "LOGGING__COLORED_CONSOLE_LOG": False,  # consoles are files here
        "API__HOST": host,
        "API__PORT": port,
        "API__BASE_URL": url,
        "API__WORKERS": 1,
        "API__SECRET_KEY": secret.keys["session"],
        "API__EXPOSE_CONFIG": False,
        "API_AUTH__JWT_SECRET": secret.keys["jwt"],  # one for all processes, or tasks are refused
        "DAG_PROCESSOR__DAG_FILE_PROCESSOR_TIMEOUT": 2 * IMPORT_TIMEOUT,
        "DAG_PROCESSOR__PARSING_PROCESSES": 2,
        "DAG_PROCESSOR__REFRESH_INTERVAL": 10,  # the default finds a new file after five minutes
        "SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": 0.15,  # the default costs 1.5 s a link of a chain
        "SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": 30,  # the default finds what a dead scheduler left after 5 minutes
        "SCHEDULER__MAX_DAGRUNS_TO_CREATE_PER_LOOP": 100,
        "SCHEDULER__MAX_DAGRUNS_PER_LOOP_TO_SCHEDULE": 100,
        "STATE_STORE__CLEAR_ON_SUCCESS": True,  # else a task that is cleared starts with the failures of before
        "WORKERS__MIN_HEARTBEAT_INTERVAL": 1,  # the default holds a finished task's slot for 5 s
    }
    plain = {
        "AIRFLOW_HOME": place.airflow,
        "AIRFLOW_CONN_PRAYA_SOURCES": sources,
        "AIRFLOW_CONN_CONTACT_CENTRE": sources.replace("://", f"://:{secret.keys['records']}@"),
        "PRAYA_SOURCES_TOKEN": secret.keys["records"],
        "PRAYA_HOME": place.home,
        "PRAYA_STORE": place.store,
        "PYTHONPATH": place.include,
        "GX_ANALYTICS_ENABLED": "false",
        "OPENBLAS_NUM_THREADS": 1,  # a process without threads of its own can be forked safely
        "PYTHONUNBUFFERED": 1,
    }
    prefixed = {f"AIRFLOW__{key}": value for key, value in airflow.items()}
    return {key: str(value) for key, value in (prefixed | plain).items()}


def process_environment(
    settings: Mapping[str, str], inherited: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """`settings` over the `inherited` variables, less what would point to another Airflow or around loopback.

    AIRFLOW__… variables of the shell are dropped: a database named there is not ours to migrate. Connections
    (AIRFLOW_CONN_…) and variables (AIRFLOW_VAR_…) stay: sources that need a login get it that way.
    """
    kept = {key: value for key, value in inherited.items() if not key.startswith("AIRFLOW__")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    direct = ",".join(
        filter(None, (inherited.get("no_proxy") or inherited.get("NO_PROXY"), LOOPBACK, "localhost"))
    )
    return kept | {"no_proxy": direct, "NO_PROXY": direct} | dict(settings)


def reachable(host: str) -> str:
    """The address under which a server bound to `host` is reached from this machine."""
    return LOOPBACK if host in (*ANY, "localhost") else host


def free_port(host: str, wanted: int = 0) -> int:
    """`wanted` if nothing listens there, else any free TCP port of `host`."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, wanted))
        except OSError:
            if not wanted:
                raise
            return free_port(host)
        return int(probe.getsockname()[1])


def waiting(database: str, seconds: int) -> str:
    """The URL with the time that a writer waits for others, which is SQLite's alone to know."""
    return f"{database.partition('?')[0]}?timeout={seconds}" if is_sqlite(database) else database


def is_sqlite(database: str) -> bool:
    return not database or database.startswith("sqlite")
