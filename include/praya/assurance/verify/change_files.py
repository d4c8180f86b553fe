"""What changed between versions: every file against the hashes beside it, which the signed changelog names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from praya.assurance.verify.inspection import CATALOGUE_AGAIN, Reading
from praya.assurance.verify.ledger_facts import Known, is_in
from praya.assurance.verify.released import against
from praya.errors import IntegrityError
from praya.history.rows import HASHES
from praya.store import layout
from praya.store.store_path import StorePath


def check_change_files(
    known: Known, reading: Reading, dataset: str | None, part: tuple[int, int] | None
) -> Iterator[str]:
    """A sentence for everything that is wrong with the changes of a dataset, or of all; of a `part`, its files."""
    store, released = reading.store, reading.path(layout.RELEASED)
    logs = {path.parent for path in released.glob(f"{dataset or '*'}/changelog.json")}
    logs |= {path.parent for path in released.glob(f"{dataset or '*'}/changes")}
    for path in sorted(folder / "changelog.json" for folder in logs):
        try:
            named = _named(store.read_json(reading.key(path))) if path.exists() else {}
        except (IntegrityError, KeyError, TypeError) as error:
            yield f"{path}: is no changelog that names what changed ({error}); run the DAG catalogue"
            continue
        there = {f"changes/{folder.name}" for folder in path.parent.glob("changes/*")}
        for name in sorted({*named, *there}):
            yield from _pair(path, name, named.get(name), known, reading, part)


def _named(log: dict[str, Any]) -> dict[str, str]:
    """Folder → hash of what names its files, as a changelog has them."""
    return {
        version["changes"]["path"]: version["changes"]["hashes"]
        for version in log["versions"]
        if "changes" in version
    }


def _pair(
    log: StorePath,
    name: str,
    sha256: str | None,
    known: Known,
    reading: Reading,
    part: tuple[int, int] | None,
) -> Iterator[str]:
    """What is wrong with what changed between two versions, of which the changelog names the `sha256`."""
    folder = log.parent / name
    hashes, dataset = folder / HASHES, log.parent.name
    if any((dataset, version) in known.withdrawn for version in folder.name.split("--")):
        # The changelog has it until the catalogue is made again.
        if folder.exists():
            problem = f"{folder}: tells the rows of a version that was withdrawn; withdraw it again"
            yield reading.finding(problem, hashes, after=None, again="withdraw that version again")
    elif sha256 is None:
        problem = f"{folder}: is not in the changelog; run the DAG catalogue, or it was put there by hand"
        after = reading.key(log)
        yield reading.finding(problem, hashes, after=after, again=CATALOGUE_AGAIN)
    elif not hashes.is_file():
        yield f"{hashes}: is missing, so that nothing says what the files beside it were; run the DAG catalogue"
    elif reading.differs(hashes, sha256):
        yield f"{hashes}: was changed: its hash is not the one in the changelog"
    elif is_in(f"{dataset}/{name}", part):
        files: dict[str, str] = reading.store.read_json(reading.key(hashes))
        listed = {file: {"sha256": sha256} for file, sha256 in files.items()}
        yield from against(folder, listed, {HASHES}, reading, HASHES)
