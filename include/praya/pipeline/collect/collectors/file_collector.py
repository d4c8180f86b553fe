"""Files of this machine, below the folders that the operator names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from praya.contract import Text
from praya.pipeline.collect.collector import CollectContext, Collector
from praya.pipeline.collect.place import NamedPlace
from praya.pipeline.collect.receipt import Fetched


def locate(context: CollectContext, addresses: Mapping[str, str]) -> dict[str, NamedPlace]:  # noqa: ARG001
    """Each part at its own address."""
    return {name: NamedPlace(address) for name, address in addresses.items()}


def fetch(
    context: CollectContext,
    place: NamedPlace,
    validators: Mapping[str, str],  # noqa: ARG001
    target: Path,
) -> Fetched:
    """Copy the file, which is taken anew each time."""
    from praya.pipeline.collect import file_source

    project = context.project
    private = [*project.private_places, project.store_folder.resolve()]
    return file_source.fetch(context.contract, place.shown, target, project.source_folders, private)


FILE = Collector[NamedPlace](
    name="file",
    label=Text(en="File of this machine", zh_hant="本機檔案"),
    schemes=("file",),
    places=locate,
    fetch=fetch,
)
