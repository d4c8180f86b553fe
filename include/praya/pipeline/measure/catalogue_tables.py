"""The catalogue as an input of marts, from the ledger: `catalogue_releases`, in which months something of a dataset was
released, and `catalogue_downloads`, how often its data was downloaded in a month."""

from __future__ import annotations

import datetime as dt
from typing import Any

from praya.contract.zone import HONG_KONG
from praya.ledger import Ledger
from praya.pipeline.measure.mart_input import MartInput
from praya.store import Store, content_key
from praya.store.duck import literal


def catalogue_releases(store: Store) -> MartInput | None:
    """The table `catalogue_releases(dataset, released_month)`, as `select`; None before any release.

    From the ledger, without what was withdrawn. A row is a dataset and a month (2026-11, Hong Kong time) and no
    moment: a mart that reads it moves with the months, and not with each release, its own among them.
    """
    first: dict[tuple[str, str], str] = {}
    ledger = Ledger(store)
    gone = {(line.subject, line.withdrawal["version"]) for line in ledger.of_kind("withdrawal")}
    for line in ledger.of_kind("release"):
        if (line.subject, line.release["version"]) not in gone:
            first.setdefault((line.subject, _month(line.at)), line.at)
    if not first:
        return None
    rows = ", ".join(f"({literal(dataset)}, {literal(month)})" for dataset, month in sorted(first))
    return MartInput(
        key=content_key({"releases": sorted(first)}),
        select=f"select * from (values {rows}) as releases(dataset, released_month)",
        received_at=max(first.values()),
        synthetic=False,
    )


def catalogue_downloads(store: Store) -> MartInput | None:
    """The table `catalogue_downloads(dataset, month, downloads)`, as `select`; None before any release.

    As counted last for each month. A dataset that was there and that nobody downloaded has a row with 0; a month that
    was not counted has none.
    """
    months: dict[str, dict[str, Any]] = {}
    released, at = next(Ledger(store).of_kind("release"), None), ""
    if released is None:
        return None
    for line in Ledger(store).of_kind("downloads"):
        months[line.downloads["month"]], at = line.downloads["counts"], line.at
    downloads = [
        (dataset, month, sum(formats.values()))
        for month, counts in sorted(months.items())
        for dataset, formats in sorted(counts.items())
    ]
    rows = ", ".join(f"({literal(dataset)}, {literal(month)}, {n})" for dataset, month, n in downloads)
    none = "(cast(null as varchar), cast(null as varchar), cast(null as bigint))"
    return MartInput(
        key=content_key({"downloads": downloads}),
        select=f"select * from (values {rows or none}) as counts(dataset, month, downloads) where month is not null",
        received_at=at or released.at,
        synthetic=False,
    )


def _month(at: str) -> str:
    return f"{dt.datetime.fromisoformat(at).astimezone(HONG_KONG):%Y-%m}"
