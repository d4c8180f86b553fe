"""What every kind of source hands back, and the checks that hold for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from praya.contract import Contract
from praya.contract.source_specs import format_of
from praya.errors import SourceError, codes
from praya.text.outside import quote

NONE: Mapping[str, str] = MappingProxyType({})
HTML_STARTS = (b"<!doctype html", b"<html", b"<head", b"<body", b"<title", b"<meta", b"<script", b"<!--")


class Hop(NamedTuple):
    """One address that was asked on the way to the bytes: its status, and the IP address that answered."""

    url: str
    status: int
    ip: str


class Fetched(NamedTuple):
    """New bytes from a source, in a scratch file, hashed while they came."""

    path: Path
    url: str
    sha256: str
    size: int
    status: int | None = None
    headers: Mapping[str, str] = NONE
    validators: Mapping[str, str] = NONE
    received_at: str | None = None
    synthetic: bool = False
    next: str | None = None
    hops: tuple[Hop, ...] = ()


class Unchanged(NamedTuple):
    """The source says that nothing changed since the snapshot at hand."""

    validators: Mapping[str, str]
    synthetic: bool = False


def check_body(contract: Contract, url: str, path: Path, size: int) -> None:
    """Raise SourceError for an empty body, or for a web page where data was expected."""
    if size == 0:
        raise SourceError(
            codes.source.NO_DATA_IN_BODY,
            f"{contract.dataset}: {quote(url, 200)} sent an empty body; nothing was taken, ask the source",
        )
    with path.open("rb") as file:
        start = file.read(512).removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith(HTML_STARTS):
        raise SourceError(
            codes.source.NO_DATA_IN_BODY,
            f"{contract.dataset}: {quote(url, 200)} sent a web page where {format_of(contract.source).label.en} was "
            "expected; open the address in a browser: it may be an error page, a login or a moved file",
        )


def too_large(contract: Contract, url: str, limit: int) -> SourceError:
    """The error for a body of more than `limit` bytes."""
    return SourceError(
        codes.source.TOO_LARGE,
        f"{contract.dataset}: {quote(url, 200)} sends more than the {limit:,} bytes that the contract allows; "
        "see whether it is the right file, then raise source.max_bytes",
    )
