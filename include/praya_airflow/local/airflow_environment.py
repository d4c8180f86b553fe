"""Every setting of the embedded Airflow, each with its reason. docker-compose.yaml uses the same names."""

from __future__ import annotations

import math
from importlib.util import find_spec

from praya.errors import PackageMissing, codes
from praya_airflow.dag_names import TIMEZONE
from praya_airflow.local.addresses import Addresses
from praya_airflow.local.credentials import USERS, Credentials
from praya_airflow.local.places import Places
from praya_airflow.settings import TASKS_AT_ONCE

RETRY_DELAY, QUICK_RETRY_DELAY = 300, 3  # seconds; nobody waits at a terminal for five minutes
# Seconds that a writer waits for SQLite. The API logs what it is asked to do in its event loop, which then waits for a
# request that needs the loop to commit: it must give up soon, and is asked again. The others must outlast that.
WAITS, API_WAITS = 60, 2
# Seconds for one DAG file. 2,000 contracts take 13 of a processor's seconds, which on a busy machine are many more.
IMPORT_TIMEOUT = 120
# Seconds between two parses of a DAG file: at least, and for each contract. A parse takes Airflow itself 15 ms of a
# processor for each DAG, most of it to find in its database that nothing has changed.
PARSE_INTERVAL, PARSE_INTERVAL_OF_A_CONTRACT = 30, 0.25
CONNECTION = "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"
# Airflow makes the address of its asynchronous sessions out of the other one, and needs a driver for each.
POSTGRESQL_DRIVERS = ("psycopg2", "asyncpg")


def make_environment(
    place: Places,
    secret: Credentials,
    addresses: Addresses,
    *,
    database: str = "",
    retry_delay: int = RETRY_DELAY,
    is_paused: bool = False,
    json_logs: bool = False,
    parse_interval: int = PARSE_INTERVAL,
) -> dict[str, str]:
    """The variables that make `airflow …` Praya's: listening at `addresses`, everything that it writes in `place`.

    `database` is an SQLAlchemy URL (PostgreSQL); without one, SQLite in the Airflow home. A task that failed
    for a reason that may pass is tried again after `retry_delay` seconds, then after longer. With `is_paused`, new DAGs
    wait until they are unpaused. DAG files that have not changed are parsed every `parse_interval` seconds.
    """
    airflow = {
        "CORE__DAGS_FOLDER": place.root / "dags",
        "CORE__PLUGINS_FOLDER": place.root / "plugins",
        "CORE__LOAD_EXAMPLES": False,
        "CORE__DEFAULT_TIMEZONE": TIMEZONE,  # of moments without a zone; that of the UI is the plugin's
        "CORE__EXECUTOR": "LocalExecutor",
        "CORE__PARALLELISM": TASKS_AT_ONCE,
        "CORE__MAX_ACTIVE_TASKS_PER_DAG": TASKS_AT_ONCE,
        "CORE__DAGS_ARE_PAUSED_AT_CREATION": is_paused,  # a new contract runs without a click
        "CORE__DEFAULT_TASK_RETRY_DELAY": retry_delay,
        "CORE__FERNET_KEY": secret.keys["fernet"],
        "CORE__EXECUTION_API_SERVER_URL": f"{addresses.url}/execution/",
        "CORE__SIMPLE_AUTH_MANAGER_USERS": ",".join(f"{name}:{role}" for name, role in USERS.items()),
        "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": secret.passwords_file,
        "CORE__DAGBAG_IMPORT_TIMEOUT": IMPORT_TIMEOUT,
        "CORE__MIN_SERIALIZED_DAG_UPDATE_INTERVAL": 5,  # a changed contract shows soon
        "DATABASE__SQL_ALCHEMY_CONN": make_database_url(place, database, WAITS),
        "LOGGING__BASE_LOG_FOLDER": place.logs / "tasks",
        "LOGGING__DAG_PROCESSOR_CHILD_PROCESS_LOG_DIRECTORY": place.logs / "dag-files",
        "LOGGING__FILE_TASK_HANDLER_NEW_FOLDER_PERMISSIONS": "0o700",
        "LOGGING__FILE_TASK_HANDLER_NEW_FILE_PERMISSIONS": "0o600",
        "LOGGING__COLORED_CONSOLE_LOG": False,  # consoles are files here
        "API__HOST": addresses.host,
        "API__PORT": addresses.port,
        "API__BASE_URL": addresses.url,
        "API__WORKERS": 1,
        "API__SECRET_KEY": secret.keys["session"],
        "API__EXPOSE_CONFIG": False,
        "API_AUTH__JWT_SECRET": secret.keys["jwt"],  # one for all processes, or tasks are refused
        "DAG_PROCESSOR__DAG_FILE_PROCESSOR_TIMEOUT": 2 * IMPORT_TIMEOUT,
        "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": parse_interval,
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
        "AIRFLOW_CONN_PRAYA_SOURCES": addresses.sources_url,
        "AIRFLOW_CONN_CONTACT_CENTRE": addresses.sources_url.replace("://", f"://:{secret.keys['records']}@"),
        "PRAYA_SOURCES_TOKEN": secret.keys["records"],
        "PRAYA_HOME": place.home,
        "PRAYA_STORE": place.store,
        "PYTHONPATH": place.root / "include",
        "GX_ANALYTICS_ENABLED": "false",
        "OPENBLAS_NUM_THREADS": 1,  # a process without threads of its own can be forked safely
        "PYTHONUNBUFFERED": 1,
    }
    if json_logs:
        airflow["LOGGING__JSON_LOGS"] = True  # of the components; those of tasks always are
    prefixed = {f"AIRFLOW__{key}": value for key, value in airflow.items()}
    return {key: str(value) for key, value in (prefixed | plain).items()}


def compute_parse_interval(contracts: int) -> int:
    """Seconds after which a DAG file that has not changed is parsed again, with so many contracts: parsing then takes
    less than a tenth of one processor."""
    return max(PARSE_INTERVAL, math.ceil(contracts * PARSE_INTERVAL_OF_A_CONTRACT))


def make_database_url(place: Places, database: str, waits: int) -> str:
    """The URL of Airflow's database; on SQLite a process waits so many seconds for others that write."""
    url = database or f"sqlite:///{place.database}"
    return f"{url.partition('?')[0]}?timeout={waits}" if url.startswith("sqlite") else url


def check_drivers(database: str) -> None:
    """Raise PackageMissing where a driver of `database` is not installed. The URL may hold a password, and is not part
    of the message."""
    if not database.startswith("postgresql"):
        return
    if missing := [name for name in POSTGRESQL_DRIVERS if find_spec(name) is None]:
        raise PackageMissing(
            codes.package.DRIVER_MISSING,
            f"PRAYA_DATABASE names a PostgreSQL database, and drivers for it are not installed ({', '.join(missing)}); "
            "install what requirements-postgresql.txt locks: make postgresql",
        )
