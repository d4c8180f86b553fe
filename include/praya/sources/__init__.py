"""`praya sources`: the departments' side, for trying the whole way on one machine."""

from praya.sources.faults import FAULTS
from praya.sources.server import application, serve

__all__ = ["FAULTS", "application", "serve"]
