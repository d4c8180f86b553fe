"""What a collector is: which keys of `source` select it, where its parts are, and the functions that take them.

A collector is a file that declares a `Collector`, in `praya.pipeline.collect.collectors` or in another package of the
entry points `praya.collectors`. These files are imported where contracts are read and DAGs parsed: they name what is
heavy by `call_later`. docs/extending.md says how to add a collector.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from praya.contract import Contract
from praya.contract.source_specs import CollectorSpec, collector_of_address, collector_with_key
from praya.errors import SourceError, codes
from praya.extensions import COLLECTORS, discover_specs
from praya.pipeline.collect.place import Place
from praya.pipeline.collect.receipt import Fetched, Unchanged
from praya.pipeline.collect.sessions import Sessions
from praya.project import Project
from praya.store import Store
from praya.text.outside import quote

P = TypeVar("P", bound=Place)


@dataclass(frozen=True)
class CollectContext:
    """What a collector works with. `connections` maps the names of Airflow connections to base addresses; `sessions`
    opens connections over HTTP, which end with the collection; `store` is to be read only."""

    contract: Contract
    store: Store
    connections: Mapping[str, str]
    sessions: Sessions

    @property
    def project(self) -> Project:
        """The project that is collected for."""
        return self.store.project


@dataclass(frozen=True)
class Paging(Generic[P]):
    """How a collector goes from page to page. `first(context, place)` is where the first page is, and
    `following(context, place, link, page)` where the one is to which `link`, the `next` of what was fetched at `place`,
    leads; `page` is the name of the page that says so. It raises SourceError where a link leads where it may not."""

    first: Callable[[CollectContext, P], P]
    following: Callable[[CollectContext, P, str, str], P]


@dataclass(frozen=True, kw_only=True)
class Collector(CollectorSpec, Generic[P]):
    """A collector that collect runs.

    `places(context, addresses)` says where each part is; `addresses` are those of `url`, `path` or `parts` that are
    for it by name of the part, and for a collector with a key of its own the one part `data`, empty.
    `fetch(context, place, validators, target)` writes the bytes at a place to the file `target` and returns `Fetched`,
    or `Unchanged`. `validators` is what it left in `Fetched.validators` the last time, empty where those bytes are no
    longer in the store. Both raise SourceError. With `paging` there is one place, and its pages are the parts.
    """

    places: Callable[[CollectContext, Mapping[str, str]], Mapping[str, P]]
    fetch: Callable[[CollectContext, P, Mapping[str, str], Path], Fetched | Unchanged]
    paging: Paging[P] | None = None


def all_collectors() -> dict[str, Collector[Any]]:
    """All collectors by name."""
    return discover_specs(Collector, COLLECTORS)


def locate_parts(context: CollectContext) -> dict[str, tuple[Collector[Any], Place]]:
    """Where each part of the source is, and the collector that takes it, in the order of the contract."""
    collectors = all_collectors()
    assigned = _assign_addresses(context.contract)
    located: dict[str, tuple[Collector[Any], Place]] = {}
    for taker in dict.fromkeys(name for name, _ in assigned.values()):
        addresses = {part: address for part, (name, address) in assigned.items() if name == taker}
        places = collectors[taker].places(context, addresses)
        located |= {part: (collectors[taker], place) for part, place in places.items()}
    order = {part: number for number, part in enumerate(assigned)}
    return dict(sorted(located.items(), key=lambda item: order.get(item[0], len(order))))


def _assign_addresses(contract: Contract) -> dict[str, tuple[str, str]]:
    """Part → the name of its collector, and its address, which is empty where a key of the collector says where."""
    source = contract.source
    if own := collector_with_key(source):
        return {"data": (own.name, "")}
    assigned = {}
    for part, address in source.addresses.items():
        if (spec := collector_of_address(source, address)) is None:
            raise SourceError(
                codes.source.ADDRESS_NOT_VALID,
                f"{contract.dataset}: no collector takes the address '{quote(address, 120)}'; correct it in the "
                "contract",
            )
        assigned[part] = (spec.name, address)
    return assigned
