"""The pages of metrics: every file against their index, which the signed catalogue names, and nothing else there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from praya.errors import IntegrityError
from praya.history.pages import FOLDER, INDEX
from praya.store import Store
from praya.verify.known import Known
from praya.verify.released import against


def metrics(store: Store, known: Known) -> Iterator[str]:
    """A sentence for everything that is wrong with the pages of metrics."""
    folder, index = store.path(FOLDER), store.path(INDEX)
    if not folder.is_dir():
        return
    try:
        told: dict[str, Any] = store.read_json(INDEX)
        listed = {one["name"]: {"sha256": one["sha256"]} for one in told["files"]}
        read = [(one["dataset"], one["version"]) for one in told["releases"]]
    except (IntegrityError, KeyError, TypeError) as error:
        yield f"{index}: is no index of the pages beside it ({error}); run the DAG catalogue"
        return
    yield from against(folder, listed, {index.name})
    for dataset, version in read:
        if (dataset, version) in known.withdrawn:
            yield f"{folder}: was made from {dataset} {version}, which was withdrawn; run the DAG catalogue"
