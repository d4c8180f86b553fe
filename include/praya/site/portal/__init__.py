"""The consumer's side of the released area. It reads that area, and imports no step."""

from praya.site.portal.catalogue_files import catalogue
from praya.site.portal.change_pages import changes
from praya.site.portal.release_calendar import calendar

__all__ = ["calendar", "catalogue", "changes"]
