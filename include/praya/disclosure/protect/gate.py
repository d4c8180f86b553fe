"""Every table that went through the gate, by dataset, and which datasets are linked: found without reading all.

The ledger is what counts: it says which versions there are. What links them is kept in an index, so that of the ledger
only the lines since are read. What is kept beside the next table that goes through the gate has the index's hash, and
the ledger has the hash of that. An index with another hash, or of another ledger, is made anew from the ledger.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple, cast

import msgspec

from praya.contract import Contract
from praya.disclosure.protect.known_form import decode, encode
from praya.disclosure.protect.publication import PUBLICATION_FILE, SHA256, KeptPublication
from praya.errors import DisclosureError, codes
from praya.ledger import Ledger, LedgerLine
from praya.ledger.line import parsed
from praya.store import Store, layout
from praya.store.regular import open_regular

NO_METHOD = "none needed"  # the method, in the decision of a table without counts
DISCLOSURE = b'"kind":"disclosure"'  # in every line of such a decision, and hardly in another


class Version(NamedTuple):
    """A table that went through the gate: the number of its first line in the ledger, its tree, and the hash of what
    was kept beside it, where the line has one."""

    number: int
    tree: str
    sha256: str | None

    @property
    def table(self) -> str:
        """The store key of the protected table."""
        return f"{self.tree}/{layout.TABLE}"


class Gate:
    """What went through the gate of a store, but for `without`, as if that dataset had never been there."""

    def __init__(self, store: Store, without: str | None = None) -> None:
        self.store, self.without = store, without

    def versions(self, dataset: str) -> list[Version]:
        """The versions of a dataset, oldest first; those from before there was a joint check only where something was
        kept beside them."""
        trees: dict[str, Version] = {}
        for line in Ledger(self.store).of(dataset) if dataset != self.without else ():
            tree = layout.protected(dataset, str(line.body.get("key")))
            if line.kind != "disclosure" or tree in trees:
                continue
            if "joint" in line.body or self.store.exists(f"{tree}/{PUBLICATION_FILE}"):
                trees[tree] = Version(line.number, tree, line.body.get(SHA256))
        return list(trees.values())

    def record(self, dataset: str, version: Version) -> KeptPublication:
        """What was kept of a version. Raises DisclosureError where that is gone or was changed."""
        path = f"{version.tree}/{PUBLICATION_FILE}"
        record = self.store.get_json(path)
        if (
            not isinstance(record, dict)
            or record.get("dataset") != dataset
            or "table" not in record
            or version.sha256 not in (None, self.store.sha256(path))
        ):
            raise DisclosureError(
                codes.disclosure.GATE_RECORD_CHANGED,
                f"{self.store.describe(path)}: is missing or was changed, and the ledger "
                f"(line {version.number}) says that {dataset} went through the gate: without it the joint check "
                "would forget that release. Nothing was released. Put the file back from a backup; `praya verify` "
                "names what else was changed",
            )
        return cast(KeptPublication, record)

    def linked(self, contract: Contract) -> list[str]:
        """The datasets that went through the gate and are linked with this one, directly or by way of others, in
        alphabetical order; it is one of them if it did itself."""
        return self._linked(contract, self.index.links)

    def _linked(self, contract: Contract, index: Mapping[str, Sequence[str]]) -> list[str]:
        links = {name: {*others} for name, others in index.items() if name != self.without}
        there = {*links}
        links[contract.dataset] = {link.dataset for link in contract.disclosure.structure.links}
        linked, more = set[str](), {contract.dataset}
        while more - linked:
            linked |= more
            more = {other for name in linked for other in links.get(name, set())}
            more |= {name for name, others in links.items() if others & linked}
        return sorted(linked & there)

    @cached_property
    def index(self) -> Index:
        """The links of all datasets as of the end of the ledger."""
        kept = decode(self.store.get_bytes(layout.GATE_LINKS), Index)
        lines = _decided_since(Ledger(self.store), kept) if kept else None
        if kept is None or lines is None or not self._bound(kept, lines[1]):
            kept, lines = _NONE, _decided_since(Ledger(self.store), _NONE) or (_NONE, ())
        end, decisions = lines
        return Index(end.offset, end.last, kept.links | self._links_of(decisions))

    def keep_index(self) -> str:
        """Keep the index; returns its SHA-256, for what is kept beside the table that is about to go through."""
        data = encode(self.index)
        if data != self.store.get_bytes(layout.GATE_LINKS):
            self.store.put_bytes(layout.GATE_LINKS, data)
        return hashlib.sha256(data).hexdigest()

    def _bound(self, index: Index, decisions: Sequence[LedgerLine]) -> bool:
        """Whether the first table with counts that went through the gate since says that this is the index."""
        for line in decisions:
            if line.body.get("method") != NO_METHOD:
                tree = layout.protected(line.subject, str(line.body.get("key")))
                version = Version(line.number, tree, line.body.get(SHA256))
                return (
                    self.record(line.subject, version).get("links")
                    == hashlib.sha256(encode(index)).hexdigest()
                )
        return False

    def _links_of(self, decisions: Sequence[LedgerLine]) -> dict[str, list[str]]:
        links = dict[str, list[str]]()
        whole = Gate(self.store)
        for line in {line.subject: line for line in decisions}.values():
            if line.body.get("method") == NO_METHOD:
                links[line.subject] = []
            elif versions := whole.versions(line.subject):
                record = self.record(line.subject, versions[-1])
                there = {link["dataset"] for link in record["disclosure"]["structure"]["links"]}
                links[line.subject] = sorted(there)
        return links


def published(store: Store) -> Iterator[tuple[KeptPublication, str]]:
    """Every table that went through the gate, oldest first, read from the ledger alone: what was kept of it, and the
    store key where it lies.

    Raises DisclosureError where what was kept is gone or was changed.
    """
    gate, datasets = (
        Gate(store),
        dict.fromkeys(line.subject for line in Ledger(store).of_kind("disclosure")),
    )
    versions = [(version, dataset) for dataset in datasets for version in gate.versions(dataset)]
    for version, dataset in sorted(versions):
        yield gate.record(dataset, version), version.table


class Index(msgspec.Struct):
    """The links by dataset as of one line of the ledger: where it begins (bytes), and its SHA-256."""

    offset: int
    last: str
    links: dict[str, list[str]]


_NONE = Index(0, "", {})


def _decided_since(ledger: Ledger, index: Index) -> tuple[Index, Sequence[LedgerLine]] | None:
    """The last line of the ledger, in the form of an index without links, and the decisions since the line of the
    index; None where that line is another one now."""
    if not ledger.path.exists():
        return None if index.last else (_NONE, ())
    begin, last, decisions = index.offset, index.last, list[LedgerLine]()
    with open_regular(ledger.path) as file:
        file.seek(begin)
        end = begin
        if last:
            raw = file.readline()
            if hashlib.sha256(raw).hexdigest() != last:
                return None
            end += len(raw)
        newest = b""
        for raw in file:
            if not raw.endswith(b"\n"):
                break
            begin, end, newest = end, end + len(raw), raw
            if DISCLOSURE in raw and (line := parsed(ledger.path, 0, raw)).kind == "disclosure":
                decisions.append(line)
    return Index(begin, hashlib.sha256(newest).hexdigest() if newest else last, {}), decisions
