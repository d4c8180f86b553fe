"""The register of metrics itself, as a dataset."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from praya.contract import Text
from praya.pipeline.collect.collector import CollectContext, Collector
from praya.pipeline.collect.place import NamedPlace
from praya.pipeline.collect.receipt import Fetched


def locate(context: CollectContext, addresses: Mapping[str, str]) -> dict[str, NamedPlace]:
    """The register by its name."""
    return {name: NamedPlace(f"register:{context.contract.source.register_}") for name in addresses}


def fetch(
    context: CollectContext,
    place: NamedPlace,
    validators: Mapping[str, str],  # noqa: ARG001
    target: Path,
) -> Fetched:
    """Write the rows of the register."""
    from praya.pipeline.collect import register_source

    return register_source.fetch(place.shown, context.project.metrics, target)


REGISTER = Collector[NamedPlace](
    name="register",
    label=Text(en="Register of metrics", zh_hant="指標登記冊"),
    key="register",
    formats=("json",),
    places=locate,
    fetch=fetch,
)
