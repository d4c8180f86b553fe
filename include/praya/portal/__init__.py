"""The consumer's side of the released area. It reads that area, and imports no step."""

from praya.portal.calendar import calendar
from praya.portal.catalogue import catalogue
from praya.portal.changes import changes

__all__ = ["calendar", "catalogue", "changes"]
