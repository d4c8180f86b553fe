"""collect: source → snapshot. Bytes are stored once, as received, under their SHA-256, with a receipt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from praya.contract import Contract
from praya.errors import SourceError, codes
from praya.pipeline.collect import listed_months
from praya.pipeline.collect.collect_settings import CollectSettings, read_settings
from praya.pipeline.collect.collector import CollectContext
from praya.pipeline.collect.sessions import Sessions
from praya.pipeline.collect.taking import Taking
from praya.store import Store, content_key


def collect(
    contract: Contract,
    store: Store,
    connections: Mapping[str, str],
    settings: CollectSettings | None = None,
) -> dict[str, Any]:
    """Take what the source has now; returns the `collected` state with `changed` added.

    `connections` maps the names of Airflow connections to base addresses; `settings` say what of this machine may be
    used, by default what `praya.paths` says. The state lists each part's
    snapshot (`sha256`, `bytes`, `received_at`), and `received_at` of the whole: the latest of the parts, UTC.
    Raises SourceError in a sentence; the last good snapshot then stays the one that counts.
    """
    settings = settings or read_settings()
    before = store.state(contract.subject, "collected") or {}
    with store.scratch() as work, Sessions(settings.ca_bundle) as sessions:
        context = CollectContext(contract, store, connections, settings, sessions)
        # Asked first: what changes while the pages are being read is then seen as a change afterwards.
        marker = listed_months.marker(context, work / "months.json")
        taking = Taking(context, before.get("parts", {}), work)
        taking.take_all()
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
