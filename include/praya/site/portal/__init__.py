"""The consumer's side of the released area. It reads that area, and imports no step."""

from praya.site.portal.calendar import calendar
from praya.site.portal.catalogue import catalogue
from praya.site.portal.changes import changes

__all__ = ["calendar", "catalogue", "changes"]
