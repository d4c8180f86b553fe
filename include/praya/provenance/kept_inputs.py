"""What a release was made by, kept as it was: contracts, policy, suite, SQL and lock file, under their SHA-256."""

from __future__ import annotations

import hashlib
import subprocess
from functools import cache
from importlib.metadata import version
from pathlib import Path
from platform import python_version

from praya.contract import Contract, load_contract, load_policy
from praya.provenance.snapshots_behind import marts, read_by
from praya.store import Store, canonical, layout
from praya.store.documents import CodeState


def keep(store: Store, contract: Contract, suites: Path) -> dict[str, str]:
    """Keep the inputs of `contract`'s release as they are now, its suite from `suites`; gives name → SHA-256 (hex).

    Contract and policy are kept as canonical JSON of what they say, the others as the files that they are. Of a mart
    the contracts of the datasets that it read are kept too, as they are where contracts lie (`contract <dataset>`).
    """
    project = store.project
    texts = {
        "contract": canonical(contract.as_dict()),
        "policy": canonical(load_policy(project.policy_file).model_dump(mode="json")),
    }
    for name in read_by(store, contract.source.mart):
        for path in project.contracts.glob(f"*/{name}.yaml"):
            texts[f"contract {name}"] = canonical(load_contract(path, project).as_dict())
    files = {
        "expectation suite": suites / f"{contract.dataset}.json",
        "lock file": project.root / "requirements.txt",
    }
    for name in marts(store, contract.source.mart):
        # Two marts of one name do not load, so that there is one file at most.
        for path in project.metrics.rglob(f"{name}.sql"):
            files[f"mart SQL {name}"] = path
    texts |= {name: path.read_bytes() for name, path in files.items() if path.is_file()}
    hashes = {}
    for name, data in texts.items():
        hashes[name] = sha256 = hashlib.sha256(data).hexdigest()
        if not store.exists(layout.kept_input(sha256)):
            store.put_bytes(layout.kept_input(sha256), data, 0o600)
    return hashes


def kept(store: Store, sha256: str) -> bytes | None:
    """The input of that hash, or None where it is not kept."""
    return store.get_bytes(layout.kept_input(sha256))


@cache
def versions() -> dict[str, str]:
    """What the release was made with."""
    return {"python": python_version()} | {name: version(name) for name in ("praya", "duckdb")}


@cache
def commit(root: Path) -> CodeState | None:
    """The commit of the code in `root`, and whether it was changed since; None where it lies in no repository."""
    try:
        top, head = _git(root, "rev-parse", "--show-toplevel", "HEAD").splitlines()
        changed = bool(_git(root, "status", "--porcelain", "--untracked-files=no"))
    except (OSError, subprocess.CalledProcessError, ValueError):
        return None
    return {"commit": head, "changed": changed} if top == str(root.resolve()) else None


def _git(root: Path, *arguments: str) -> str:
    command = ["git", "-C", str(root), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()  # noqa: S603
