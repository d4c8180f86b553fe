"""The family of a dataset: what is out of it and of all that it is linked with, from what is kept where that fits."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import duckdb

from praya.contract import Contract
from praya.contract.disclosure_method import disclosure_methods
from praya.contract.structure import Structure
from praya.disclosure.protect.facts import Facts
from praya.disclosure.protect.gate import Gate, Version
from praya.disclosure.protect.known import KeptKnown, Known, chain_of, read_kept, read_known
from praya.disclosure.protect.past import past_of
from praya.disclosure.protect.publication import (
    KeptPublication,
    Publication,
    Renamed,
    read_publication,
    read_shown,
    renamed_by,
)
from praya.store import Store


class Family:
    """What went through the gate and is linked with the `new` publication, in the alphabetical order of datasets."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, store: Store, gate: Gate, contract: Contract, new: Publication
    ) -> None:
        self.con, self.store, self.gate, self.contract, self.new = con, store, gate, contract, new
        self.datasets = gate.linked(contract)
        self._members = {name: _Member(self, name) for name in self.datasets}

    @property
    def structured(self) -> bool:
        """Whether anything adds up in a version of any of them."""
        return any(member.structured for member in self._members.values())

    @property
    def readers(self) -> set[bool]:
        """The readers of the methods of all versions."""
        return {reader for member in self._members.values() for reader in member.readers}

    def own(self) -> Known:
        """What is known of the dataset itself, of all years that its rows are of."""
        member = self._members.get(self.contract.dataset) or _Member(self, self.contract.dataset)
        return member.known()

    def facts(self, years: set[str] | None) -> list[Facts]:
        """What is known of these years (None: of all) of each dataset."""
        return [member.facts(years) for member in self._members.values()]

    def publications(self, years: set[str] | None) -> list[Publication]:
        """All versions themselves, oldest first."""
        versions = sorted((each, member) for member in self._members.values() for each in member.versions)
        return [member.read(version, years) for version, member in versions]


class _Member:
    """One dataset of a family."""

    def __init__(self, family: Family, dataset: str) -> None:
        self.family, self.dataset = family, dataset
        self.versions = family.gate.versions(dataset)
        self.trees = [version.tree for version in self.versions]
        self.records = dict[str, KeptPublication]()

    def __lt__(self, other: _Member) -> bool:
        return self.dataset < other.dataset

    def record(self, version: Version) -> KeptPublication:
        """What was kept of a version."""
        if version.tree not in self.records:
            self.records[version.tree] = self.family.gate.record(self.dataset, version)
        return self.records[version.tree]

    @cached_property
    def kept(self) -> KeptKnown | None:
        """What is kept of all versions, where it was made by the names of codes, and for the dataset itself the keys
        and the method, of today."""
        if not self.versions:
            return None
        new, last = self.family.new, self.record(self.versions[-1])
        kept = read_kept(self.family.store, self.trees, last.get("known"))
        if kept is None or kept.renamed != self.renamed:
            return None
        if self.dataset != new.dataset:
            return kept
        same = (kept.names, kept.period, kept.method) == ([*new.keys], new.period, new.disclosure.method)
        return kept if same else None

    @cached_property
    def renamed(self) -> Renamed:
        """The codes that have other names today, as the last version says, or for the dataset itself its contract."""
        if self.dataset == self.family.contract.dataset:
            return renamed_by(self.family.contract)
        return self.record(self.versions[-1]).get("renamed", {})

    @property
    def structured(self) -> bool:
        if self.kept is not None:
            return self.kept.structured
        structures = (self.record(version)["disclosure"]["structure"] for version in self.versions)
        return any(Structure.model_validate(each) != Structure() for each in structures)

    @property
    def readers(self) -> Iterable[bool]:
        if self.kept is not None:
            return self.kept.readers
        methods = {self.record(version)["disclosure"]["method"] for version in self.versions}
        return {reader for method in methods for reader in disclosure_methods()[method].readers}

    def known(self) -> Known:
        """What is known of the dataset itself, of the years that it has rows of now or had in its last version."""
        if self.kept is not None:
            table, new = self.family.store.local(self.versions[-1].table), self.family.new
            listed = read_shown(self.family.con, table, self.kept.names, self.renamed)
            years = {new.year_of(key) for key in (*new.true, *listed)}
            if known := read_known(self.family.store, self.dataset, self.kept, years):
                known.past.listed = listed
                return known
        versions = [self.read(version) for version in self.versions]
        return Known(
            facts=_facts_of(self.dataset, versions, [*range(len(versions))]),
            past=past_of(versions, self.family.new),
            trees=len(self.trees),
            chain=chain_of(self.trees),
            readers=[*self.readers],
            structured=self.structured,
            renamed=self.renamed,
        )

    def facts(self, years: set[str] | None) -> Facts:
        """What is known of these years."""
        numbers = [version.number for version in self.versions]
        of = None if years is None else {*years, ""}
        known = None if self.kept is None else read_known(self.family.store, self.dataset, self.kept, of)
        if known is None:
            return _facts_of(self.dataset, (self.read(version, years) for version in self.versions), numbers)
        known.facts.places = numbers
        return known.facts

    def read(self, version: Version, years: set[str] | None = None) -> Publication:
        """A version itself, as its tables say."""
        record, store = self.record(version), self.family.store
        return read_publication(
            self.family.con,
            record,
            store.local(record["table"]),
            store.local(version.table),
            years,
            self.renamed,
        )


def _facts_of(dataset: str, versions: Iterable[Publication], places: list[int]) -> Facts:
    facts = Facts(dataset)
    for place, version in zip(places, versions, strict=True):
        facts.add(version, place)
    return facts
