"""Where this machine's Airflow and the project's source server listen."""

from __future__ import annotations

import socket
from dataclasses import dataclass

from praya_airflow.settings import LOOPBACK

ANY = ("0.0.0.0", "::")  # noqa: S104 - what people may set, never the default


@dataclass(frozen=True)
class Addresses:
    """The UI and API of Airflow are at `host` and `port`, the source server at loopback and `sources_port`."""

    host: str
    port: int
    sources_port: int

    @property
    def url(self) -> str:
        """The address under which this machine reaches Airflow."""
        return f"http://{self._reachable_host}:{self.port}"

    @property
    def sources_url(self) -> str:
        """The address under which this machine reaches the source server."""
        return f"http://{LOOPBACK}:{self.sources_port}"

    @property
    def _reachable_host(self) -> str:
        return LOOPBACK if self.host in (*ANY, "localhost") else self.host


def find_free_port(host: str, wanted: int = 0) -> int:
    """`wanted` if nothing listens there, else any free TCP port of `host`."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, wanted))
        except OSError:
            if not wanted:
                raise
            return find_free_port(host)
        return int(probe.getsockname()[1])
