"""`praya sources`: the departments' side, for trying the whole way on one machine."""

from praya_hk.sources.faults import FAULTS
from praya_hk.sources.server import application, serve

__all__ = ["FAULTS", "application", "serve"]
