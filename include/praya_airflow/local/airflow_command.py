"""`make airflow`: Airflow's own command line, on the database and with the secrets of this project's Airflow."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

from praya_airflow.local.addresses import Addresses
from praya_airflow.local.airflow_environment import check_drivers, make_environment
from praya_airflow.local.credentials import read_credentials
from praya_airflow.local.places import Places
from praya_airflow.local.running import find_running
from praya_airflow.settings import LOOPBACK, UI_PORT, Settings, make_process_environment

NOT_RUNNING = Addresses(LOOPBACK, int(UI_PORT), int(UI_PORT) + 1)


def run_airflow(place: Places, settings: Settings, arguments: Sequence[str]) -> int:
    """Runs `airflow …` with these arguments; returns its exit code. What is running need not be stopped for it."""
    place.make()
    check_drivers(settings.database)
    running = find_running(place.state)
    environment = make_environment(
        place,
        read_credentials(place.airflow),
        running.addresses if running else NOT_RUNNING,
        database=settings.database,
    )
    command = [sys.executable, "-m", "airflow", *arguments]
    return subprocess.run(command, env=make_process_environment(environment), check=False).returncode
