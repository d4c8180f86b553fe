"""The statement of a release: in-toto (v1) with SLSA provenance (v1), in a DSSE envelope, beside the manifest.

Its subjects are the published files and the manifest. It has no time of its own: the ledger's line of the release
says when, so that the same inputs, context and key give the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from praya.contract import Contract
from praya.ledger import Ledger
from praya.provenance import kept_inputs
from praya.provenance.snapshots_behind import behind, own, releases
from praya.provenance.statements import Dependency, ReleaseStatement, RunDetails, Subject
from praya.store import Store, layout
from praya.store.documents import Manifest

NAME = "provenance.json"
STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "https://slsa.dev/provenance/v1"
BUILD_TYPE = "urn:praya:release:v1"
COMMAND_LINE = "urn:praya:builder:command-line"

# What a roof tells of the run: `builder` (a URI), and names of its own such as dag_id, run_id and task_id.
Context = Mapping[str, str]


def subjects(manifest: Manifest, manifest_sha256: str) -> list[Subject]:
    """The published files, as in the manifest, and the manifest itself."""
    files = {file["name"]: file["sha256"] for file in manifest["files"]}
    files["manifest.json"] = manifest_sha256
    return [{"name": name, "digest": {"sha256": sha256}} for name, sha256 in files.items()]


def statement(
    manifest: Manifest,
    manifest_sha256: str,
    contract: Contract,
    store: Store,
    suites: Path,
    *,
    accepted_key: str,
    verdict_key: str,
    key_id: str | None,
    context: Context,
) -> ReleaseStatement:
    """What the release was made from, by what, and where. `key_id` names the key of the disclosure method, if any;
    the suite lies in `suites`.

    Of tables of counts no hash of the true table, its snapshots or its verdict is named, for they could be tried
    for what is withheld; the ledger's line of each stands for it. Of a table behind a mart that anybody may see the
    snapshots are named (`source <dataset> <part>`), so that nothing else can be shown as what it was made from.
    """
    facts = {name: value for name, value in sorted(context.items()) if name != "builder"}
    run: RunDetails = {
        "builder": {"id": context.get("builder", COMMAND_LINE), "version": kept_inputs.versions()}
    }
    if facts:
        run["metadata"] = {"invocationId": "/".join(facts.values())}
    return {
        "_type": STATEMENT,
        "subject": subjects(manifest, manifest_sha256),
        "predicateType": PREDICATE,
        "predicate": {
            "buildDefinition": {
                "buildType": BUILD_TYPE,
                "externalParameters": {"dataset": manifest["dataset"], "version": manifest["version"]},
                "internalParameters": {
                    "context": facts,
                    "disclosure": {"method": manifest["disclosure"]["method"], "keyId": key_id},
                    "synthetic": manifest["synthetic"],
                },
                "resolvedDependencies": [
                    *_data(contract, store, accepted_key, verdict_key, manifest["table_sha256"]),
                    *_inputs(contract, store, suites),
                ],
            },
            "runDetails": run,
        },
    }


def dependencies(statement: ReleaseStatement) -> list[Dependency]:
    """What a statement says that the release was made from."""
    return list(statement["predicate"]["buildDefinition"]["resolvedDependencies"])


def _data(
    contract: Contract, store: Store, accepted_key: str, verdict_key: str, table_sha256: str
) -> list[Dependency]:
    dataset, secret = contract.dataset, bool(contract.disclosure.counts)
    mine = own(store, dataset, accepted_key)
    verdict = f"{layout.verdict(dataset, verdict_key)}/{layout.VERDICT}"
    judged = Ledger(store).find("verdict", dataset, key=verdict_key)
    decided = Ledger(store).find("disclosure", dataset, table_sha256=table_sha256)
    resolved: list[Dependency] = [
        _named(f"snapshot {part}", None if secret else sha256, mine.lines.get(part))
        for part, sha256 in mine.parts.items()
    ]
    tables = behind(store, contract.source.mart)
    resolved += [_named(f"table {table.subject}", None, table.line) for table in tables]
    for table in tables:
        if table.open:
            read = own(store, table.subject, table.staged)
            resolved += [
                _named(f"source {table.subject} {part}", sha256, read.lines.get(part))
                for part, sha256 in read.parts.items()
            ]
    resolved += [
        _named(f"release {release.dataset} {release.version}", release.manifest_sha256, release.line)
        for release in releases(store, contract.source.mart)
    ]
    sha256 = store.sha256(verdict) if store.exists(verdict) and not secret else None
    resolved.append(_named("validation result", sha256, judged.number if judged else None))
    resolved.append(_named("protected table", table_sha256, decided.number if decided else None))
    return resolved


def _inputs(contract: Contract, store: Store, suites: Path) -> list[Dependency]:
    inputs = [
        _named(name, sha256, None) for name, sha256 in kept_inputs.keep(store, contract, suites).items()
    ]
    if (code := kept_inputs.commit(store.project.root)) is not None:
        inputs.append(
            {
                "name": "code",
                "digest": {"gitCommit": code["commit"]},
                "annotations": {"changedSince": code["changed"]},
            }
        )
    return inputs


def _named(name: str, sha256: str | None, line: int | None) -> Dependency:
    dependency: Dependency = {"name": name}
    if sha256:
        dependency["digest"] = {"sha256": sha256}
    if line:
        dependency["annotations"] = {"ledgerLine": line}
    return dependency
