"""Personal fields: dropped, or kept as a keyed hash; what goes to quarantine of them is masked. And record keys.

A pseudonym is the same for the same value, so that records can be joined and counted, and cannot be turned
back by who has not got the key. The key lies in a file outside the store (`PRAYA_PSEUDONYM_KEY_FILE`).
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from praya import paths
from praya.contract import Contract, Field
from praya.contract.record_key import RECORD_KEY
from praya.stage.reading import Connection, identifier

MASK = "(withheld: personal data)"
KEY_BYTES = 32


def personal(contract: Contract) -> bool:
    """Whether any field of the dataset is personal; then no raw text of it leaves the raw area."""
    return any(field.personal for field in contract.fields)


def keyed(contract: Contract) -> bool:
    """Whether anything is kept of the dataset that needs the key."""
    return personal(contract) or contract.disclosure.record_key is not None


def kept_value(contract: Contract, field: Field) -> str:
    """SQL of the value that the table keeps: the typed one, its pseudonym (32 hex digits), or the record key."""
    if field == RECORD_KEY:
        # One byte of the hash. The words set it apart from the pseudonym that the same id may have elsewhere.
        hashed = _hmac(f"'record key ' || {identifier(f'v {contract.disclosure.record_key}')}")
        return f"('0x' || left({hashed}, 2))::bigint"
    value = identifier(f"v {field.name}")
    return f"left({_hmac(value)}, 32)" if field.personal == "pseudonym" else value


def _hmac(message: str) -> str:
    """HMAC's construction (RFC 2104) with SHA-256 out of two keys, for DuckDB has none of its own."""
    inner = f"sha256(getvariable('praya_inner_key') || {message})"
    return f"sha256(getvariable('praya_outer_key') || {inner})"


def shown_value(field: Field) -> str:
    """SQL of what the quarantine shows of a value that broke a rule."""
    return f"'{MASK}'" if field.personal else identifier(field.name)


def set_key(con: Connection) -> None:
    """Make the key known to this connection, as variables: it stands in no statement and in no error."""
    key = _key()
    con.execute("set variable praya_inner_key = $1", [key[:64]])
    con.execute("set variable praya_outer_key = $1", [key[64:]])


def _key() -> str:
    """128 hex digits from the key file, which is made at first use, readable by its owner alone."""
    path = Path(os.environ.get("PRAYA_PSEUDONYM_KEY_FILE") or paths.home() / "secrets" / "pseudonym.key")
    try:
        return path.read_text("ascii").strip()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary = path.with_name(f"{path.name}.{os.getpid()}")
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(2 * KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(temporary, path)  # the first of several makers wins
        except FileExistsError:
            pass
        finally:
            temporary.unlink()
        return path.read_text("ascii").strip()
