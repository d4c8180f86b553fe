"""Receipts: of each snapshot where it is from, and what the source said of it."""

from __future__ import annotations

from typing import NotRequired, TypedDict, cast

from praya.store import Store


class ReceiptHop(TypedDict):
    """An address that was asked on the way to the bytes: its status, and the IP address that answered."""

    url: str
    status: int
    ip: str


class Receipt(TypedDict):
    """The receipt of a snapshot: SHA-256, size in bytes, when it was received (UTC), and the headers of the answer.
    `dataset` is the subject: a dataset, or `<dataset>/<month>`."""

    dataset: str
    part: str
    url: str
    sha256: str
    bytes: int
    received_at: str
    status: int | None
    headers: dict[str, str]
    hops: NotRequired[list[ReceiptHop]]
    synthetic: bool


def read_receipt(store: Store, key: str) -> Receipt:
    """The receipt under `key`; raises IntegrityError where there is none."""
    return cast(Receipt, store.read_json(key))
