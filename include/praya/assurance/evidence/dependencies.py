"""What a release's statement names as that which it was made from, and what of it evidence may show."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from praya.assurance.verify.kept import behind
from praya.assurance.verify.ledger_facts import Known
from praya.ledger import Ledger, LedgerLine
from praya.pipeline.validate import REPORTS
from praya.provenance.snapshots_behind import OPEN, is_open, own
from praya.store import Store, layout
from praya.store.store_path import StorePath

# The hash in a verdict's line, and the file beside the verdict.
VERDICT = {"verdict_sha256": "verdict.json"} | REPORTS


class Dependency(NamedTuple):
    """A dependency, the ledger's line that it names, and whether the line is sealed: its place is shown, and not what
    it says, for who knows most of a small table could try the hashes in it for the rest."""

    name: str
    sha256: str | None
    line: LedgerLine | None
    sealed: bool

    @property
    def kind(self) -> str:
        return self.name.partition(" ")[0]


def list_dependencies(store: Store, folder: StorePath, known: Known) -> list[Dependency]:
    """What the statement in the folder of a release names."""
    own_open = _read_class(folder) in OPEN
    dependencies = []
    for entry in behind(folder):
        number, sha256 = entry.get("annotations", {}).get("ledgerLine"), entry.get("digest", {}).get("sha256")
        line = known.named(number) if number else None
        kind = entry["name"].partition(" ")[0]
        shown = own_open if kind in ("snapshot", "validation", "protected") else True
        if kind == "table":
            shown = line is not None and is_open(store, line)
        dependencies.append(Dependency(entry["name"], sha256, line, not shown))
    return dependencies


def find_snapshots(store: Store, dependencies: list[Dependency]) -> tuple[set[str], list[LedgerLine]]:
    """The hashes of the snapshots that may be shown, and the ledger's lines of those that only the table of a verdict
    leads to: older statements do not name them."""
    hashes = {
        dependency.sha256
        for dependency in dependencies
        if dependency.kind in ("snapshot", "source") and dependency.sha256 and not dependency.sealed
    }
    numbers = set[int]()
    bound = {dependency.name.split(" ")[1] for dependency in dependencies if dependency.kind == "source"}
    for dependency in dependencies:
        if (
            dependency.kind == "table"
            and dependency.line is not None
            and not dependency.sealed
            and dependency.line.subject not in bound
        ):
            behind_it = own(store, dependency.line.subject, dependency.line.verdict["staged"])
            hashes |= set(behind_it.parts.values())
            numbers |= set(behind_it.lines.values())
    lines = (Ledger(store).line(number) for number in sorted(numbers))
    return hashes, [line for line in lines if line is not None]


def list_files(
    store: Store, folder: StorePath, dependencies: list[Dependency], raw: set[str]
) -> Iterator[tuple[str, StorePath]]:
    """What is taken from the store as it is: name in the evidence, and file; of what is missing, nothing."""
    for path in folder.iterdir():
        yield f"release/{path.name}", path
    for dependency in dependencies:
        if dependency.kind == "validation" and dependency.line is not None and not dependency.sealed:
            tree = layout.verdict(dependency.line.subject, dependency.line.verdict["key"])
            for key, name in VERDICT.items():
                if key in dependency.line.body:
                    yield f"report/{name}", StorePath(store, f"{tree}/{name}")
        elif dependency.sha256 and dependency.line is None:
            yield (
                f"inputs/{dependency.name.replace(' ', '-')}",
                StorePath(store, layout.kept_input(dependency.sha256)),
            )
    for sha256 in raw:
        yield f"raw/{sha256}", StorePath(store, layout.raw(sha256))


def _read_class(folder: StorePath) -> str | None:
    manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_bytes())
    protection_class: str | None = manifest.get("disclosure", {}).get("class")
    return protection_class
