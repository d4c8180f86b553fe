"""The pages of metrics: every file against their index, which the signed catalogue names, and nothing else there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from praya.assurance.verify.inspection import CATALOGUE_AGAIN, Reading
from praya.assurance.verify.ledger_facts import Known
from praya.assurance.verify.released import against
from praya.errors import IntegrityError
from praya.history.metric_page_index import FOLDER, INDEX
from praya.provenance.signed_files import SIGNED


def check_metric_files(known: Known, reading: Reading) -> Iterator[str]:
    """A sentence for everything that is wrong with the pages of metrics."""
    store = reading.store
    folder, index = reading.path(FOLDER), reading.path(INDEX)
    if not folder.is_dir():
        return
    try:
        content: dict[str, Any] = store.read_json(INDEX)
        listed = {file["name"]: {"sha256": file["sha256"]} for file in content["files"]}
        read = [(release["dataset"], release["version"]) for release in content["releases"]]
    except (IntegrityError, KeyError, TypeError) as error:
        if not index.exists() and not reading.journal.number(INDEX):
            unindexed = [path for path in sorted(folder.iterdir()) if path.is_file()]
            for path in unindexed:
                yield reading.finding(
                    f"{path}: lies there without the index of the pages",
                    path,
                    after=SIGNED,
                    again=CATALOGUE_AGAIN,
                )
            return
        yield f"{index}: is no index of the pages beside it ({error}); run the DAG catalogue"
        return
    # Before the catalogue is signed, pages or index may be newer than each other.
    for problem in against(folder, listed, {index.name}, reading, "their index", (SIGNED, CATALOGUE_AGAIN)):
        is_behind = reading.written_after(INDEX, SIGNED) and reading.sound(index)
        yield _with_index(problem, reading) if is_behind else problem
    for dataset, version in read:
        if (dataset, version) in known.withdrawn:
            problem = (
                f"{folder}: was made from {dataset} {version}, which was withdrawn; run the DAG catalogue"
            )
            line = known.withdrawn[dataset, version]
            fresh = reading.is_behind(index, line.at)
            yield reading.unfinished(index, CATALOGUE_AGAIN) if fresh else problem


def _with_index(problem: str, reading: Reading) -> str:
    """A page that a newer index no longer names is on its way out."""
    path = reading.root / problem.partition(": ")[0].removeprefix(f"{reading.root}/")
    return reading.finding(problem, path, after=None, again=CATALOGUE_AGAIN)
