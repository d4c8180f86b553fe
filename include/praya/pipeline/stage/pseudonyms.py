"""Personal fields: dropped, or kept as a keyed hash; what goes to quarantine of them is masked. And record keys.

A pseudonym is the same for the same value, so that records can be joined and counted, and cannot be turned
back without the key, which lies in a file outside the store.
"""

from __future__ import annotations

from praya.contract import Contract, Field
from praya.contract.record_key import RECORD_KEY
from praya.pipeline.stage.reading import Connection, identifier

MASK = "(withheld: personal data)"


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


def set_key(con: Connection, key: str) -> None:
    """Make the key known to this connection, as variables: it is in no statement and in no error."""
    con.execute("set variable praya_inner_key = $1", [key[:64]])
    con.execute("set variable praya_outer_key = $1", [key[64:]])
