"""The consumer's side of the released area. It reads that area, and imports no step."""

from praya.site.portal.catalogue_files import write_catalogue
from praya.site.portal.change_pages import write_changes
from praya.site.portal.release_calendar import write_calendar

__all__ = ["write_calendar", "write_catalogue", "write_changes"]
