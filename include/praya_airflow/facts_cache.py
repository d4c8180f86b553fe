"""The cache of what all contracts say to DAGs: read again where a contract, a rule or the code has changed.

Airflow parses each DAG file in a process of its own, again and again, and half of the files need all contracts. The
cache lies in Airflow's folder, with a code made with a secret of this machine, so that one that is damaged, forged or
of other contracts is not used but made anew. Nothing but DAGs is built from it: steps and `praya check` read the
contracts themselves.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import entry_points, version
from importlib.util import find_spec
from itertools import chain
from pathlib import Path

import msgspec

from praya.contract import read_contracts
from praya.errors import FileProblem, IntegrityError, StoreBusy, find_code, restore_problem
from praya.observe import get_logger
from praya.project import Project
from praya.store.locks import hold
from praya.store.regular import read_regular
from praya.store.secret import read_or_make_secret
from praya_airflow.dag_facts import DagFacts, read_facts

log = get_logger(__name__)

CACHE, LOCK, SECRET = "contracts.json", "contracts.lock", "contracts.key"
OTHERS_SECONDS = 100.0
"""How long one process waits for another that reads the contracts for the cache: less than the import of a file may
take."""
SECRET_BYTES = 32
PACKAGES = ("pydantic", "PyYAML", "msgspec")

AllFacts = tuple[list[DagFacts], list[FileProblem]]


class Kept(msgspec.Struct, frozen=True):
    """What is cached: the key of all that it was made from, facts by dataset, and problems as code and text."""

    key: str
    facts: list[DagFacts]
    problems: list[tuple[str, str]]


def read_all_facts(project: Project) -> AllFacts:
    """What `read_contracts` gives of the project, as facts for DAGs: by dataset, with every problem of the files that
    are wrong."""
    try:
        folder = _make_folder(project)
        secret = bytes.fromhex(read_or_make_secret(folder / SECRET, lambda: secrets.token_hex(SECRET_BYTES)))
        if len(secret) != SECRET_BYTES:
            raise ValueError(f"{SECRET} has {len(secret)} bytes")
    except (OSError, ValueError) as error:
        log.warning("contracts are read without a cache", reason=type(error).__name__)
        return _read(project)
    if kept := _load(find_cache(project), _key(project), secret):
        return kept
    try:
        with hold(folder / LOCK, OTHERS_SECONDS):
            key = _key(project)
            if kept := _load(find_cache(project), key, secret):
                return kept  # made while this process waited
            anew = _read(project)
            if _key(project) == key:  # else something was changed while it was read
                _keep(find_cache(project), key, anew, secret)
            return anew
    except (StoreBusy, OSError):
        return _read(project)


def find_cache(project: Project) -> Path:
    """The file of the cache. It can be removed at any time."""
    return project.home / "airflow" / "praya" / CACHE


def _make_folder(project: Project) -> Path:
    """The folder of the cache, in that of Airflow: both for their owner alone."""
    folder = find_cache(project).parent
    project.home.mkdir(parents=True, exist_ok=True)
    for each in (folder.parent, folder):
        each.mkdir(mode=0o700, exist_ok=True)
    return folder


def _read(project: Project) -> AllFacts:
    contracts, problems = read_contracts(project)
    return [read_facts(contract) for contract in contracts], problems


def _load(path: Path, key: str, secret: bytes) -> AllFacts | None:
    try:
        code, _, body = path.read_bytes().partition(b"\n")
        if not hmac.compare_digest(code, _sign(body, secret)):
            return None
        kept = msgspec.json.decode(body, type=Kept)
        if kept.key != key:
            return None
        problems = [(find_code(name), text) for name, text in kept.problems]
        if any(code is None for code, _ in problems):
            return None  # of a program that had other codes
        return kept.facts, [restore_problem(code, text) for code, text in problems if code is not None]
    except (OSError, msgspec.DecodeError, KeyError):
        return None


def _keep(path: Path, key: str, facts_and_problems: AllFacts, secret: bytes) -> None:
    facts, problems = facts_and_problems
    body = msgspec.json.encode(Kept(key, facts, [(problem.code.name, str(problem)) for problem in problems]))
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    temporary.write_bytes(_sign(body, secret) + b"\n" + body)
    temporary.chmod(0o600)
    temporary.replace(path)


def _sign(body: bytes, secret: bytes) -> bytes:
    return hmac.new(secret, body, hashlib.sha256).hexdigest().encode()


def _key(project: Project) -> str:
    """SHA-256 of all that facts are made from: every contract, policy and code lists by their content, and the code."""
    return _hash(chain(_contents(project), [compute_code_key().encode()]))


@cache
def compute_code_key() -> str:
    """SHA-256 of the code that reads contracts. A process that has loaded the code computes it once: it stays the key
    of that code when the files change."""
    return _hash(_code())


def _hash(parts: Iterable[bytes]) -> str:
    key = hashlib.sha256()
    for part in parts:
        key.update(f"{len(part)}:".encode())
        key.update(part)
    return key.hexdigest()


def _contents(project: Project) -> Iterator[bytes]:
    yield from (bytes(project.policy_file), _content(project.policy_file))
    for folder in (project.contracts, project.code_lists):
        yield bytes(folder)
        for path in sorted(_files(folder)):
            if path.endswith((".yaml", ".yml")):
                yield from (os.fsencode(path), _content(Path(path)))


def _content(path: Path) -> bytes:
    """A file's bytes; for what is no file that can be read, a mark that no contract is."""
    try:
        return read_regular(path)
    except (FileNotFoundError, IntegrityError):
        return b"\0"


def _code() -> Iterator[bytes]:
    """The code that reads contracts, with that of extensions: versions, and the files by size and time of change."""
    yield sys.version.encode()
    yield from (version(package).encode() for package in PACKAGES)
    installed = entry_points()
    named = sorted(
        (each.group, each.name, each.value)
        for group in installed.groups
        if group.startswith("praya.")
        for each in installed.select(group=group)
    )
    yield repr(named).encode()
    for package in sorted({"praya", "praya_airflow", *(value.split(".")[0] for _, _, value in named)}):
        for place in _places(package):
            for path in sorted(_files(place)):
                status = Path(path).stat()
                yield f"{path} {status.st_size} {status.st_mtime_ns}".encode()


def _places(package: str) -> list[Path]:
    spec = find_spec(package)
    if spec is None:
        return []
    if spec.submodule_search_locations:
        return [Path(place) for place in spec.submodule_search_locations]
    return [Path(spec.origin)] if spec.origin else []


def _files(folder: Path) -> Iterator[str]:
    """Every file below a folder, or the file itself. Folders directly in it may be links, as contracts are read;
    compiled code is left out."""
    if folder.is_file():
        yield str(folder)
    elif folder.is_dir():
        for entry in os.scandir(folder):
            if entry.is_file():
                yield entry.path
            for above, folders, names in os.walk(entry.path):
                folders[:] = [name for name in folders if name != "__pycache__"]
                yield from (f"{above}/{name}" for name in names)
