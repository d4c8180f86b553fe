"""One collection: where the parts of a source are, and their bytes, receipts and ledger lines."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from praya import paths
from praya.contract import Contract
from praya.errors import AddressRefused, SourceError, SourceUnavailable, codes
from praya.ledger import Ledger
from praya.outbound import Allowed, OutboundSession, masked, open_session, parse_address
from praya.pipeline.collect import file_source, http_source, mart_source, register_source
from praya.pipeline.collect.receipt import Fetched, Unchanged, too_large
from praya.pipeline.collect.source_address import Remote, remote
from praya.store import Store
from praya.text.names import is_name
from praya.text.outside import clean_values, quote

# Their names have four digits, and are read in the order of their names.
MOST_PAGES = 9_999

# Where a part is: on another machine, or what the contract names on this one (`file://…`, `mart:…`, `register:…`).
Place = Remote | str


class Taking:
    """One collection on its way: the parts as the state will have them, and the new bytes in scratch files.

    Nothing of it is in the store before `keep`, and then all of it: raw bytes, receipts, ledger lines, in this order.
    """

    def __init__(
        self, contract: Contract, store: Store, old: Mapping[str, Any], work: Path, open_until_end: ExitStack
    ) -> None:
        self.parts: dict[str, dict[str, Any]] = {}
        self._contract, self._store, self._old, self._work = contract, store, old, work
        self._open_until_end = open_until_end
        self._sessions: dict[Allowed, OutboundSession] = {}
        self._new: dict[str, Fetched] = {}

    def part(self, name: str, place: Place) -> dict[str, Any]:
        """Take one part, or keep what is known of it when nothing changed."""
        old = self._old.get(name, {})
        known = old if _is_of(old, place) else None
        fetched = self._fetch(place, known, self._work / f"{len(self.parts)}.part")
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
                **({"address_sha256": mark} if (mark := _mark(place)) else {}),
            }
        self.parts[name] = part
        return part

    def pages(self, first: Remote) -> None:
        """Follow an API's pages of one partition from the first to the last, each a part: `0001`, `0002` …

        Raises SourceError when a page comes twice, for then the rows behind it are missing; when there is no end to
        them; and when one leads where the source may not.
        """
        seen: dict[str, str] = {}
        size = 0
        month = urlencode({"month": self._contract.month or ""})
        at: Remote | None = first.at(first.address.with_query(month))
        while at:
            name = f"{len(self.parts) + 1:04}"
            part = self.part(name, at)
            for mark, what in ((str(at.address), "address"), (part["sha256"], "content")):
                if mark in seen:
                    raise SourceUnavailable(
                        codes.source.PAGES_REPEAT,
                        f"{self._contract.subject}: page {name} has the {what} of page {seen[mark]}: the source "
                        "repeats itself and would leave rows out; nothing was taken, the last good snapshot stays",
                    )
                seen[mark] = name
            size += part["bytes"]
            if size > (limit := self._contract.source.max_bytes):
                raise too_large(self._contract, first.address.shown, limit)
            at = self._next(at, name, part.get("next"))

    def _next(self, at: Remote, name: str, link: str | None) -> Remote | None:
        """The next page, where the one of this `name` says that there is one."""
        if link is None:
            return None
        if len(self.parts) >= MOST_PAGES:
            raise SourceError(
                codes.source.TOO_MANY_PAGES,
                f"{self._contract.subject}: {at.address.shown} names one more after {MOST_PAGES:,} pages; nothing was "
                "taken, ask the source for larger pages",
            )
        try:
            return at.at(at.follow(at.address, link))
        except AddressRefused as error:
            raise SourceError(
                error.code,
                f"{self._contract.subject}: page {name} says that the next one is '{quote(masked(link), 120)}', "
                f"which {error}"
                "; nothing was taken, the last good snapshot stays",
            ) from error

    def keep(self) -> None:
        """Store the new bytes, a receipt of each, and the ledger's lines of them."""
        contract, store = self._contract, self._store
        if not self._new:
            return
        raw = {f"raw/{fetched.sha256}": fetched.path for fetched in self._new.values()}
        store.adopt_all({key: path for key, path in raw.items() if not store.exists(key)}, mode=0o600)
        receipts = [self._receipt(name, fetched) for name, fetched in self._new.items()]
        store.put_jsons({f"receipts/{contract.subject}/{_receipt_name(one)}.json": one for one in receipts})
        Ledger(store).record_all("snapshot", contract.subject, [_line(one) for one in receipts])

    def _receipt(self, name: str, fetched: Fetched) -> dict[str, Any]:
        part = self.parts[name]
        return {
            "dataset": self._contract.subject,
            "part": name,
            **{key: part[key] for key in ("url", "sha256", "bytes", "received_at")},
            "status": fetched.status,
            "headers": clean_values(dict(fetched.headers)),
            **({"hops": [hop._asdict() for hop in fetched.hops]} if fetched.hops else {}),
            "synthetic": fetched.synthetic or self._contract.synthetic,
        }

    def _fetch(self, place: Place, known: dict[str, Any] | None, target: Path) -> Fetched | Unchanged:
        contract = self._contract
        if isinstance(place, Remote):
            # Validators are worth asking with only while the bytes they stand for are still here.
            have = known if known and self._store.exists(f"raw/{known['sha256']}") else None
            validators = have["validators"] if have else {}
            return http_source.fetch(contract, place, validators, target, self._session(place.allowed))
        if contract.source.mart:
            return mart_source.fetch(contract, self._store, contract.source.mart, target)
        if contract.source.register_:
            return register_source.fetch(place, target)
        private = [*paths.private_places(), self._store.root]
        return file_source.fetch(contract, place, target, paths.source_folders(), private)

    def _session(self, allowed: Allowed) -> OutboundSession:
        if allowed not in self._sessions:
            session = open_session(allowed, paths.ca_bundle())
            self._sessions[allowed] = self._open_until_end.enter_context(session)
        return self._sessions[allowed]

    def _is_kept(self, known: dict[str, Any] | None, fetched: Fetched) -> bool:
        return (
            known is not None
            and known["sha256"] == fetched.sha256
            and self._store.exists(f"raw/{fetched.sha256}")
        )


