"""collect: source → snapshot. Bytes are stored once, as received, under their SHA-256, with a receipt."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from praya.collect import file, http, mart
from praya.collect.receipt import Fetched, Unchanged
from praya.contract import Contract
from praya.errors import SourceError
from praya.ledger import Ledger
from praya.store import Store, content_key


def collect(contract: Contract, store: Store, connections: Mapping[str, str]) -> dict[str, Any]:
    """Take what the source has now; returns the `collected` state with `changed` added.

    `connections` maps the names of Airflow connections to base addresses. The state lists each part's
    snapshot (`sha256`, `bytes`, `received_at`), and `received_at` of the whole: the latest of the parts, UTC.
    Raises SourceError in a sentence; the last good snapshot then stays the one that counts.
    """
    before = store.state(contract.dataset, "collected") or {}
    old = before.get("parts", {})
    parts: dict[str, dict[str, Any]] = {}
    synthetic = contract.synthetic
    with store.scratch() as work:
        for name, url in addresses(contract, connections).items():
            known = old.get(name) if old.get(name, {}).get("url") == url else None
            fetched = _fetch(contract, store, url, known, work / f"{name}.part")
            if isinstance(fetched, Unchanged) or _is_kept(store, known, fetched):
                parts[name] = (known or {}) | {"validators": dict(fetched.validators)}
                continue
            parts[name] = _keep(contract, store, name, fetched)
            synthetic = synthetic or fetched.synthetic
    state = {
        "dataset": contract.dataset,
        "key": content_key({name: part["sha256"] for name, part in parts.items()}),
        "parts": parts,
        "received_at": max(part["received_at"] for part in parts.values()),
        "synthetic": synthetic or any(part.get("synthetic", False) for part in parts.values()),
    }
    if state["synthetic"] and not contract.synthetic:
        raise SourceError(
            f"{contract.dataset}: its source is synthetic and its contract does not say so; set `synthetic: true`"
        )
    store.set_state(contract.dataset, "collected", state)
    return state | {"changed": state["key"] != before.get("key")}


def addresses(contract: Contract, connections: Mapping[str, str]) -> dict[str, str]:
    """The address of each part of the source; a source of one file has the one part `data`."""
    source = contract.source
    if source.mart:
        return {"data": f"mart:{source.mart}"}
    base = ""
    if source.connection:
        if source.connection not in connections:
            variable = f"AIRFLOW_CONN_{source.connection.upper()}"
            raise SourceError(
                f"{contract.dataset}: there is no connection {source.connection!r}; "
                f"add it in Airflow (Admin → Connections) or set {variable}"
            )
        base = connections[source.connection].rstrip("/")
    paths = source.parts or {"data": source.url or source.path or ""}
    return {name: base + path if path.startswith("/") else path for name, path in paths.items()}


def _fetch(
    contract: Contract, store: Store, url: str, known: dict[str, Any] | None, target: Path
) -> Fetched | Unchanged:
    if url.startswith("mart:"):
        return mart.fetch(contract, store, url.removeprefix("mart:"), target)
    if url.startswith("file://"):
        return file.fetch(contract, url, target)
    # Validators are worth asking with only while the bytes they stand for are still here.
    have = known if known and store.exists(f"raw/{known['sha256']}") else None
    return http.fetch(contract, url, have["validators"] if have else {}, target)


def _is_kept(store: Store, known: dict[str, Any] | None, fetched: Fetched) -> bool:
    return known is not None and known["sha256"] == fetched.sha256 and store.exists(f"raw/{fetched.sha256}")


def _keep(contract: Contract, store: Store, part: str, fetched: Fetched) -> dict[str, Any]:
    received_at = fetched.received_at or dt.datetime.now(dt.UTC).isoformat(timespec="seconds").replace(
        "+00:00", "Z"
    )
    raw = f"raw/{fetched.sha256}"
    if not store.exists(raw):
        store.adopt(fetched.path, raw, mode=0o600)
    receipt = {
        "dataset": contract.dataset,
        "part": part,
        "url": fetched.url,
        "sha256": fetched.sha256,
        "bytes": fetched.size,
        "received_at": received_at,
        "status": fetched.status,
        "headers": dict(fetched.headers),
        "synthetic": fetched.synthetic or contract.synthetic,
    }
    store.put_json(
        f"receipts/{contract.dataset}/{received_at.replace(':', '')}-{part}-{fetched.sha256[:12]}.json",
        receipt,
    )
    Ledger(store).record(
        "snapshot",
        contract.dataset,
        {key: receipt[key] for key in ("part", "url", "sha256", "bytes", "received_at", "synthetic")},
    )
    return {
        "url": fetched.url,
        "sha256": fetched.sha256,
        "bytes": fetched.size,
        "received_at": received_at,
        "validators": dict(fetched.validators),
        "synthetic": fetched.synthetic,
    }


def connections_from_environment() -> dict[str, str]:
    """Base addresses from AIRFLOW_CONN_… variables in their URI form, for use without Airflow."""
    prefix = "AIRFLOW_CONN_"
    return {
        name.removeprefix(prefix).lower(): value
        for name, value in os.environ.items()
        if name.startswith(prefix) and value.startswith(("http://", "https://"))
    }
