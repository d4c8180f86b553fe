"""`make airflow`: Airflow's own command line, on the database and with the secrets of this project's Airflow."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

from praya_airflow.local import settings, state
from praya_airflow.local.credentials import credentials
from praya_airflow.local.drivers import database_url
from praya_airflow.local.places import Places


def airflow(place: Places, arguments: Sequence[str]) -> int:
    """Runs `airflow …` with these arguments; returns its exit code. What is running need not be stopped for it."""
    place.make()
    running = state.running(place.state)
    facts = running.facts if running else {}
    known = settings.environment(
        place,
        credentials(place.airflow),
        port=int(facts.get("port", settings.UI_PORT)),
        sources_port=int(facts.get("sources_port", settings.UI_PORT + 1)),
        host=str(facts.get("host", settings.LOOPBACK)),
        database=database_url(),
    )
    command = [sys.executable, "-m", "airflow", *arguments]
    return subprocess.run(command, env=settings.process_environment(known), check=False).returncode
