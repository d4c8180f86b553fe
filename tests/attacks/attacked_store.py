"""A store with something of everything: months of records and their marts, counts, facts in two versions, a version
that was taken back, an old id, a preview, reports, pages of metrics, calendar, catalogue."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest

from made import make_contract, open_store, own_signer, project, publish
from made import provenance_way as way
from made.sample_report import FIELDS, FIRST, SAMPLE, SECOND
from made.small_house import House
from praya.assurance.links import follow_links
from praya.pipeline.current import TodaysRules
from praya.pipeline.protect import protect_table
from praya.pipeline.release.preview import grant_preview
from praya.pipeline.release.withdrawal import withdraw
from praya.provenance.checkpoints import publish_checkpoint
from praya.reports.edition import publish as put_out
from praya.site.portal import write_calendar
from praya.site.views import present
from praya.store import Store

HOUR = dt.timedelta(hours=1)


def attacked_store(work: Path) -> Path:
    """Make the store below `work`; gives its folder. The environment is put back afterwards."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PRAYA_METRICS", str(work / "marts"))
        made = way.counts(work, work / "marts")
        store = open_store(made.root)
        House(store, work / "house", lambda _: None, patch).on("2026-02-05")
    _facts(store, work)
    sample = make_contract(*FIELDS, release={"formats": ["csv", "parquet"]})
    publish(store, sample, FIRST)
    publish(store, sample, SECOND, "2026-01-06T02:00:00Z")
    put_out(SAMPLE, store)
    publish(store, make_contract(dataset="old"), b"id,name\n1,a\n")
    publish(store, make_contract(dataset="new", aliases=["old"]), b"id,name\n1,a\n", "2026-01-06T02:00:00Z")
    write_calendar(store, [sample], dt.date(2026, 1, 9))
    present(store)
    follow_links(store, [sample])
    publish_checkpoint(store, own_signer())
    return store.root


def _facts(store: Store, work: Path) -> None:
    """Three versions, of which one is taken back, and one more that somebody may look at before it is out."""
    source = work / "fares.csv"
    source.write_bytes(b"id,name\n1,a\n2,b\n")
    contract = make_contract(dataset="fares", source={"url": source.as_uri()})
    versions = [way.take(store, contract, work)]
    for name in ("c", "d"):
        source.write_bytes(f"id,name\n1,a\n2,{name}\n3,{name}\n".encode())
        versions.append(way.take(store, contract, work))
    withdraw(store, "fares", versions[-1], "Wrong figures.", "mary")
    soon = dt.datetime.now(dt.UTC) + HOUR
    # Rows of its own: what was withdrawn comes back under no other name either.
    source.write_bytes(b"id,name\n7,x\n8,y\n")
    held = make_contract(
        dataset="held",
        source={"url": source.as_uri()},
        release={"embargo_until": (soon + HOUR).isoformat(timespec="seconds")},
    )
    way.accepted(store, held, work)
    grant_preview(
        protect_table(held, store),
        held,
        store,
        to="Secretary",
        start=soon,
        until=soon + HOUR,
        reason="Prepares the press briefing.",
        by="mary",
        checks=TodaysRules(store, project().suites),
    )


def files(root: Path) -> list[str]:
    """The keys of everything that lies in a store."""
    found = []
    for folder, _, names in os.walk(root):
        found += [(Path(folder) / name).relative_to(root).as_posix() for name in names]
    return sorted(found)
