"""The Airflow connections of the environment, for commands that collect without Airflow."""

from __future__ import annotations

import os

from praya.contract.source_specs import collector_specs


def connections_from_environment() -> dict[str, str]:
    """Base addresses from AIRFLOW_CONN_… variables in their URI form, of the types that collectors take, for use
    without Airflow."""
    prefix = "AIRFLOW_CONN_"
    types = {each for spec in collector_specs().values() for each in spec.connection_types}
    beginnings = tuple(f"{each}://" for each in types)
    return {
        name.removeprefix(prefix).lower(): value
        for name, value in os.environ.items()
        if name.startswith(prefix) and value.startswith(beginnings)
    }
