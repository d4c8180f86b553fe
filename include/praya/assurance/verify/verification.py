"""One verification of the store, or of a part of it: each file is verified by one of the checks, or it is listed with
the reason why not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from praya.assurance.verify.change_files import check_change_files
from praya.assurance.verify.finding import Unfinished, Unverified, shown
from praya.assurance.verify.history import begun_anew, check_checkpoints, read_checkpoints, unsealed
from praya.assurance.verify.inspection import Reading
from praya.assurance.verify.inventory import Inventory
from praya.assurance.verify.kept import check_kept_inputs, check_snapshots
from praya.assurance.verify.ledger_facts import Known, selected
from praya.assurance.verify.ledger_reading import index_problem, read_ledger
from praya.assurance.verify.metric_files import check_metric_files
from praya.assurance.verify.released import check_release, check_withdrawn
from praya.assurance.verify.report_files import check_report_files
from praya.assurance.verify.served_area import (
    check_catalogue,
    check_indexes,
    check_keys,
    check_pointers,
    find_unknown_files,
)
from praya.assurance.verify.stored import check_stored_files, keys_named
from praya.disclosure.protect.approval import unapproved
from praya.errors import IntegrityError
from praya.ledger import Ledger
from praya.store import Store, layout
from praya.store.store_path import StorePath


@dataclass(frozen=True)
class Verified:
    """What a verification found (`problems`, of which `unfinished` are interrupted writes), what it read (files, their
    bytes, lines of the ledger), what it did not verify, and what is not wrong and yet should be known."""

    findings: tuple[str, ...]
    files: int
    bytes: int
    lines: int
    unverified: tuple[Unverified, ...]
    warnings: tuple[str, ...]

    @property
    def problems(self) -> list[str]:
        return [finding for finding in self.findings if not isinstance(finding, Unfinished)]

    @property
    def unfinished(self) -> list[str]:
        return [finding for finding in self.findings if isinstance(finding, Unfinished)]

    def extent(self) -> Iterator[str]:
        """What was read, and for each reason why files were not verified, how many."""
        yield f"read: {self.files:,} files, {self.bytes:,} bytes, {self.lines:,} lines of the ledger"
        for rest in self.unverified:
            yield f"not verified: {len(rest.keys):,} files, {rest.bytes:,} bytes: {rest.reason}"


def verify_store(
    store: Store,
    dataset: str | None = None,
    version: str | None = None,
    *,
    checkpoint: Path | None = None,
    witnesses: Path | None = None,
    part: tuple[int, int] | None = None,
    now: dt.datetime | None = None,
) -> Verified:
    """Verify the releases (of `dataset`, of its `version`, or all), what they were made from, and the ledger; without a
    `dataset` every file of the store.

    Checks: the ledger against its own chain, against the checkpoint that is published, the one that was witnessed and
    an older one in the file `checkpoint`; each file of each release against its manifest (hash, nothing missing or
    extra), each manifest against the ledger and the signed statement, each statement against its key, the key against
    what the ledger says of it; of each withdrawn version that it is gone but for its tombstone; verdicts, reports,
    protected tables and snapshots behind a release; each index of versions, each pointer, the keys and the signed
    catalogue, each edition of a report, what changed between versions, and that nothing else is served; that whatever
    was released under weaker rules than before had been approved by a second person; every other file against the
    write journal, which the ledger seals, and that nothing else lies there. No link is followed, and nothing is opened
    that is not a regular file.

    `witnesses` is a file with the verifier keys of witnesses, of whom one must have signed. `part` (number from 0, of
    how many) takes a part only of what never changes, and the latest release of each dataset whatever the part; all
    that changes is taken whole. `now` is in UTC.
    """
    findings: list[str] = []
    root, lines = store.local(""), 0
    reading: Reading | None = None
    try:
        published = read_checkpoints(store, checkpoint)
        ledger = read_ledger(store, {each.signed[1].size for each in published if each.signed})
        reading = Reading.of(store, ledger.seals)
        findings += reading.inventory.problems(root)
        findings += ledger.problems
        findings += index_problem(ledger, store)
        findings += reading.journal.problems
        unsealed(reading, ledger.seals)
        begun_anew(reading, ledger)
        findings += _all(check_checkpoints(reading, ledger, published, witnesses))
        if ledger.problems:
            reading.warnings.append("nothing that hangs on the ledger was verified: it does not hold itself")
        else:
            folders = selected(reading.root / layout.RELEASED, dataset, version, part)
            known, lines = ledger.known, ledger.known.lines
            for check in _checks(
                known, reading, folders, dataset, version, part, now or store.project.clock()
            ):
                findings += _all(check)
            if dataset is None:
                findings += _all(check_stored_files(reading, known, keys_named(reading.root, findings), part))
    except IntegrityError as error:
        findings.append(str(error))
    except OSError as error:
        findings.append(f"{error.filename or store.describe('')}: cannot be read: {error.strerror}")
    if reading is None:
        findings = [*Inventory.of(root).problems(root), *findings]
        return Verified(tuple(map(_shown, findings)), 0, 0, 0, (), ())
    return Verified(
        tuple(map(_shown, findings)),
        len(reading.hashed),
        reading.bytes,
        lines,
        tuple(reading.unverified()),
        tuple(map(shown, reading.warnings)),
    )


def list_findings(
    store: Store,
    dataset: str | None = None,
    version: str | None = None,
    *,
    checkpoint: Path | None = None,
    witnesses: Path | None = None,
    part: tuple[int, int] | None = None,
    now: dt.datetime | None = None,
) -> Iterator[str]:
    """The findings of `verify_store` alone, a sentence each."""
    verified = verify_store(
        store, dataset, version, checkpoint=checkpoint, witnesses=witnesses, part=part, now=now
    )
    yield from verified.findings


def _checks(
    known: Known,
    reading: Reading,
    folders: list[StorePath],
    dataset: str | None,
    version: str | None,
    part: tuple[int, int] | None,
    now: dt.datetime,
) -> Iterator[Iterable[str]]:
    """The checks in their order, each by itself, so that one that cannot read a file holds up no other."""
    store = reading.store
    kinds = ("approval", "disclosure")
    decisions = Ledger(store).of(dataset, *kinds) if dataset else Ledger(store).of_kind(*kinds)
    yield unapproved(decisions)
    yield _gone(known, reading, dataset, version)
    changed = set[str]()
    for folder in folders:
        if (folder.parent.name, folder.name) not in known.withdrawn:
            problems = _all(check_release(folder, known, reading))
            yield problems
            changed |= {folder.parent.name} if problems else set()
            yield check_kept_inputs(folder, known, reading, with_snapshots=dataset is not None)
    yield check_indexes(dataset, changed, known, reading)
    yield check_pointers(dataset, reading)
    yield check_change_files(known, reading, dataset, part)
    yield check_keys(known, reading)
    if dataset is None:
        yield check_catalogue(known, reading, now)
        yield check_report_files(known, reading, part)
        yield check_metric_files(known, reading)
        yield find_unknown_files(reading.path(layout.RELEASED))
        yield check_snapshots(reading, part)


def _all(findings: Iterable[str]) -> list[str]:
    """The sentences of one check; where it meets a file that cannot be read, that is the last of them."""
    problems: list[str] = []
    try:
        problems.extend(findings)
    except IntegrityError as error:
        problems.append(str(error))
    except OSError as error:
        problems.append(f"{error.filename}: cannot be read: {error.strerror}")
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        # Of what was changed so that it has another shape, more is said where it is held against its hash.
        problems.append(f"what a check reads has another shape than Praya gives it: {error!r:.200}")
    return problems


def _shown(finding: str) -> str:
    clean = shown(finding)
    return Unfinished(clean) if isinstance(finding, Unfinished) else clean


def _gone(known: Known, reading: Reading, dataset: str | None, version: str | None) -> Iterator[str]:
    """Releases that the ledger tells of and that are not there, or were withdrawn and still are; and datasets of which
    none is current."""
    recorded = sorted(
        (name, number)
        for name, number in known.releases
        if dataset in (None, name) and version in (None, number)
    )
    for name, number in recorded:
        folder = reading.path(layout.version(name, number))
        if (name, number) in known.withdrawn:
            yield from check_withdrawn(folder, known.withdrawn[name, number], reading)
        elif not (folder / "manifest.json").is_file():
            yield f"{folder}: the ledger says that this release was published, and it is not there"
    for name in sorted({name for name, _ in recorded}):
        if not (pointer := reading.path(layout.pointer(name))).is_file():
            problem = f"{pointer}: is missing, so that no release of {name} is current; run the dataset again"
            started = reading.journal.size and not reading.journal.number(reading.key(pointer))
            yield Unfinished(problem) if started else problem
