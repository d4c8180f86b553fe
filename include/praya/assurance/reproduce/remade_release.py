"""reproduce: a release made again, from its snapshots or its protected table, and held against what is published."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

from praya.assurance.reproduce.code import at_commit, run
from praya.assurance.reproduce.remake_job import OUTCOME_FILE, prepare
from praya.assurance.reproduce.reproduction import Reproduction
from praya.assurance.verify.kept import behind
from praya.assurance.verify.ledger_facts import Known, selected, unsigned
from praya.assurance.verify.version_states import FROM_PROTECTED, FROM_RAW, state_of
from praya.errors import IntegrityError, codes
from praya.metadata import as_json
from praya.provenance.in_toto import NAME
from praya.provenance.kept_inputs import kept, versions
from praya.store import Store, file_sha256, layout
from praya.store.store_path import StorePath
from praya.text.outside import quote

# What the manifest tells of the versions before. What was out then is not laid out again: it may have been withdrawn.
HISTORY = (
    "number",
    "level",
    "ground",
    "corrects",
    "pre_release_access",
    "replaces",
    "revised",
    "breaking",
)


class Done(NamedTuple):
    """What came of it: a sentence for each thing to know, and whether every byte is the same."""

    messages: list[str]
    same: bool


def reproduce_release(store: Store, dataset: str, version: str) -> Done:
    """Make the release again on a store of its own, with the inputs that were kept, and compare every file.

    The code is that of the recorded commit, where the repository is at hand and the statement says that nothing was
    changed on it; else the code as it is. From raw: stage, protect and release run again. From the protected table:
    only its files are written again. A mart is made again too: its SQL on tables staged from their snapshots, or on
    the recorded ones where these are gone; and the validation is run again where its inputs are there. The sentences
    say what was made again and what was taken as recorded. What the manifest tells of the versions before (`HISTORY`)
    is not made again. Raises IntegrityError where neither is there.
    """
    folders = selected(StorePath(store, layout.RELEASED), dataset, version, None)
    if len(folders) != 1:
        raise IntegrityError(
            codes.release.VERSION_UNKNOWN,
            f"there is no release {quote(version)} of {quote(dataset)} in {store.describe(layout.RELEASED)}",
        )
    folder = folders[0]
    known = Known.of(store, folders)
    state, why = state_of(store, folder, known)
    if state not in (FROM_RAW, FROM_PROTECTED):
        raise IntegrityError(codes.evidence.NOT_REPRODUCIBLE, f"{dataset} {version}: is {state}: {why}")
    inputs = _inputs(store, folder)
    lines = [f"{dataset} {version}: {state} ({why})", *_unlike(folder, store.project.root)]
    with store.scratch() as work:
        job = prepare(store, folder, known, inputs, work, raw=state == FROM_RAW)
        with at_commit(_commit(folder), work, store.project.root) as (root, said):
            lines.append(said)
            run(root, job, work, store.project)
        before = _before(work / OUTCOME_FILE)
        differences, history = _compared(folder, work / "made")
    names = len(json.loads((folder / "manifest.json").read_bytes())["files"])
    but = f", but for what the manifest tells of the versions before: {', '.join(history)}" if history else ""
    lines += before.messages
    lines += differences or [f"all {names} files and the manifest are the same, byte for byte{but}"]
    return Done(lines, before.same and not differences)


def _before(file: Path) -> Reproduction:
    """What came of making mart and verdict again; code from before it could has left nothing."""
    if not file.is_file():
        return Reproduction(
            ["the code of that commit makes no mart and no verdict again: both are taken as recorded"]
        )
    record = json.loads(file.read_text("utf-8"))
    return Reproduction(record["sentences"], record["same"])


def _inputs(store: Store, folder: StorePath) -> dict[str, bytes]:
    inputs = {}
    for dependency in behind(folder):
        data = kept(store, str(dependency.get("digest", {}).get("sha256")))
        if data is not None:
            inputs[str(dependency["name"])] = data
    for name in ("contract", "policy"):
        if name not in inputs:
            raise IntegrityError(
                codes.evidence.NOT_REPRODUCIBLE,
                f"{folder}: its {name} is not kept any more, and nothing can be made without it",
            )
    return inputs


def _commit(folder: StorePath) -> tuple[str, bool] | None:
    for dependency in behind(folder):
        if dependency["name"] == "code":
            return str(dependency["digest"]["gitCommit"]), bool(dependency["annotations"]["changedSince"])
    return None


def _unlike(folder: StorePath, root: Path) -> list[str]:
    """A sentence for each thing about this machine that is not as it was then."""
    statement = unsigned(folder / NAME)
    if statement is None:
        return [f"{folder / NAME}: cannot be read, so that nothing is known of the machine"]
    then = statement["predicate"]["runDetails"]["builder"]["version"]
    now = versions()
    differences = [
        f"{name} was {then[name]} and is {now.get(name)} here" for name in then if then[name] != now.get(name)
    ]
    lock = root / "requirements.txt"
    here = file_sha256(lock) if lock.is_file() else None
    locks = {
        dependency["digest"]["sha256"] for dependency in behind(folder) if dependency["name"] == "lock file"
    }
    if locks - {here}:
        differences.append("the lock file is another one here; the evidence holds the one of then")
    return differences


def _compared(folder: StorePath, made: Path) -> tuple[list[str], list[str]]:
    """A sentence for each file that is not the same, and the keys of `HISTORY` in which the manifests differ."""
    published, again = ((each / "manifest.json").read_bytes() for each in (folder, made))
    before, other = json.loads(published), json.loads(again)
    differences = []
    for name in (file["name"] for file in before["files"]):
        if not (made / name).is_file():
            differences.append(f"{name}: was not made")
        elif (made / name).read_bytes() != (folder / name).read_bytes():
            differences.append(f"{name}: is not the same")
    differ = [key for key in sorted({*before, *other}) if before.get(key) != other.get(key)]
    history = [key for key in differ if key in HISTORY]
    if rest := [key for key in differ if key not in HISTORY]:
        differences.append(f"manifest.json: is not the same in {', '.join(rest)}")
    elif (
        published != again
        and as_json({key: (before if key in history else other).get(key) for key in before}) != published
    ):
        differences.append("manifest.json: says the same in other bytes")
    return differences, history
