"""What marts are made from: accepted tables, other marts, releases, and of what has months those switched in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from praya.contract import Contract
from praya.pipeline.measure.catalogue_tables import catalogue_downloads, catalogue_releases
from praya.pipeline.measure.marts import Mart
from praya.store import CATALOGUE_DOWNLOADS, CATALOGUE_RELEASES, Store, content_key, released_name, table_name

State = dict[str, Any]


class Inputs:
    """The states of tables and marts by name, as the store has them now."""

    def __init__(self, store: Store, contracts: Sequence[Contract], marts: Sequence[Mart]) -> None:
        self._store = store
        self._contracts = {table_name(one.dataset): one for one in contracts if not one.source.mart}
        self._marts = {mart.name: mart for mart in marts}
        self._released = {released_name(one.dataset): one.dataset for one in contracts}
        providers = {one.provider for one in contracts if one.partition}
        self._months = {provider: months(store, provider) for provider in providers}

    def months(self, mart: Mart) -> list[str]:
        """The months that a monthly mart is made for."""
        return sorted(self._months.get(str(mart.provider), {}))

    def providers(self, mart: Mart) -> set[str]:
        """The providers of which it adds up months, by itself or by way of other marts; none of a monthly mart."""
        if mart.monthly:
            return set()
        found = set[str]()
        for name in mart.inputs:
            contract, other = self._contracts.get(name), self._marts.get(name)
            if contract is not None and contract.partition:
                found.add(contract.provider)
            elif other is not None:
                found |= {str(other.provider)} if other.monthly else self.providers(other)
        return found

    def whole(self, mart: Mart) -> dict[str, State | None]:
        """Of each input of the mart its state, None where there is none yet; with months, all of them as one."""
        return {name: self._whole(name) for name in mart.inputs}

    def of_month(self, mart: Mart, month: str) -> dict[str, State | None]:
        """Of each input of a monthly mart its state in that month."""
        return {name: self._of_month(name, month) for name in mart.inputs}

    def _whole(self, name: str) -> State | None:
        if name == CATALOGUE_RELEASES:
            return catalogue_releases(self._store)
        if name == CATALOGUE_DOWNLOADS:
            return catalogue_downloads(self._store)
        if name in self._released:
            return _release(self._store, self._released[name])
        contract = self._contracts.get(name)
        if contract is None and not self._marts[name].monthly:
            return self._store.state("mart", name)
        if contract is not None and not contract.partition:
            return self._store.state(contract.dataset, "accepted")
        provider = contract.provider if contract else str(self._marts[name].provider)
        states = {month: self._of_month(name, month) for month in sorted(self._months[provider])}
        return together({month: state for month, state in states.items() if state is not None})

    def _of_month(self, name: str, month: str) -> State | None:
        contract = self._contracts.get(name)
        if contract is None:
            return self._store.state(f"mart/{name}", month)
        return dict(self._months[contract.provider][month]["tables"][contract.dataset])


def _release(store: Store, dataset: str) -> State | None:
    """The latest release of a dataset as an input: its Parquet file, and of which version it is."""
    latest = store.get_json(f"released/{dataset}/latest.json")
    if latest is None or latest["version"] is None:
        return None
    folder = f"released/{dataset}/{latest['version']}"
    manifest = store.read_json(f"{folder}/manifest.json")
    return {
        "key": latest["manifest_sha256"],  # by which the ledger knows it
        "table": f"{folder}/{dataset}.parquet",
        "received_at": manifest["received_at"],
        "synthetic": manifest["synthetic"],
    }


def months(store: Store, provider: str) -> dict[str, State]:
    """The months of a provider's records that are switched in, with what `switch_in` said of each."""
    files: Iterable[Any] = store.path(f"state/month/{provider}").glob("*.json")
    return {path.stem: store.read_json(store.key(path)) for path in sorted(files)}


def together(states: Mapping[str, State]) -> State | None:
    """The states of several months as one: `tables` (store keys by month), `keys` by month, key, received_at,
    synthetic."""
    if not states:
        return None
    keys = {month: state["key"] for month, state in states.items()}
    return {
        "key": content_key(keys),
        "keys": keys,
        "tables": {month: state["table"] for month, state in states.items()},
        "received_at": max(state["received_at"] for state in states.values()),
        "synthetic": any(state["synthetic"] for state in states.values()),
    }
