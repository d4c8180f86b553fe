"""evidence: one release with all that shows where it comes from, as a ZIP that an auditor checks without Praya."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from praya.contract.text import Text
from praya.errors import IntegrityError
from praya.evidence.extract import Extract, extract
from praya.evidence.texts import TEXTS
from praya.ledger import LedgerLine
from praya.outside import quote
from praya.provenance.lineage import parts_of
from praya.store import Store
from praya.templating import templates
from praya.validate import REPORTS
from praya.verify.kept import behind, raw_of
from praya.verify.known import Known, selected
from praya.verify.states import State, state_of

TEMPLATES = Path(__file__).parent / "templates"
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a ZIP knows: the same evidence, the same bytes


def evidence(store: Store, dataset: str, version: str, target: Path, witnesses: Path) -> State:
    """Write the evidence of a release to `target`; gives the state that the release is in.

    It holds files, manifest and statement (`release/`), verdict and reports (`report/`), contract, policy, suite and
    SQL (`inputs/`), snapshots of what is no table of counts (`raw/`), keys, and the ledger's lines with their proofs
    up to the checkpoint that a witness cosigned, else the publisher's. `witnesses` is a file of verifier keys.
    Raises IntegrityError where there is no such release, and where no checkpoint goes as far as its lines.
    """
    folders = selected(store, dataset, version, None)
    if len(folders) != 1:
        raise IntegrityError(
            f"there is no release {quote(version)} of {quote(dataset)} in {store.path('released')}"
        )
    folder = folders[0]
    known = Known.of(store, folders)
    raw = raw_of(store, folder, known)
    found = extract(store, folder, known, raw, witnesses)
    state = State(dataset, version, *state_of(store, folder, known))
    with zipfile.ZipFile(target, "w") as archive:
        _add(archive, "README.html", _page(folder, state, found).encode())
        _add(archive, "verify.py", (TEMPLATES / "verify.py.txt").read_bytes())
        for name, path in sorted(_files(store, folder, known)):
            _add(archive, name, path.read_bytes())
        for name, data in sorted(found.files.items()):
            _add(archive, name, data)
    return state


def _files(store: Store, folder: Path, known: Known) -> Iterator[tuple[str, Path]]:
    """What is taken from the store as it is: name in the ZIP, and file; of what is missing, nothing."""
    for path in folder.rglob("*"):
        if path.is_file():
            yield f"release/{path.relative_to(folder).as_posix()}", path
    raw = set[str]()
    for one in behind(folder):
        line = known.line_of(one)
        if line is not None and line.kind == "verdict" and line.subject == folder.parent.name:
            for name in ("verdict.json", *REPORTS.values()):
                path = store.path(f"verdicts/{line.subject}/{line.body['key']}/{name}")
                if path.is_file():
                    yield f"report/{name}", path
        sha256 = one.get("digest", {}).get("sha256")
        raw |= _open(store, one, line)
        if sha256 and store.path(f"inputs/{sha256}").is_file():
            yield f"inputs/{one['name'].replace(' ', '-')}", store.path(f"inputs/{sha256}")
    for sha256 in sorted(raw):
        if store.exists(f"raw/{sha256}"):
            yield f"raw/{sha256}", store.path(f"raw/{sha256}")


def _open(store: Store, one: dict[str, Any], line: LedgerLine | None) -> set[str]:
    """Of what a dependency stands for, the snapshots that anybody may see: not the table of counts before anything was
    withheld, whose hash no statement tells, and no records of persons, whatever was made from them."""
    if one["name"].startswith("snapshot "):
        return {sha256 for sha256 in [one.get("digest", {}).get("sha256")] if sha256}
    if not one["name"].startswith("table ") or line is None:
        return set()
    verdict = store.get_json(f"verdicts/{line.subject}/{line.body['key']}/verdict.json") or {}
    if verdict.get("disclosure") not in ("public facts", "public register"):
        return set()
    return {*parts_of(store, line.subject, line.body["staged"]).values()}


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.external_attr = 0o644 << 16
    # Stored as it is: what a compressor makes of it differs from one version of it to the next.
    archive.writestr(entry, data, zipfile.ZIP_STORED)


def _page(folder: Path, state: State, found: Extract) -> str:
    import json

    manifest = json.loads((folder / "manifest.json").read_bytes())
    texts = {name: Text.model_validate(one) for name, one in TEXTS.items()}
    languages = ("en", "zh-Hant", "zh-Hans")
    return (
        templates(TEMPLATES)
        .get_template("README.html")
        .render(
            manifest=manifest,
            state=state,
            found=found,
            lines=[_told(line) for line in found.lines],
            texts={each: {name: one.in_language(each) for name, one in texts.items()} for each in languages},
        )
    )


def _told(line: LedgerLine) -> dict[str, str]:
    return {"number": f"{line.number}", "at": line.at, "kind": line.kind, "subject": line.subject}
