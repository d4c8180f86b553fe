"""The Airflow connections of the environment, for commands that collect without Airflow."""

from __future__ import annotations

import os


def connections_from_environment() -> dict[str, str]:
    """Base addresses from AIRFLOW_CONN_… variables in their URI form, for use without Airflow."""
    prefix = "AIRFLOW_CONN_"
    return {
        name.removeprefix(prefix).lower(): value
        for name, value in os.environ.items()
        if name.startswith(prefix) and value.startswith(("http://", "https://"))
    }
