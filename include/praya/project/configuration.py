"""The configuration of a project. Commands and Airflow make it from the environment; nothing below reads that."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parents[3]
DEFAULT_BASE_URL = "http://127.0.0.1:8000"  # that of `praya serve`
DEFAULT_ORIGIN = "praya.invalid/ledger"


Clock = Callable[[], dt.datetime]


def read_clock() -> dt.datetime:
    """The time now, UTC."""
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True)
class Project:
    """Where the things of a project are, and what holds for all of them.

    `root` is the folder of the repository: the lock file and the commit that statements name. `private_places` are
    folders and files that no source is read from, whatever a contract names. `base_url` is the address at which the
    released area is served, without a slash behind it; `has_stable_addresses` whether what answers there redirects
    `<dataset>/latest/<file>`. `ca_bundle` is a file of certificates that sources are held against (None: those of
    requests). `duckdb_memory` is what one instance of DuckDB may take, and `duckdb_threads` with how many threads it
    works (empty: one a processor). `clock` tells the time, UTC.
    """

    root: Path
    home: Path
    store_folder: Path
    contracts: Path
    code_lists: Path
    policy_file: Path
    metrics: Path
    revisions: Path
    suites: Path
    sources: Path
    witnesses: Path
    signing_key: Path
    pseudonym_key: Path
    access_logs: Path | None = None
    source_folders: tuple[Path, ...] = ()
    private_places: tuple[Path, ...] = ()
    ca_bundle: str | None = None
    base_url: str = DEFAULT_BASE_URL
    has_stable_addresses: bool = False
    ledger_origin: str = DEFAULT_ORIGIN
    duckdb_memory: str = "1GB"
    duckdb_threads: str = ""
    clock: Clock = read_clock

    @classmethod
    def from_environment(
        cls, environment: Mapping[str, str] = os.environ, store_folder: Path | None = None
    ) -> Project:
        """The project that `PRAYA_*` variables describe (docs list them all), its store in `store_folder` where that is
        given."""
        root = Path(environment.get("PRAYA_ROOT") or HERE)

        def place(variable: str, default: Path) -> Path:
            return Path(environment.get(variable) or default).resolve()

        home = place("PRAYA_HOME", root / "var")
        store = store_folder or place("PRAYA_STORE", home / "store")
        # Not resolved: a key may be a link to where a secret is mounted.
        signing = Path(environment.get("PRAYA_SIGNING_KEY_FILE") or home / "secrets" / "signing.key")
        pseudonym = Path(environment.get("PRAYA_PSEUDONYM_KEY_FILE") or home / "secrets" / "pseudonym.key")
        named = ("PRAYA_SIGNING_KEY_FILE", "PRAYA_PSEUDONYM_KEY_FILE", "AIRFLOW_HOME")
        private = [Path(environment[name]).resolve() for name in named if environment.get(name)]
        folders = environment.get("PRAYA_SOURCE_FOLDERS", "").split(os.pathsep)
        logs, base = environment.get("PRAYA_ACCESS_LOGS"), environment.get("PRAYA_BASE_URL")
        include = root / "include"
        return cls(
            root=root,
            home=home,
            store_folder=store,
            contracts=place("PRAYA_CONTRACTS", include / "contracts"),
            code_lists=place("PRAYA_CODE_LISTS", include / "code_lists"),
            policy_file=place("PRAYA_POLICY", include / "policy.yaml"),
            metrics=place("PRAYA_METRICS", include / "metrics"),
            revisions=place("PRAYA_REVISIONS", include / "revisions"),
            suites=place("PRAYA_EXPECTATIONS", root / "expectations"),
            sources=place("PRAYA_SOURCES", include / "sources"),
            witnesses=place("PRAYA_WITNESSES", include / "witnesses.txt"),
            signing_key=signing,
            pseudonym_key=pseudonym,
            access_logs=Path(logs).resolve() if logs else None,
            source_folders=tuple(Path(folder) for folder in folders if folder),
            private_places=(home, store, *private),
            ca_bundle=environment.get("REQUESTS_CA_BUNDLE") or None,
            base_url=(base or DEFAULT_BASE_URL).rstrip("/"),
            has_stable_addresses=bool(base) and environment.get("PRAYA_STABLE_ADDRESSES") != "no",
            duckdb_memory=environment.get("PRAYA_DUCKDB_MEMORY") or "1GB",
            duckdb_threads=environment.get("PRAYA_DUCKDB_THREADS", ""),
            ledger_origin=environment.get("PRAYA_LEDGER_ORIGIN") or DEFAULT_ORIGIN,
        )
