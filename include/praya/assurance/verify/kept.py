"""What the store keeps behind a release: snapshots, verdict and report, protected table, and the inputs."""

from __future__ import annotations

from collections.abc import Iterator

from praya.assurance.verify.inspection import Reading
from praya.assurance.verify.ledger_facts import KINDS, Known, is_in, unsigned
from praya.ledger import LedgerLine
from praya.pipeline.validate import REPORTS
from praya.provenance.in_toto import NAME, dependencies
from praya.provenance.snapshots_behind import parts_of
from praya.provenance.statements import Dependency
from praya.store import Store, layout
from praya.store.store_path import StorePath


def check_kept_inputs(
    folder: StorePath, known: Known, reading: Reading, *, with_snapshots: bool
) -> Iterator[str]:
    """A sentence for everything behind a release that was changed, or is missing without the ledger's saying so; the
    bytes of its snapshots are read `with_snapshots` only."""
    store = reading.store
    for dependency in behind(folder):
        line = known.line_of(dependency)
        if line is None and "ledgerLine" in dependency.get("annotations", {}):
            number = dependency["annotations"]["ledgerLine"]
            yield f"{folder / NAME}: names line {number} of the ledger as its {dependency['name']}, which it is not"
        for key, sha256, what in _files(dependency, line):
            path = reading.path(key)
            if not path.is_file():
                yield f"{path}: is missing: the {what} of {folder.parent.name} {folder.name}"
            elif reading.differs(path, sha256):
                yield f"{path}: was changed: it is not the {what} of {folder.parent.name} {folder.name}"
    for sha256 in sorted(raw_of(store, folder, known)):
        path = reading.path(layout.raw(sha256))
        if path.exists() and with_snapshots:
            yield from _snapshot(path, reading)
        elif not path.exists() and sha256 not in known.purged:
            yield (
                f"{path}: is missing, and no line of the ledger says that it was purged: a "
                f"snapshot of {folder.parent.name} {folder.name}"
            )


def behind(folder: StorePath) -> list[Dependency]:
    """What the statement in the folder names as that which the release was made from; nothing where it was changed
    so that it cannot be read."""
    try:
        statement = unsigned(folder / NAME)
        entries = dependencies(statement) if statement else []
        return [entry for entry in entries if isinstance(entry["name"], str) and _is_plain(entry)]
    except (KeyError, TypeError):
        return []


def _is_plain(entry: Dependency) -> bool:
    return all(isinstance(entry.get(name, {}), dict) for name in ("digest", "annotations"))


def raw_of(store: Store, folder: StorePath, known: Known) -> set[str]:
    """The hashes of all snapshots that a release goes back to, as statement, ledger and staged tables tell."""
    hashes = set[str]()
    for dependency in behind(folder):
        name, line = str(dependency["name"]), known.line_of(dependency)
        if name.startswith(("snapshot ", "source ")):
            hashes |= {
                sha256 for sha256 in (dependency.get("digest", {}).get("sha256"), _said(line)) if sha256
            }
        elif name.startswith("table ") and line is not None:
            hashes |= set(parts_of(store, line.subject, line.verdict["staged"]).values())
        elif name.startswith("release ") and line is not None:
            hashes |= raw_of(
                store, StorePath(store, layout.version(line.subject, line.release["version"])), known
            )
    return hashes


def check_snapshots(reading: Reading, part: tuple[int, int] | None) -> Iterator[str]:
    """A sentence for every snapshot, and every input of a release, whose bytes are not those of its name."""
    for area in ("raw", "inputs"):
        for path in sorted(reading.path(area).iterdir()):
            if is_in(path.name, part):
                yield from _snapshot(path, reading)


def _snapshot(path: StorePath, reading: Reading) -> Iterator[str]:
    if reading.differs(path, path.name):
        what = "snapshot" if path.parent.name == "raw" else "input of a release"
        yield f"{path}: its bytes no longer have the SHA-256 that is its name: the {what} was changed"


def _said(line: LedgerLine | None) -> str | None:
    return line.snapshot["sha256"] if line is not None else None


def _files(dependency: Dependency, line: LedgerLine | None) -> Iterator[tuple[str, str, str]]:
    """Key on the store, SHA-256 and name of each file that a dependency stands for, but the snapshots."""
    sha256 = dependency.get("digest", {}).get("sha256")
    if line is not None and line.kind == "verdict":
        tree = layout.verdict(line.subject, line.verdict["key"])
        yield f"{tree}/{layout.VERDICT}", line.verdict["verdict_sha256"], "verdict"
        for name, file in REPORTS.items():
            yield f"{tree}/{file}", line.body[name], "validation report"
    elif line is not None and line.kind == "disclosure":
        table = f"{layout.protected(line.subject, line.disclosure['key'])}/{layout.TABLE}"
        yield table, line.disclosure["table_sha256"], "protected table"
    elif sha256 and str(dependency["name"]).partition(" ")[0] not in KINDS:
        yield layout.kept_input(str(sha256)), str(sha256), str(dependency["name"])
