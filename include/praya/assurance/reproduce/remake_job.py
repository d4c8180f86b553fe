"""What is laid out for making a release again: a store as it was just before, with what was published till then."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

from praya.assurance.reproduce.mart_job import part_on_record, prepare_mart
from praya.assurance.reproduce.verdict_job import prepare_verdict
from praya.assurance.verify.kept import behind
from praya.assurance.verify.ledger_facts import Known
from praya.contract import Contract
from praya.disclosure.protect.publication import PUBLICATION_FILE
from praya.errors import IntegrityError, codes
from praya.history.manifests import read_manifest_in
from praya.ledger import Ledger, LedgerLine
from praya.ledger.chain import KEY
from praya.store import FolderStore, Store, content_key, layout
from praya.store.documents import Manifest
from praya.store.states import Collected, CollectedPart
from praya.store.store_path import StorePath

# What came of making mart and verdict again.
OUTCOME_FILE = "told.json"


def prepare(
    store: Store, folder: StorePath, known: Known, inputs: dict[str, bytes], work: Path, *, raw: bool
) -> Path:
    """Lay out `work/store`, `work/policy.yaml`, `work/contract.json` and `work/suites`; gives the file of the job.

    Files are linked, not copied. The ledger goes as far as the disclosure decision: with `raw` up to it, for it is
    made again, and else with it. What lies before the release, its mart and its verdict, is laid out beside.
    """
    contract = Contract.model_validate_json(inputs["contract"])
    manifest = read_manifest_in(folder)
    lines = [line for dependency in behind(folder) if (line := known.line_of(dependency)) is not None]
    judged = _the(lines, "verdict", manifest["dataset"])
    decided = _the(lines, "disclosure", manifest["dataset"])
    target = FolderStore(replace(store.project, store_folder=work / "store"))
    _ledger(store, target, decided.number - 1 if raw else decided.number)
    _link(store, target, layout.verdict(judged.subject, judged.verdict["key"]))
    tree = layout.protected(decided.subject, decided.disclosure["key"])
    staged = layout.staged(judged.subject, judged.verdict["staged"])
    if raw:
        # The look at the table together with all that was out needs what was out, and none of what came later.
        _link_published(store, target, staged)
        _collected(store, target, folder, known, manifest)
    else:
        _link(store, target, tree)
        _link(store, target, staged)
    recorded = {line.release["version"] for line in Ledger(target).of(folder.parent.name, "release")}
    for other in store.children(layout.dataset(folder.parent.name)):
        # The index lists what is on record; and which name a second release of the same time gets, the first decides.
        if other != folder.name and (other in recorded or manifest["version"].startswith(f"{other}-")):
            for key in (layout.manifest, layout.tombstone):
                _link(store, target, key(folder.parent.name, other))
    (work / "policy.yaml").write_bytes(inputs["policy"])
    (work / "contract.json").write_bytes(inputs["contract"])
    suites = work / "suites"
    suites.mkdir()
    if suite := inputs.get("expectation suite"):
        (suites / f"{manifest['dataset']}.json").write_bytes(suite)
    job = {
        "store": str(target.root),
        "contract": str(work / "contract.json"),
        "suites": str(suites),
        "made": str(work / "made"),
        "raw": raw,
        "told": str(work / OUTCOME_FILE),
        "mart": prepare_mart(store, folder, known, inputs, contract, work),
        "validation": prepare_verdict(store, contract, judged, manifest, suites, work),
        "accepted": {
            "key": judged.verdict["staged"],
            "table": f"{staged}/{layout.TABLE}",
            "received_at": manifest["received_at"],
            "synthetic": manifest["synthetic"],
            "verdict": judged.verdict["verdict"],
            "verdict_key": judged.verdict["key"],
        },
        "decided": {
            name: decided.body[name] for name in ("rules", "follows", "first_release") if name in decided.body
        },
        "protected": {
            "table": f"{tree}/{layout.TABLE}",
            "sha256": decided.disclosure["table_sha256"],
            "accepted_key": judged.verdict["staged"],
            "verdict_key": judged.verdict["key"],
            "received_at": manifest["received_at"],
            "synthetic": manifest["synthetic"],
            "decision": manifest["disclosure"],
        },
    }
    (work / "job.json").write_text(json.dumps(job), "utf-8")
    return work / "job.json"


def _the(lines: list[LedgerLine], kind: str, subject: str) -> LedgerLine:
    for line in lines:
        if (line.kind, line.subject) == (kind, subject):
            return line
    raise IntegrityError(
        codes.evidence.NOT_REPRODUCIBLE,
        f"{subject}: its statement names no {kind} line of the ledger; it cannot be made again",
    )


def _ledger(store: Store, target: FolderStore, last: int) -> None:
    path = target.path(KEY)
    path.parent.mkdir()
    with path.open("wb") as file:
        for number, raw in enumerate(Ledger(store).raw(), 1):
            if number > last:
                break
            file.write(raw)


def _link_published(store: Store, target: FolderStore, staged: str) -> None:
    """What was out before, and the tables that it was made from, but the one in `staged`, which is made again."""
    for line in Ledger(target).of_kind("disclosure"):
        tree = layout.protected(line.subject, str(line.body.get("key")))
        if target.exists(tree) or not store.exists(tree):
            continue
        _link(store, target, tree)
        description = store.get_json(f"{tree}/{PUBLICATION_FILE}") or {}
        if not description.get("table", f"{staged}/").startswith(f"{staged}/"):
            _link(store, target, description["table"])


def _collected(
    store: Store, target: FolderStore, folder: StorePath, known: Known, manifest: Manifest
) -> None:
    """The state that collect left: the snapshots as the ledger's lines tell them."""
    parts: dict[str, CollectedPart] = {}
    for dependency in behind(folder):
        if dependency["name"].startswith("snapshot ") and (line := known.line_of(dependency)) is not None:
            body = line.snapshot
            parts[body["part"]] = part_on_record(body)
            _link(store, target, layout.raw(body["sha256"]))
    if not parts:
        raise IntegrityError(
            codes.evidence.NOT_REPRODUCIBLE,
            f"{folder}: its statement names no snapshot on record; it cannot be made again",
        )
    state = Collected(
        dataset=manifest["dataset"],
        key=content_key({name: part.sha256 for name, part in sorted(parts.items())}),
        parts=parts,
        received_at=manifest["received_at"],
        synthetic=manifest["synthetic"],
    )
    target.set_state(manifest["dataset"], state)


def _link(store: Store, target: FolderStore, key: str) -> None:
    source, place = store.local(key), target.path(key)
    if not source.exists() or place.exists():
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, place, copy_function=os.link)
    else:
        os.link(source, place)
