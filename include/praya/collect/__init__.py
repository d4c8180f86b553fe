"""collect: source → snapshot. Bytes are stored once, as received, under their SHA-256, with a receipt."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit, urlunsplit

import requests

from praya.collect import file, http, mart, months, register
from praya.collect.address import base
from praya.collect.receipt import Fetched, Unchanged, without_login
from praya.contract import Contract
from praya.errors import SourceError, SourceUnavailable
from praya.ledger import Ledger
from praya.outside import clean_values
from praya.store import Store, content_key


def collect(contract: Contract, store: Store, connections: Mapping[str, str]) -> dict[str, Any]:
    """Take what the source has now; returns the `collected` state with `changed` added.

    `connections` maps the names of Airflow connections to base addresses. The state lists each part's
    snapshot (`sha256`, `bytes`, `received_at`), and `received_at` of the whole: the latest of the parts, UTC.
    Raises SourceError in a sentence; the last good snapshot then stays the one that counts.
    """
    before = store.state(contract.subject, "collected") or {}
    with store.scratch() as work, requests.Session() as session:
        # Asked first: what changes while the pages are being read is then seen as a change afterwards.
        marker = months.marker(contract, connections, work / "months.json")
        taking = _Taking(contract, store, before.get("parts", {}), work, session)
        for name, url in addresses(contract, connections).items():
            if contract.source.pages:
                taking.pages(url)
            else:
                taking.part(name, url)
        parts = taking.parts
        synthetic = contract.synthetic or any(part["synthetic"] for part in parts.values())
        if synthetic and not contract.synthetic:
            raise SourceError(
                f"{contract.dataset}: its source is synthetic and its contract does not say so; set `synthetic: true`"
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


class _Taking:
    """One collection on its way: the parts as the state will have them, and the new bytes in scratch files.

    Nothing of it is in the store before `keep`, and then all of it: raw bytes, receipts, ledger lines, in this order.
    """

    def __init__(
        self, contract: Contract, store: Store, old: Mapping[str, Any], work: Path, session: requests.Session
    ) -> None:
        self.parts: dict[str, dict[str, Any]] = {}
        self._contract, self._store, self._old, self._work = contract, store, old, work
        self._session = session
        self._new: dict[str, Fetched] = {}

    def part(self, name: str, url: str) -> dict[str, Any]:
        """Take one part, or keep what is known of it when nothing changed."""
        old = self._old.get(name, {})
        known = old if old.get("url") == without_login(url) else None
        fetched = self._fetch(url, known, self._work / f"{name}.part")
        if isinstance(fetched, Unchanged) or self._is_kept(known, fetched):
            kept = known or {}
            # An answer that says no more than "unchanged" is about what was said to be synthetic before.
            synthetic = fetched.synthetic or (isinstance(fetched, Unchanged) and kept.get("synthetic", False))
            part = kept | {"validators": dict(fetched.validators), "synthetic": synthetic}
        else:
            self._new[name] = fetched
            part = {
                "url": fetched.url,
                "sha256": fetched.sha256,
                "bytes": fetched.size,
                "received_at": fetched.received_at or _now(),
                "validators": dict(fetched.validators),
                "synthetic": fetched.synthetic,
                **({"next": fetched.next} if fetched.next else {}),
            }
        self.parts[name] = part
        return part

    def pages(self, url: str) -> None:
        """Follow an API's pages of one partition from the first to the last, each a part: `0001`, `0002` …

        Raises SourceError when a page comes twice, for then the rows behind it are missing.
        """
        seen: dict[str, str] = {}
        following: str | None = url + "?" + urlencode({"month": self._contract.month or ""})
        while following:
            name = f"{len(self.parts) + 1:04}"
            part = self.part(name, following)
            for mark, what in ((part["url"], "address"), (part["sha256"], "content")):
                if mark in seen:
                    raise SourceUnavailable(
                        f"{self._contract.subject}: page {name} has the {what} of page {seen[mark]}: the source "
                        "repeats itself and would leave rows out; nothing was taken, the last good snapshot stays"
                    )
                seen[mark] = name
            following = _next(following, part.get("next"))

    def keep(self) -> None:
        """Store the new bytes, a receipt of each, and the ledger's lines of them."""
        contract, store = self._contract, self._store
        if not self._new:
            return
        raw = {f"raw/{fetched.sha256}": fetched.path for fetched in self._new.values()}
        store.adopt_all({key: path for key, path in raw.items() if not store.exists(key)}, mode=0o600)
        receipts = [self._receipt(name, fetched) for name, fetched in self._new.items()]
        store.put_jsons({f"receipts/{contract.subject}/{_receipt_name(one)}.json": one for one in receipts})
        said = ("part", "url", "sha256", "bytes", "received_at", "synthetic")
        Ledger(store).record_all(
            "snapshot", contract.subject, [{key: one[key] for key in said} for one in receipts]
        )

    def _receipt(self, name: str, fetched: Fetched) -> dict[str, Any]:
        part = self.parts[name]
        return {
            "dataset": self._contract.subject,
            "part": name,
            **{key: part[key] for key in ("url", "sha256", "bytes", "received_at")},
            "status": fetched.status,
            "headers": clean_values(dict(fetched.headers)),
            "synthetic": fetched.synthetic or self._contract.synthetic,
        }

    def _fetch(self, url: str, known: dict[str, Any] | None, target: Path) -> Fetched | Unchanged:
        if url.startswith("mart:"):
            return mart.fetch(self._contract, self._store, url.removeprefix("mart:"), target)
        if url.startswith("register:"):
            return register.fetch(url, target)
        if url.startswith("file://"):
            return file.fetch(self._contract, url, target)
        # Validators are worth asking with only while the bytes they stand for are still here.
        have = known if known and self._store.exists(f"raw/{known['sha256']}") else None
        return http.fetch(self._contract, url, have["validators"] if have else {}, target, self._session)

    def _is_kept(self, known: dict[str, Any] | None, fetched: Fetched) -> bool:
        return (
            known is not None
            and known["sha256"] == fetched.sha256
            and self._store.exists(f"raw/{fetched.sha256}")
        )


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
    if source.register_:
        return {"data": f"register:{source.register_}"}
    paths = source.parts or {"data": source.url or source.path or ""}
    return {
        name: base(contract, connections) + path if path.startswith("/") else path
        for name, path in paths.items()
    }


def _receipt_name(receipt: Mapping[str, Any]) -> str:
    return f"{receipt['received_at'].replace(':', '')}-{receipt['part']}-{receipt['sha256'][:12]}"


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def connections_from_environment() -> dict[str, str]:
    """Base addresses from AIRFLOW_CONN_… variables in their URI form, for use without Airflow."""
    prefix = "AIRFLOW_CONN_"
    return {
        name.removeprefix(prefix).lower(): value
        for name, value in os.environ.items()
        if name.startswith(prefix) and value.startswith(("http://", "https://"))
    }
