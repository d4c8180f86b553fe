"""Where things lie: the project's folders and the store, each to be moved by an environment variable."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(os.environ.get("PRAYA_ROOT") or Path(__file__).resolve().parents[2])


def _path(variable: str, default: Path) -> Path:
    return Path(os.environ.get(variable) or default).resolve()


def home() -> Path:
    """Everything that Praya makes at run time (`PRAYA_HOME`, default `var`)."""
    return _path("PRAYA_HOME", ROOT / "var")


def store() -> Path:
    """The store (`PRAYA_STORE`, default `<home>/store`)."""
    return _path("PRAYA_STORE", home() / "store")


def contracts() -> Path:
    """The contracts (`PRAYA_CONTRACTS`, default `include/contracts`)."""
    return _path("PRAYA_CONTRACTS", ROOT / "include" / "contracts")


def code_lists() -> Path:
    """The code lists that contracts name (`PRAYA_CODE_LISTS`, default `include/code_lists`)."""
    return _path("PRAYA_CODE_LISTS", ROOT / "include" / "code_lists")


def policy() -> Path:
    """The policy that contracts are held against (`PRAYA_POLICY`, default `include/policy.yaml`)."""
    return _path("PRAYA_POLICY", ROOT / "include" / "policy.yaml")


def witnesses() -> Path:
    """The verifier keys of those who witness the ledger (`PRAYA_WITNESSES`, default `include/witnesses.txt`)."""
    return _path("PRAYA_WITNESSES", ROOT / "include" / "witnesses.txt")


def metrics() -> Path:
    """The marts' SQL and the register (`PRAYA_METRICS`, default `include/metrics`)."""
    return _path("PRAYA_METRICS", ROOT / "include" / "metrics")


def revisions() -> Path:
    """Why figures that are out were revised (`PRAYA_REVISIONS`, default `include/revisions`)."""
    return _path("PRAYA_REVISIONS", ROOT / "include" / "revisions")


def suites() -> Path:
    """The Great Expectations suites (`PRAYA_EXPECTATIONS`, default `expectations`)."""
    return _path("PRAYA_EXPECTATIONS", ROOT / "expectations")


def sources() -> Path:
    """What `praya sources` serves (`PRAYA_SOURCES`, default `include/sources`)."""
    return _path("PRAYA_SOURCES", ROOT / "include" / "sources")


def access_logs() -> Path | None:
    """The folder of access logs in which downloads are counted (`PRAYA_ACCESS_LOGS`); by default there is none."""
    return _path("PRAYA_ACCESS_LOGS", Path()) if os.environ.get("PRAYA_ACCESS_LOGS") else None


def source_folders() -> list[Path]:
    """The folders below which `file:` sources may lie (`PRAYA_SOURCE_FOLDERS`, parted by `:`); by default none."""
    named = os.environ.get("PRAYA_SOURCE_FOLDERS", "").split(os.pathsep)
    return [Path(folder) for folder in named if folder]


def private_places() -> list[Path]:
    """What no source is read from, whatever folder is named: all that Praya and Airflow make at run time, the
    store, the keys."""
    named = ("PRAYA_SIGNING_KEY_FILE", "PRAYA_PSEUDONYM_KEY_FILE", "AIRFLOW_HOME")
    return [home(), store(), *(Path(os.environ[name]).resolve() for name in named if os.environ.get(name))]


def ca_bundle() -> str | None:
    """A file of certificates that sources are held against (`REQUESTS_CA_BUNDLE`); by default those of requests."""
    return os.environ.get("REQUESTS_CA_BUNDLE") or None


def base_url() -> str:
    """The address at which `released/` is served, without a slash behind it (`PRAYA_BASE_URL`).

    By default that of `praya serve`.
    """
    return (os.environ.get("PRAYA_BASE_URL") or "http://127.0.0.1:8000").rstrip("/")


def stable_addresses() -> bool:
    """Whether what answers at the base address has the stable ones too, `<dataset>/latest/<file>`.

    It has where `PRAYA_BASE_URL` is set; a host that can redirect nothing sets `PRAYA_STABLE_ADDRESSES=no` beside it.
    """
    return bool(os.environ.get("PRAYA_BASE_URL")) and os.environ.get("PRAYA_STABLE_ADDRESSES") != "no"
