"""One collection: its parts taken by their collectors, and then their bytes, receipts and ledger lines."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from msgspec.structs import replace

from praya.errors import SourceError, SourceUnavailable, codes
from praya.ledger import Ledger
from praya.ledger.bodies import SnapshotBody
from praya.pipeline.collect.collector import CollectContext, Collector, Paging, locate_parts
from praya.pipeline.collect.place import Place
from praya.pipeline.collect.receipt import Fetched, Unchanged, too_large
from praya.store import layout
from praya.store.receipts import Receipt, ReceiptHop
from praya.store.states import CollectedPart
from praya.text.names import is_name
from praya.text.outside import clean_values, quote

# Their names have four digits, and are read in the order of their names.
MOST_PAGES = 9_999


class Taking:
    """One collection: the parts as the state will have them, and the new bytes in scratch files.

    Nothing of it is in the store before `keep`, and then all of it: raw bytes, receipts, ledger lines, in this order.
    """

    def __init__(self, context: CollectContext, before: Mapping[str, CollectedPart], work: Path) -> None:
        self.parts: dict[str, CollectedPart] = {}
        self._context, self._before, self._work = context, before, work
        self._contract, self._store = context.contract, context.store
        self._new: dict[str, Fetched] = {}

    def take_all(self) -> None:
        """Take every part of the source. Raises SourceError."""
        parts = locate_parts(self._context)
        if wrong := [name for name in parts if not is_name(name)]:
            raise SourceError(
                codes.source.PART_NAME_NOT_VALID,
                f"{self._contract.dataset}: source.parts: '{quote(wrong[0], 120)}' is no name of a part",
            )
        for name, (collector, place) in parts.items():
            if collector.paging:
                self._take_pages(collector, collector.paging, place)
            else:
                self._take_part(name, collector, place)

    def _take_part(self, name: str, collector: Collector[Any], place: Place) -> CollectedPart:
        """Take one part, or keep what is known of it when nothing changed."""
        before = self._before.get(name)
        known = before if before is not None and _is_of(before, place) else None
        fetched = self._fetch(collector, place, known, self._work / f"{len(self.parts)}.part")
        if known is not None and (isinstance(fetched, Unchanged) or self._is_kept(known, fetched)):
            # An answer that says no more than "unchanged" is about what was said to be synthetic before.
            synthetic = fetched.synthetic or (isinstance(fetched, Unchanged) and known.synthetic)
            part = replace(known, validators=dict(fetched.validators), synthetic=synthetic)
        elif isinstance(fetched, Unchanged):
            raise SourceError(
                codes.source.UNCHANGED_WITHOUT_SNAPSHOT,
                f"{self._contract.subject}: the source says that nothing changed, and no snapshot of it is here; "
                "nothing was taken, ask the source",
            )
        else:
            self._new[name] = fetched
            part = CollectedPart(
                url=fetched.url,
                sha256=fetched.sha256,
                bytes=fetched.size,
                received_at=fetched.received_at or self._now(),
                validators=dict(fetched.validators),
                synthetic=fetched.synthetic,
                next=fetched.next or None,
                address_sha256=place.secret_mark or None,
            )
        self.parts[name] = part
        return part

    def _take_pages(self, collector: Collector[Any], paging: Paging[Any], place: Place) -> None:
        """Follow the pages of a source from the first to the last, each a part: `0001`, `0002` …

        Raises SourceError when a page comes twice, for then the rows behind it are missing; when there is no end to
        them; and when one leads where the source may not.
        """
        seen: dict[str, str] = {}
        size = 0
        at = paging.first(self._context, place)
        while at:
            name = f"{len(self.parts) + 1:04}"
            part = self._take_part(name, collector, at)
            for mark, what in ((at.secret_mark or at.shown, "address"), (part.sha256, "content")):
                if mark in seen:
                    raise SourceUnavailable(
                        codes.source.PAGES_REPEAT,
                        f"{self._contract.subject}: page {name} has the {what} of page {seen[mark]}: the source "
                        "repeats itself and would leave rows out; nothing was taken, the last good snapshot stays",
                    )
                seen[mark] = name
            size += part.bytes
            if size > (limit := self._contract.source.max_bytes):
                raise too_large(self._contract, place.shown, limit)
            at = self._following(paging, at, name, part.next)

    def _following(self, paging: Paging[Any], at: Place, name: str, link: str | None) -> Any:
        """The next page, where the one of this `name` says that there is one."""
        if link is None:
            return None
        if len(self.parts) >= MOST_PAGES:
            raise SourceError(
                codes.source.TOO_MANY_PAGES,
                f"{self._contract.subject}: {at.shown} names one more after {MOST_PAGES:,} pages; nothing was "
                "taken, ask the source for larger pages",
            )
        return paging.following(self._context, at, link, name)

    def keep(self) -> None:
        """Store the new bytes, a receipt of each, and the ledger's lines of them."""
        contract, store = self._contract, self._store
        if not self._new:
            return
        raw = {layout.raw(fetched.sha256): fetched.path for fetched in self._new.values()}
        store.adopt_all({key: path for key, path in raw.items() if not store.exists(key)}, mode=0o600)
        receipts = [self._receipt(name, fetched) for name, fetched in self._new.items()]
        store.put_jsons(
            {layout.receipt(contract.subject, _receipt_name(receipt)): receipt for receipt in receipts}
        )
        Ledger(store).record_all("snapshot", contract.subject, [_line(receipt) for receipt in receipts])

    def _receipt(self, name: str, fetched: Fetched) -> Receipt:
        part = self.parts[name]
        receipt: Receipt = {
            "dataset": self._contract.subject,
            "part": name,
            "url": part.url,
            "sha256": part.sha256,
            "bytes": part.bytes,
            "received_at": part.received_at,
            "status": fetched.status,
            "headers": clean_values(dict(fetched.headers)),
            "synthetic": fetched.synthetic or self._contract.synthetic,
        }
        if fetched.hops:
            receipt["hops"] = [cast(ReceiptHop, hop._asdict()) for hop in fetched.hops]
        return receipt

    def _fetch(
        self, collector: Collector[Any], place: Place, known: CollectedPart | None, target: Path
    ) -> Fetched | Unchanged:
        # Validators are worth asking with only while the bytes they stand for are still here.
        is_here = known is not None and self._store.exists(layout.raw(known.sha256))
        return collector.fetch(self._context, place, known.validators if known and is_here else {}, target)

    def _is_kept(self, known: CollectedPart, fetched: Fetched) -> bool:
        return known.sha256 == fetched.sha256 and self._store.exists(layout.raw(fetched.sha256))

    def _now(self) -> str:
        return self._store.project.clock().isoformat(timespec="seconds").replace("+00:00", "Z")


def _is_of(before: CollectedPart, place: Place) -> bool:
    """Whether what is known of a part came from `place`: secrets are masked in addresses, and compared by a hash."""
    return place.is_shown_as(before.url) and before.address_sha256 == place.secret_mark


def _line(receipt: Receipt) -> SnapshotBody:
    """What the ledger says of a snapshot: its receipt without headers and without IP addresses of the inside."""
    line: SnapshotBody = {
        "part": receipt["part"],
        "url": receipt["url"],
        "sha256": receipt["sha256"],
        "bytes": receipt["bytes"],
        "received_at": receipt["received_at"],
        "synthetic": receipt["synthetic"],
    }
    if "hops" in receipt:
        line["hops"] = [{"url": hop["url"], "status": hop["status"]} for hop in receipt["hops"]]
    return line


def _receipt_name(receipt: Receipt) -> str:
    return f"{receipt['received_at'].replace(':', '')}-{receipt['part']}-{receipt['sha256'][:12]}"
