"""What marts are made from: accepted tables, other marts, releases, and of what has months those switched in."""

from __future__ import annotations

from collections.abc import Sequence

from praya.contract import Contract
from praya.history import latest as latest_of
from praya.history.manifests import read_manifest
from praya.pipeline.measure.catalogue_tables import catalogue_downloads, catalogue_releases
from praya.pipeline.measure.mart_input import MartInput
from praya.pipeline.measure.marts import Mart
from praya.store import CATALOGUE_DOWNLOADS, CATALOGUE_RELEASES, Store, layout, released_name, table_name
from praya.store.states import Accepted, MartState, MonthState


class Inputs:
    """The inputs of marts by name, as the store has them now."""

    def __init__(self, store: Store, contracts: Sequence[Contract], marts: Sequence[Mart]) -> None:
        self._store = store
        self._contracts = {
            table_name(contract.dataset): contract for contract in contracts if not contract.source.mart
        }
        self._marts = {mart.name: mart for mart in marts}
        self._released = {released_name(contract.dataset): contract.dataset for contract in contracts}
        providers = {contract.provider for contract in contracts if contract.partition}
        self._months = {provider: read_months(store, provider) for provider in providers}

    def months(self, mart: Mart) -> list[str]:
        """The months that a monthly mart is made for."""
        return sorted(self._months.get(str(mart.provider), {}))

    def providers(self, mart: Mart) -> set[str]:
        """The providers of which it adds up months, by itself or by way of other marts; none of a monthly mart."""
        if mart.monthly:
            return set()
        providers = set[str]()
        for name in mart.inputs:
            contract, other = self._contracts.get(name), self._marts.get(name)
            if contract is not None and contract.partition:
                providers.add(contract.provider)
            elif other is not None:
                providers |= {str(other.provider)} if other.monthly else self.providers(other)
        return providers

    def whole(self, mart: Mart) -> dict[str, MartInput | None]:
        """Each input of the mart, None where there is none yet; with months, all of them as one."""
        return {name: self._whole(name) for name in mart.inputs}

    def of_month(self, mart: Mart, month: str) -> dict[str, MartInput | None]:
        """Each input of a monthly mart in that month."""
        return {name: self._of_month(name, month) for name in mart.inputs}

    def _whole(self, name: str) -> MartInput | None:
        if name == CATALOGUE_RELEASES:
            return catalogue_releases(self._store)
        if name == CATALOGUE_DOWNLOADS:
            return catalogue_downloads(self._store)
        if name in self._released:
            return _release(self._store, self._released[name])
        contract = self._contracts.get(name)
        if contract is None and not self._marts[name].monthly:
            return MartInput.of(self._store.get_record(MartState, layout.mart_state(name)))
        if contract is not None and not contract.partition:
            return MartInput.of(self._store.state(Accepted, contract.dataset))
        provider = contract.provider if contract else str(self._marts[name].provider)
        months = {month: self._of_month(name, month) for month in sorted(self._months[provider])}
        return MartInput.of_months(
            {month: month_input for month, month_input in months.items() if month_input is not None}
        )

    def _of_month(self, name: str, month: str) -> MartInput | None:
        contract = self._contracts.get(name)
        if contract is None:
            return MartInput.of(self._store.get_record(MartState, layout.mart_state(name, month)))
        return MartInput.of(self._months[contract.provider][month].tables[contract.dataset])


def _release(store: Store, dataset: str) -> MartInput | None:
    """The latest release of a dataset as an input: its Parquet file, and of which version it is."""
    latest = latest_of(store, dataset)
    if latest is None:
        return None
    manifest = read_manifest(store, dataset, latest["version"])
    return MartInput(
        key=latest["manifest_sha256"],  # by which the ledger knows it
        tables={"": f"{layout.version(dataset, latest['version'])}/{dataset}.parquet"},
        received_at=manifest["received_at"],
        synthetic=manifest["synthetic"],
    )


def read_months(store: Store, provider: str) -> dict[str, MonthState]:
    """The months of a provider's records that are switched in, in their order."""
    folder = layout.month_states(provider)
    return {
        month: store.read_record(MonthState, layout.month_state(provider, month))
        for month in store.names(folder)
    }
