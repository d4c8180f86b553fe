"""Passwords and keys, made once on this machine and kept in files that only their owner can read."""

from __future__ import annotations

import base64
import json
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

# Name: role in Airflow. The officer approves what others propose; include/policy.yaml names the same.
USERS = {"admin": "admin", "officer": "op", "viewer": "viewer"}


@dataclass(frozen=True)
class Credentials:
    """`passwords` by user name; `keys` are what Airflow's processes must share to trust each other."""

    passwords: dict[str, str]
    keys: dict[str, str]
    passwords_file: Path


def read_credentials(folder: Path) -> Credentials:
    """Reads the credentials kept in `folder`, and makes those that are missing."""
    passwords_file = folder / "passwords.json"
    passwords = _complete(passwords_file, dict.fromkeys(USERS, _make_password))
    makers = {"jwt": _make_key, "session": _make_key, "fernet": _make_fernet_key, "records": _make_key}
    keys = _complete(folder / "keys.json", makers)
    return Credentials(passwords, keys, passwords_file)


def _complete(path: Path, makers: dict[str, Callable[[], str]]) -> dict[str, str]:
    """The JSON object in `path`, completed by `makers`; written anew, mode 0600, only if one was missing."""
    credentials: dict[str, str] = {}
    if path.exists():
        try:
            credentials = json.loads(path.read_text())
        except json.JSONDecodeError as error:
            raise SystemExit(
                f"{path} is not readable as JSON ({error}). Delete it and start again: new secrets are made."
            ) from error
    missing = {name: make() for name, make in makers.items() if name not in credentials}
    if missing:
        credentials |= missing
        fresh = path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(credentials, file, indent=1)
        fresh.replace(path)
    path.chmod(0o600)
    return credentials


def _make_password() -> str:
    return secrets.token_urlsafe(12)


def _make_key() -> str:
    return secrets.token_urlsafe(48)


def _make_fernet_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
