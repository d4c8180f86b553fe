"""collect: source → snapshot. Bytes are stored once, as received, under their SHA-256, with a receipt."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit, urlunsplit

from praya.collect import file, http, mart, months
from praya.collect.address import base
from praya.collect.receipt import Fetched, Unchanged, without_login
from praya.contract import Contract
from praya.errors import SourceError, SourceUnavailable
from praya.ledger import Ledger
from praya.store import Store, content_key


def collect(contract: Contract, store: Store, connections: Mapping[str, str]) -> dict[str, Any]:
    """Take what the source has now; returns the `collected` state with `changed` added.

    `connections` maps the names of Airflow connections to base addresses. The state lists each part's
    snapshot (`sha256`, `bytes`, `received_at`), and `received_at` of the whole: the latest of the parts, UTC.
    Raises SourceError in a sentence; the last good snapshot then stays the one that counts.
    """
    before = store.state(contract.subject, "collected") or {}
    old = before.get("parts", {})
    parts: dict[str, dict[str, Any]] = {}
    with store.scratch() as work:
        # Asked first: what changes while the pages are being read is then seen as a change afterwards.
        marker = months.marker(contract, connections, work / "months.json")
        for name, url in addresses(contract, connections).items():
            if contract.source.pages:
                parts |= _pages(contract, store, url, old, work)
            else:
                parts[name] = _part(contract, store, name, url, old, work)
    state = {
        "dataset": contract.dataset,
        "key": content_key({name: part["sha256"] for name, part in parts.items()}),
        "parts": parts,
        "received_at": max(part["received_at"] for part in parts.values()),
        "synthetic": contract.synthetic or any(part.get("synthetic", False) for part in parts.values()),
        **({"marker": marker} if marker else {}),
    }
    if state["synthetic"] and not contract.synthetic:
        raise SourceError(
            f"{contract.dataset}: its source is synthetic and its contract does not say so; set `synthetic: true`"
        )
    store.set_state(contract.subject, "collected", state)
    return state | {"changed": state["key"] != before.get("key")}


def _part(
    contract: Contract, store: Store, name: str, url: str, old: Mapping[str, Any], work: Path
) -> dict[str, Any]:
    """Take one part, or keep what is known of it when nothing changed."""
    shown = without_login(url)
    known = old.get(name) if old.get(name, {}).get("url") == shown else None
    fetched = _fetch(contract, store, url, known, work / f"{name}.part")
    if isinstance(fetched, Unchanged) or _is_kept(store, known, fetched):
        return (known or {}) | {"validators": dict(fetched.validators)}
    return _keep(contract, store, name, fetched)


def _pages(
    contract: Contract, store: Store, url: str, old: Mapping[str, Any], work: Path
) -> dict[str, dict[str, Any]]:
    """Follow an API's pages of one partition from the first to the last, each a part: `0001`, `0002` …

    Raises SourceError when a page comes twice, for then the rows behind it are missing.
    """
    parts: dict[str, dict[str, Any]] = {}
    seen: dict[str, str] = {}
    following: str | None = url + "?" + urlencode({"month": contract.month or ""})
    while following:
        name = f"{len(parts) + 1:04}"
        part = _part(contract, store, name, following, old, work)
        for mark, what in ((part["url"], "address"), (part["sha256"], "content")):
            if mark in seen:
                raise SourceUnavailable(
                    f"{contract.subject}: page {name} has the {what} of page {seen[mark]}: the source repeats itself "
                    "and would leave rows out; nothing was taken, the last good snapshot stays"
                )
            seen[mark] = name
        parts[name] = part
        following = _next(following, part.get("next"))
    return parts


def _next(current: str, link: str | None) -> str | None:
    """The address of the next page; the login goes along as long as it stays with the same server."""
    if link is None:
        return None
    here, there = urlsplit(current), urlsplit(urljoin(without_login(current), link))
    return urlunsplit(
        there._replace(netloc=here.netloc) if there.netloc == here.netloc.rpartition("@")[2] else there
    )


def addresses(contract: Contract, connections: Mapping[str, str]) -> dict[str, str]:
    """The address of each part of the source; a source of one file has the one part `data`."""
    source = contract.source
    if source.mart:
        return {"data": f"mart:{source.mart}"}
    paths = source.parts or {"data": source.url or source.path or ""}
    return {
        name: base(contract, connections) + path if path.startswith("/") else path
        for name, path in paths.items()
    }


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
        "dataset": contract.subject,
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
        f"receipts/{contract.subject}/{received_at.replace(':', '')}-{part}-{fetched.sha256[:12]}.json",
        receipt,
    )
    Ledger(store).record(
        "snapshot",
        contract.subject,
        {key: receipt[key] for key in ("part", "url", "sha256", "bytes", "received_at", "synthetic")},
    )
    return {
        "url": fetched.url,
        "sha256": fetched.sha256,
        "bytes": fetched.size,
        "received_at": received_at,
        "validators": dict(fetched.validators),
        "synthetic": fetched.synthetic,
        **({"next": fetched.next} if fetched.next else {}),
    }


def connections_from_environment() -> dict[str, str]:
    """Base addresses from AIRFLOW_CONN_… variables in their URI form, for use without Airflow."""
    prefix = "AIRFLOW_CONN_"
    return {
        name.removeprefix(prefix).lower(): value
        for name, value in os.environ.items()
        if name.startswith(prefix) and value.startswith(("http://", "https://"))
    }
