"""Retention: raw snapshots of personal records are purged when their time is over, and the ledger says so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from praya.contract import Contract
from praya.ledger import Ledger
from praya.ledger.bodies import PurgeBody
from praya.observe import get_logger
from praya.store import Store, layout
from praya.store.receipts import Receipt, read_receipt

log = get_logger(__name__)


class PurgedSnapshot(NamedTuple):
    """A snapshot whose raw bytes were removed: its subject, its SHA-256, and when it was received (UTC)."""

    subject: str
    sha256: str
    received_at: str


def purge_snapshots(store: Store, contracts: Sequence[Contract], now: dt.datetime) -> list[PurgedSnapshot]:
    """Remove the raw bytes whose every receipt is older than its contract's `retention.raw_days` at `now` (UTC).

    Returns what was removed. The line of the ledger is written before the bytes go, so that a kill between the two
    leaves nothing unsaid; the next run removes them.
    """
    kept_until = _kept_until(store, contracts)
    purged = list[PurgedSnapshot]()
    for sha256, (until, receipt, contract) in sorted(kept_until.items()):
        key = layout.raw(sha256)
        if contract is None or contract.retention is None or until > now or not store.exists(key):
            continue
        body: PurgeBody = {
            "part": receipt["part"],
            "sha256": sha256,
            "received_at": receipt["received_at"],
            "raw_days": contract.retention.raw_days,
            "ground": contract.retention.ground,
        }
        Ledger(store).record("purge", receipt["dataset"], body)
        store.discard(key)
        log.info(
            "raw personal records removed",
            of=receipt["dataset"],
            received_at=receipt["received_at"],
            raw_days=contract.retention.raw_days,
        )
        purged.append(PurgedSnapshot(receipt["dataset"], sha256, receipt["received_at"]))
    return purged


def _kept_until(
    store: Store, contracts: Sequence[Contract]
) -> dict[str, tuple[dt.datetime, Receipt, Contract | None]]:
    """For each snapshot the latest moment at which any of its receipts still keeps it.

    Bytes that a dataset without retention has received too are kept for good.
    """
    known = {contract.dataset: contract for contract in contracts}
    kept: dict[str, tuple[dt.datetime, Receipt, Contract | None]] = {}
    for key in store.keys(layout.RECEIPTS, "**/*.json"):
        receipt = read_receipt(store, key)
        contract = known.get(receipt["dataset"].partition("/")[0])
        until = dt.datetime.max.replace(tzinfo=dt.UTC)
        if contract is not None and contract.retention is not None:
            received = dt.datetime.fromisoformat(receipt["received_at"])
            until = received + dt.timedelta(days=contract.retention.raw_days)
        if receipt["sha256"] not in kept or until > kept[receipt["sha256"]][0]:
            kept[receipt["sha256"]] = (until, receipt, contract)
    return kept
