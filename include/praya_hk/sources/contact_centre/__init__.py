"""A synthetic 1823: a generator of contact-centre records, their truth, and the records API that serves them.

No record is of a real person or a real call. `month` makes one month of four tables from a seed, `truth`
counts them, `Archive` keeps months on disk with what was changed afterwards, `api` serves them over HTTP.
"""

from praya_hk.sources.contact_centre.amendments import KINDS, Change
from praya_hk.sources.contact_centre.generator import month, write
from praya_hk.sources.contact_centre.source_store import Archive
from praya_hk.sources.contact_centre.true_measures import total, truth

__all__ = ["KINDS", "Archive", "Change", "month", "total", "truth", "write"]
