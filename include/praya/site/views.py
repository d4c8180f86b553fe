"""Everything that presents what is released, in one order: the pages of metrics, then the catalogue that signs them."""

from __future__ import annotations

import datetime as dt

from praya.observe import get_logger
from praya.provenance import Signer
from praya.reports.metric_pages import publish_metrics
from praya.site.portal import write_catalogue
from praya.site.portal.catalogue_files import WrittenCatalogue
from praya.store import Store

log = get_logger(__name__)


def present(
    store: Store, now: dt.datetime | None = None, by: Signer | None = None, *, anew: bool = False
) -> WrittenCatalogue:
    """Let pages, changelogs, feeds and catalogue say what is released now; returns the catalogue as its step does. With
    `anew` nothing is taken over from the last catalogue."""
    changed = publish_metrics(store)
    listed = write_catalogue(store, now, by, anew=anew)
    is_changed = bool(listed["changed"] or changed)
    log.info("catalogue written", datasets=len(listed["datasets"]), changed=is_changed)
    return {**listed, "changed": is_changed}
