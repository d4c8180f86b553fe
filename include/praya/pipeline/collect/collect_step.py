"""The step collect: a source → snapshots. Bytes are stored once, as received, under their SHA-256, with a receipt.

It makes no tree from inputs of the store, as the other steps do: what it finds is outside.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from praya.contract import Contract
from praya.errors import SourceError, codes
from praya.pipeline.collect import listed_months
from praya.pipeline.collect.collector import CollectContext
from praya.pipeline.collect.sessions import Sessions
from praya.pipeline.collect.taking import Taking
from praya.pipeline.step_log import log_step
from praya.store import Store, content_key
from praya.store.states import Collected


class Collection(NamedTuple):
    """What a source has now, and whether that is another content than before."""

    state: Collected
    changed: bool


def collect_source(contract: Contract, store: Store, connections: Mapping[str, str]) -> Collection:
    """Take what the source has now, and write the state `collected`.

    `connections` maps the names of Airflow connections to base addresses. Raises SourceError; the last good snapshot
    then stays the one that counts.
    """
    with log_step("collect", contract.dataset, contract.month) as end:
        collection = _collect(contract, store, connections)
        parts = collection.state.parts
        end.fields = {"parts": len(parts), "bytes": sum(part.bytes for part in parts.values())}
        if not collection.changed:
            end.skipped = "the source has nothing new"
    return collection


def _collect(contract: Contract, store: Store, connections: Mapping[str, str]) -> Collection:
    before = store.state(Collected, contract.subject)
    with store.scratch() as work, Sessions(store.project) as sessions:
        context = CollectContext(contract, store, connections, sessions)
        # Asked first: what changes while the pages are being read is then seen as a change afterwards.
        marker = listed_months.marker(context, work / "months.json")
        taking = Taking(context, before.parts if before else {}, work)
        taking.take_all()
        parts = taking.parts
        synthetic = contract.synthetic or any(part.synthetic for part in parts.values())
        if synthetic and not contract.synthetic:
            raise SourceError(
                codes.source.SYNTHETIC_NOT_DECLARED,
                f"{contract.dataset}: its source is synthetic and its contract does not say so; set `synthetic: true`",
            )
        taking.keep()
    state = Collected(
        dataset=contract.dataset,
        key=content_key({name: part.sha256 for name, part in parts.items()}),
        parts=parts,
        received_at=max(part.received_at for part in parts.values()),
        synthetic=synthetic,
        marker=marker or None,
    )
    store.set_state(contract.subject, state)
    return Collection(state, before is None or state.key != before.key)
