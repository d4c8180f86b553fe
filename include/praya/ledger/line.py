"""One line of the ledger: canonical JSON that holds the hash of the line before it, and a hash of itself."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
from pathlib import Path
from typing import Any, NamedTuple, cast

import msgspec

from praya.errors import IntegrityError, codes
from praya.ledger.bodies import (
    ApprovalBody,
    CatalogueBody,
    CloseBody,
    CorrectionBody,
    DisclosureBody,
    DownloadsBody,
    KeyBody,
    PreviewBody,
    PurgeBody,
    ReleaseBody,
    ReportBody,
    RollbackBody,
    SealBody,
    SnapshotBody,
    TakingBackBody,
    VerdictBody,
    WithdrawalBody,
)
from praya.store import canonical
from praya.text.outside import describe_error

GENESIS = "0" * 64
SALT_BYTES = 16
DECODER = msgspec.json.Decoder()  # six times as fast as the standard library


class LedgerLine(NamedTuple):
    """One line: its number from 1, what it says, and the hashes that chain it.

    `salt` is chance: a checkpoint and its proofs are public, and without it who guesses what a line says could
    try whether the guess has its hash. `event` is the hash of what is said alone, and is not shown to the public.
    """

    number: int
    at: str
    kind: str
    subject: str
    body: dict[str, Any]
    event: str
    salt: str
    prev: str
    hash: str

    @property
    def snapshot(self) -> SnapshotBody:
        """What a line of the kind `snapshot` says."""
        return cast(SnapshotBody, self.body)

    @property
    def verdict(self) -> VerdictBody:
        """What a line of the kind `verdict` says."""
        return cast(VerdictBody, self.body)

    @property
    def approval(self) -> ApprovalBody:
        """What a line of the kind `approval` says."""
        return cast(ApprovalBody, self.body)

    @property
    def disclosure(self) -> DisclosureBody:
        """What a line of the kind `disclosure` says."""
        return cast(DisclosureBody, self.body)

    @property
    def release(self) -> ReleaseBody:
        """What a line of the kind `release` says."""
        return cast(ReleaseBody, self.body)

    @property
    def report(self) -> ReportBody:
        """What a line of the kind `report` says."""
        return cast(ReportBody, self.body)

    @property
    def close(self) -> CloseBody:
        """What a line of the kind `close` says."""
        return cast(CloseBody, self.body)

    @property
    def downloads(self) -> DownloadsBody:
        """What a line of the kind `downloads` says."""
        return cast(DownloadsBody, self.body)

    @property
    def correction(self) -> CorrectionBody:
        """What a line of the kind `correction` says."""
        return cast(CorrectionBody, self.body)

    @property
    def taking_back(self) -> TakingBackBody:
        """What a withdrawal or a rollback says."""
        return cast(TakingBackBody, self.body)

    @property
    def withdrawal(self) -> WithdrawalBody:
        """What a line of the kind `withdrawal` says."""
        return cast(WithdrawalBody, self.body)

    @property
    def rollback(self) -> RollbackBody:
        """What a line of the kind `rollback` says."""
        return cast(RollbackBody, self.body)

    @property
    def preview(self) -> PreviewBody:
        """What a line of the kind `preview` says."""
        return cast(PreviewBody, self.body)

    @property
    def purge(self) -> PurgeBody:
        """What a line of the kind `purge` says."""
        return cast(PurgeBody, self.body)

    @property
    def key(self) -> KeyBody:
        """What a line of the kind `key` says."""
        return cast(KeyBody, self.body)

    @property
    def catalogue(self) -> CatalogueBody:
        """What a line of the kind `catalogue` says."""
        return cast(CatalogueBody, self.body)

    @property
    def seal(self) -> SealBody:
        """What a line of the kind `seal` says."""
        return cast(SealBody, self.body)


def parsed(path: Path, number: int, raw: bytes) -> LedgerLine:
    """The line in `raw`; raises IntegrityError naming `path` and `number` where it is none."""
    try:
        return LedgerLine(**loaded(raw))
    except (ValueError, TypeError) as error:
        raise IntegrityError(
            codes.ledger.LINES_CHANGED, f"{path}:{number}: is not a ledger line: {describe_error(error)}"
        ) from error


def loaded(raw: bytes) -> Any:
    """The JSON in `raw`, as the standard library has it; ValueError where it is none."""
    try:
        return DECODER.decode(raw)
    except msgspec.DecodeError:
        return json.loads(raw)  # which takes more than JSON, as NaN, and names what it does not take


def sealed(
    last: LedgerLine | None, kind: str, subject: str, body: dict[str, Any], event: str, now: dt.datetime
) -> LedgerLine:
    """The line that says this behind `last`, at `now` (UTC)."""
    at = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    number, prev = (last.number + 1, last.hash) if last else (1, GENESIS)
    salt = secrets.token_hex(SALT_BYTES)
    line = LedgerLine(number, at, kind, subject, body, event, salt, prev, "")
    return line._replace(hash=hash_of(line))


def written(line: LedgerLine) -> bytes:
    """The bytes of a line in the file, with its line end; none for what is no JSON."""
    try:
        return canonical(line._asdict()) + b"\n"
    except ValueError:
        return b""


def hash_of(line: LedgerLine) -> str:
    """SHA-256 of the line's canonical JSON without its `hash`."""
    content = line._asdict()
    del content["hash"]
    return hashlib.sha256(canonical(content)).hexdigest()
