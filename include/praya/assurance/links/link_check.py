"""links: every permanent address that was ever given leads to its file, or to a tombstone where it was withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from praya.assurance.links.published_addresses import Address, list_addresses, remember
from praya.assurance.links.served_copy import ask
from praya.assurance.links.target import Lead, Targets
from praya.assurance.links.version_names import check_version_names
from praya.assurance.verify.ledger_facts import Known
from praya.contract import Contract
from praya.store import Store

__all__ = ["Checked", "follow_links"]


class Checked(NamedTuple):
    """How many addresses lead to a file, how many to a tombstone, and a sentence for each that is broken."""

    files: int
    tombstones: int
    problems: list[str]


def follow_links(
    store: Store,
    contracts: Sequence[Contract] = (),
    *,
    base: str | None = None,
    part: tuple[int, int] | None = None,
) -> Checked:
    """Hold every address that was ever given against the store; with `base` (an http address at which a copy of
    `released/` is served) also ask there for each.

    Addresses are: each file of each version and of each report on record, pointers, indexes and what they name (lines,
    archive names), what redirects lead to, old ids (also those of `contracts`), catalogue, harvest files, feeds, and
    what pages and metadata link to. What led somewhere beside the versions once is looked for ever after
    (`state/links/given.json`). `part` (number from 0, of how many) takes a part of the versions and reports only, and
    everything beside them whole. Addresses of other hosts are not asked. Raises IntegrityError where the ledger is
    broken, or nobody answers at `base`.
    """
    known = Known.whole(store)
    targets = Targets(store, known)
    problems = list(check_version_names(store, known))
    by_path: dict[str, list[Address]] = {}
    for address in list_addresses(store, known, contracts, part):
        if isinstance(address, str):
            problems.append(address)
        else:
            by_path.setdefault(address.path, []).append(address)
    leads = {path: targets.lead(path) for path in sorted(by_path)}
    problems += [_broken(by_path[path]) for path, lead in leads.items() if lead is Lead.NOWHERE]
    problems += _places(by_path, leads, targets)
    remember(store, known, (path for path, lead in leads.items() if lead is not Lead.NOWHERE))
    if base is not None:
        wanted = {path: lead for path, lead in leads.items() if lead is not Lead.NOWHERE}
        problems += ask(base, wanted, targets)
    kinds = list(leads.values())
    return Checked(kinds.count(Lead.FILE), kinds.count(Lead.TOMBSTONE), sorted(set(problems)))


def _broken(givers: Sequence[Address]) -> str:
    by = sorted({address.by for address in givers})
    more = f", and {len(by) - 1:,} more" if len(by) > 1 else ""
    return f"{givers[0].path}: leads to no file and no tombstone; it was given by {by[0]}{more}"


def _places(by_path: dict[str, list[Address]], leads: dict[str, Lead], targets: Targets) -> list[str]:
    """A sentence for each link to a place in a page that the page does not have."""
    return [
        f"{path}#{address.place}: the page has no such place; it was given by {address.by}"
        for path, givers in by_path.items()
        if leads[path] is Lead.FILE
        for address in givers
        if address.place and address.place not in targets.places(path)
    ]
