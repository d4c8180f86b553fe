"""collect: source → snapshot. Bytes are stored once, as received, under their SHA-256, with a receipt."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

from praya.contract import Contract
from praya.errors import SourceError, codes
from praya.pipeline.collect import listed_months
from praya.pipeline.collect.source_address import Remote
from praya.pipeline.collect.taking import Taking, places
from praya.store import Store, content_key


def collect(contract: Contract, store: Store, connections: Mapping[str, str]) -> dict[str, Any]:
    """Take what the source has now; returns the `collected` state with `changed` added.

    `connections` maps the names of Airflow connections to base addresses. The state lists each part's
    snapshot (`sha256`, `bytes`, `received_at`), and `received_at` of the whole: the latest of the parts, UTC.
    Raises SourceError in a sentence; the last good snapshot then stays the one that counts.
    """
    before = store.state(contract.subject, "collected") or {}
    with store.scratch() as work, ExitStack() as open_until_end:
        # Asked first: what changes while the pages are being read is then seen as a change afterwards.
        marker = listed_months.marker(contract, connections, work / "months.json")
        taking = Taking(contract, store, before.get("parts", {}), work, open_until_end)
        for name, place in places(contract, connections).items():
            if contract.source.pages and isinstance(place, Remote):
                taking.pages(place)
            else:
                taking.part(name, place)
        parts = taking.parts
        synthetic = contract.synthetic or any(part["synthetic"] for part in parts.values())
        if synthetic and not contract.synthetic:
            raise SourceError(
                codes.source.SYNTHETIC_NOT_DECLARED,
                f"{contract.dataset}: its source is synthetic and its contract does not say so; set `synthetic: true`",
            )
        taking.keep()
    state = {
        "dataset": contract.dataset,
        "key": content_key({name: part["sha256"] for name, part in parts.items()}),
        "parts": parts,
        "received_at": max(part["received_at"] for part in parts.values()),
        "synthetic": synthetic,
        **({"marker": marker} if marker else {}),
    }
    store.set_state(contract.subject, "collected", state)
    return state | {"changed": state["key"] != before.get("key")}
