"""A mart: the table that measure computed last."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from praya.contract import Text
from praya.pipeline.collect.collector import CollectContext, Collector
from praya.pipeline.collect.place import NamedPlace
from praya.pipeline.collect.receipt import Fetched


def locate(context: CollectContext, addresses: Mapping[str, str]) -> dict[str, NamedPlace]:
    """The mart by its name."""
    return {name: NamedPlace(f"mart:{context.contract.source.mart}") for name in addresses}


def fetch(
    context: CollectContext,
    place: NamedPlace,
    validators: Mapping[str, str],  # noqa: ARG001
    target: Path,
) -> Fetched:
    """Copy the table of the mart."""
    from praya.pipeline.collect import mart_source

    return mart_source.fetch(context.contract, context.store, place.shown, target)


MART = Collector[NamedPlace](
    name="mart",
    label=Text(en="Mart", zh_hant="統計表"),
    key="mart",
    formats=("parquet",),
    places=locate,
    fetch=fetch,
)
