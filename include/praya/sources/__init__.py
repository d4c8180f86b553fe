"""`praya sources`: the departments' side, for trying the whole way on one machine."""

from praya.sources.server import FAULTS, application, serve

__all__ = ["FAULTS", "application", "serve"]