def places(contract: Contract, connections: Mapping[str, str]) -> dict[str, Place]:
    """Where each part of the source is; a source of one file has the one part `data`. Raises SourceError."""
    source = contract.source
    if source.mart:
        return {"data": f"mart:{source.mart}"}
    if source.register_:
        return {"data": f"register:{source.register_}"}
    named = source.parts or {"data": source.url or source.path or ""}
    if wrong := [name for name in named if not is_name(name)]:
        raise SourceError(
            codes.source.PART_NAME_NOT_VALID,
            f"{contract.dataset}: source.parts: '{quote(wrong[0], 120)}' is no name of a part",
        )
    return {
        name: path if path.startswith("file://") else remote(contract, connections, path)
        for name, path in named.items()
    }


def _is_of(old: Mapping[str, Any], place: Place) -> bool:
    """Whether what is known of a part came from `place`: secrets are masked in addresses, and compared by a hash."""
    if not isinstance(place, Remote):
        return old.get("url") == place
    try:
        # States of before have the address as the contract spells it.
        before = parse_address(str(old.get("url", ""))).shown
    except AddressRefused:
        return False
    return before == place.address.shown and old.get("address_sha256") == _mark(place)


def _mark(place: Place) -> str | None:
    """The SHA-256 of an address that is kept with its secrets masked."""
    if not isinstance(place, Remote) or str(place.address) == place.address.shown:
        return None
    return hashlib.sha256(str(place.address).encode()).hexdigest()


def _line(receipt: Mapping[str, Any]) -> dict[str, Any]:
    """What the ledger says of a snapshot: its receipt without headers and without IP addresses of the inside."""
    line = {key: receipt[key] for key in ("part", "url", "sha256", "bytes", "received_at", "synthetic")}
    hops = [{"url": hop["url"], "status": hop["status"]} for hop in receipt.get("hops", [])]
    return line | ({"hops": hops} if hops else {})


def _receipt_name(receipt: Mapping[str, Any]) -> str:
    return f"{receipt['received_at'].replace(':', '')}-{receipt['part']}-{receipt['sha256'][:12]}"


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
