"""Where a source is: the base address that its Airflow connection stands for."""

from __future__ import annotations

from collections.abc import Mapping

from praya.contract import Contract
from praya.errors import SourceError
from praya.outside import quote


def base(contract: Contract, connections: Mapping[str, str]) -> str:
    """The address that the contract's paths are added to; empty where it names no connection. Raises SourceError."""
    name = contract.source.connection
    if name is None:
        return ""
    if name not in connections:
        raise SourceError(
            f"{contract.dataset}: there is no connection '{quote(name)}'; "
            f"add it in Airflow (Admin → Connections) or set AIRFLOW_CONN_{quote(name.upper())}"
        )
    return connections[name].rstrip("/")
