"""The sessions over HTTP of one collection: one for each set of hosts that may be asked, all closed at its end."""

from __future__ import annotations

from contextlib import ExitStack

from praya.outbound import Allowed, OutboundSession, open_session
from praya.project import Project


class Sessions(ExitStack):
    """Opens sessions, and keeps their connections for several downloads until the context ends."""

    def __init__(self, project: Project) -> None:
        super().__init__()
        self.clock = project.clock
        self._ca_bundle = project.ca_bundle
        self._open: dict[Allowed, OutboundSession] = {}

    def get(self, allowed: Allowed) -> OutboundSession:
        """The session that reaches the hosts in `allowed` only."""
        if allowed not in self._open:
            self._open[allowed] = self.enter_context(open_session(allowed, self._ca_bundle))
        return self._open[allowed]
