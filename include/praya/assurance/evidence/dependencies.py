"""What a release's statement names as that which it was made from, and what of it evidence may show."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from praya.assurance.verify.kept import behind
from praya.assurance.verify.ledger_facts import Known
from praya.ledger import Ledger, LedgerLine
from praya.pipeline.validate import REPORTS
from praya.provenance.snapshots_behind import OPEN, is_open, own
from praya.store import Store, layout

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


def list_dependencies(store: Store, folder: Path, known: Known) -> list[Dependency]:
    """What the statement in the folder of a release names."""
    own_open = _read_class(folder) in OPEN
    found = []
    for one in behind(folder):
        number, sha256 = one.get("annotations", {}).get("ledgerLine"), one.get("digest", {}).get("sha256")
        line = known.named.get(number) if number else None
        kind = one["name"].partition(" ")[0]
        shown = own_open if kind in ("snapshot", "validation", "protected") else True
        if kind == "table":
            shown = line is not None and is_open(store, line)
        found.append(Dependency(one["name"], sha256, line, not shown))
    return found


def find_snapshots(store: Store, found: list[Dependency]) -> tuple[set[str], list[LedgerLine]]:
    """The hashes of the snapshots that may be shown, and the ledger's lines of those that only the table of a verdict
    leads to: older statements do not name them."""
    hashes = {
        one.sha256 for one in found if one.kind in ("snapshot", "source") and one.sha256 and not one.sealed
    }
    numbers = set[int]()
    bound = {one.name.split(" ")[1] for one in found if one.kind == "source"}
    for one in found:
        if one.kind == "table" and one.line is not None and not one.sealed and one.line.subject not in bound:
            behind_it = own(store, one.line.subject, one.line.verdict["staged"])
            hashes |= set(behind_it.parts.values())
            numbers |= set(behind_it.lines.values())
    return hashes, [line for line in Ledger(store) if line.number in numbers] if numbers else []


def list_files(
    store: Store, folder: Path, found: list[Dependency], raw: set[str]
) -> Iterator[tuple[str, Path]]:
    """What is taken from the store as it is: name in the evidence, and file; of what is missing, nothing."""
    for path in folder.iterdir():
        yield f"release/{path.name}", path
    for one in found:
        if one.kind == "validation" and one.line is not None and not one.sealed:
            tree = layout.verdict(one.line.subject, one.line.verdict["key"])
            for key, name in VERDICT.items():
                if key in one.line.body:
                    yield f"report/{name}", store.local(f"{tree}/{name}")
        elif one.sha256 and one.line is None:
            yield f"inputs/{one.name.replace(' ', '-')}", store.local(layout.kept_input(one.sha256))
    for sha256 in raw:
        yield f"raw/{sha256}", store.local(layout.raw(sha256))


def _read_class(folder: Path) -> str | None:
    manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_bytes())
    found: str | None = manifest.get("disclosure", {}).get("class")
    return found
