"""What is known from all versions of a dataset, kept beside the last one, so that no old table is read again.

It is a function of the versions alone: `praya.disclosure.protect.facts` and `past` say how each adds to it. What is
kept names the versions that it was made from, and its hash is in PUBLICATION_FILE, whose hash is in the ledger. Where
any of this does not fit, or the keys, the method or the names of codes are others today, all versions are read again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from pathlib import Path
from typing import Any

import msgspec

from praya.contract.structure import Structure
from praya.disclosure.protect.facts import Facts
from praya.disclosure.protect.known_form import (
    KNOWN_FORMAT,
    KeptYear,
    decode,
    encode,
    kept_years,
    pack,
    restore,
    unpack,
)
from praya.disclosure.protect.past import Past
from praya.disclosure.protect.publication import Publication
from praya.store import Store

KNOWN_FILE = "known.bin"  # beside a protected table


class YearFile(msgspec.Struct):
    """Where a year is kept: the tree of a version and the file's SHA-256. `content` is the hash of the last version's
    rules and of its rows in this year."""

    tree: str
    sha256: str
    content: str


class KeptKnown(msgspec.Struct):
    """KNOWN_FILE: what holds for all years, and where each year is kept. `trees` says how many versions it was made
    from, and `chain` from which. `structured`: in one of them something adds up; `readers` are those of any."""

    format: int
    trees: int
    chain: str
    names: list[str]
    period: str | None
    method: str
    readers: list[bool]
    structured: bool
    renamed: dict[str, dict[str, str]]
    structure: str  # as JSON, as contracts have it
    periods: list[str | None]
    rows_of: list[str | None]
    flags: dict[str, list[tuple[Any, Any]]]
    years: dict[str, YearFile]


@dataclass
class Known:
    """What all versions of a dataset tell: as facts for the joint check, and as what binds the next version. `kept` is
    what it was read from; None where all versions were read."""

    facts: Facts
    past: Past
    trees: int = 0
    chain: str = ""
    readers: Collection[bool] = ()
    structured: bool = False
    renamed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    kept: KeptKnown | None = None


def read_kept(store: Store, trees: Sequence[str], sha256: str | None) -> KeptKnown | None:
    """What is kept beside the last of these trees, where it was made from all of them and has this hash."""
    data = store.get_bytes(f"{trees[-1]}/{KNOWN_FILE}")
    if data is None or hashlib.sha256(data).hexdigest() != sha256:
        return None
    kept = decode(data, KeptKnown)
    if kept is None or (kept.format, kept.trees, kept.chain) != (KNOWN_FORMAT, len(trees), chain_of(trees)):
        return None
    return kept


def read_known(
    store: Store, dataset: str, kept: KeptKnown, years: Container[str] | None = None
) -> Known | None:
    """What is known of these years, or of all; None where a file of them is missing or damaged. Rows of no period are
    those of the year ''."""
    facts = Facts(dataset, kept.names, Structure.model_validate_json(kept.structure), [*range(kept.trees)])
    parts = []
    for name, file in kept.years.items():
        if years is None or name in years:
            data = store.get_bytes(f"{file.tree}/{year_file(name)}")
            if data is None or hashlib.sha256(data).hexdigest() != file.sha256:
                return None
            if (year := decode(data, KeptYear)) is None:
                return None
            parts.append(year)
    past = Past(periods={*kept.periods})
    restore(parts, facts, past)
    facts.periods = {*kept.rows_of}
    past.flags = {
        name: {(unpack(rate), unpack(flag)) for rate, flag in pairs} for name, pairs in kept.flags.items()
    }
    return Known(facts, past, kept.trees, kept.chain, kept.readers, kept.structured, kept.renamed, kept)


def write_known(store: Store, folder: Path, tree: str, before: Known, version: Publication) -> str | None:
    """Keep in `folder`, which becomes `tree`, what is known once `version` is out too; returns the hash of KNOWN_FILE.
    `before` is changed by it.

    Only the years in which it tells something else than the version before are added to and written; the others stay
    where they are. Nothing is kept, and None returned, where a key has no form or a sum goes over several years.
    """
    hashes = hash_years(version)
    if before.kept is None:
        old, facts = {}, before.facts
        cells = [count.key for count in facts.counts]
        cells += [key for _, key in (*before.past.anchors, *before.past.rates, *before.past.held)]
        changed = {*hashes, *map(version.year_of, {*cells, *facts.keys})}
    else:
        old = before.kept.years
        changed = {
            year for year in {*hashes, *old} if year not in old or hashes.get(year, "") != old[year].content
        }
        years = read_known(store, version.dataset, before.kept, changed)
        if years is None:
            return None
        facts = years.facts
    part = version.of_years(changed)
    facts.add(part, len(facts.places))
    before.past.add(part)
    try:
        parts = kept_years(facts, before.past, changed, version.year_of)
        flags = {
            name: sorted(((pack(rate), pack(flag)) for rate, flag in pairs), key=str)
            for name, pairs in before.past.flags.items()
        }
    except TypeError:
        return None
    files = dict(old)
    for year, kept in parts.items():
        data = encode(kept)
        (folder / year_file(year)).write_bytes(data)
        files[year] = YearFile(tree, hashlib.sha256(data).hexdigest(), hashes.get(year, ""))
    whole = KeptKnown(
        format=KNOWN_FORMAT,
        trees=before.trees + 1,
        chain=chain(before.chain, tree),
        names=[*version.keys],
        period=version.period,
        method=version.disclosure.method,
        readers=sorted({*before.readers, *version.method.readers}),
        structured=before.structured or version.structure != Structure(),
        renamed={name: dict(codes) for name, codes in before.renamed.items()},
        structure=version.structure.model_dump_json(by_alias=True),
        periods=sorted(before.past.periods, key=str),
        rows_of=sorted(facts.periods, key=str),
        flags=flags,
        years=files,
    )
    data = encode(whole)
    (folder / KNOWN_FILE).write_bytes(data)
    return hashlib.sha256(data).hexdigest()


def hash_years(version: Publication) -> dict[str, str]:
    """The hash of what a version tells in each year: its rules and its rows, true and in print."""
    rules = version.disclosure.model_dump_json(by_alias=True)
    rest = f"{rules} {version.rates} {[*version.keys]} {version.carried}"
    hashes: dict[str, Any] = {}
    for side, rows in (("true", version.true), ("shown", version.shown)):
        for key, row in rows.items():
            year = version.year_of(key)
            if year not in hashes:
                hashes[year] = hashlib.sha256(rest.encode())
            hashes[year].update(f"{side}{key!r}{[*row.items()]!r}\n".encode())
    return {year: each.hexdigest() for year, each in hashes.items()}


def chain_of(trees: Iterable[str]) -> str:
    """A hash of these trees in their order."""
    return reduce(chain, trees, "")


def chain(before: str, tree: str) -> str:
    """The hash of the trees before and this one."""
    return hashlib.sha256(f"{before} {tree}".encode()).hexdigest()


def year_file(year: str) -> str:
    """The name of a year's file beside a protected table; a table without periods has one for all."""
    return f"known-{year or 'all'}.bin"
