"""What changed between versions: every file against the hashes beside it, which the signed changelog names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from praya.errors import IntegrityError
from praya.history.rows import HASHES
from praya.store import Store, file_sha256
from praya.verify.known import Known, is_in
from praya.verify.released import against


def changes(store: Store, known: Known, dataset: str | None, part: tuple[int, int] | None) -> Iterator[str]:
    """A sentence for everything that is wrong with the changes of a dataset, or of all; of a `part`, its files."""
    for path in sorted(store.path("released").glob(f"{dataset or '*'}/changelog.json")):
        try:
            versions: list[dict[str, Any]] = store.read_json(store.key(path))["versions"]
            told = {one["changes"]["path"]: one["changes"]["hashes"] for one in versions if "changes" in one}
        except (IntegrityError, KeyError, TypeError) as error:
            yield f"{path}: is no changelog that names what changed ({error}); run the DAG catalogue"
            continue
        there = {f"changes/{folder.name}" for folder in path.parent.glob("changes/*")}
        for name in sorted({*told, *there}):
            hashes = path.parent / name / HASHES
            versions_of = name.removeprefix("changes/").split("--")
            if any((path.parent.name, version) in known.withdrawn for version in versions_of):
                # The changelog has it until the catalogue is made again.
                if hashes.parent.exists():
                    yield f"{hashes.parent}: tells the rows of a version that was withdrawn; withdraw it again"
            elif name not in told:
                yield f"{hashes.parent}: is not in the changelog; run the DAG catalogue, or it was put there by hand"
            elif not hashes.is_file():
                yield f"{hashes}: is missing, so that nothing says what the files beside it were; run the DAG catalogue"
            elif file_sha256(hashes) != told[name]:
                yield f"{hashes}: was changed: its hash is not the one in the changelog"
            elif is_in(f"{path.parent.name}/{name}", part):
                files: dict[str, str] = store.read_json(store.key(hashes))
                listed = {file: {"sha256": sha256} for file, sha256 in files.items()}
                yield from against(hashes.parent, listed, {HASHES}, HASHES)
