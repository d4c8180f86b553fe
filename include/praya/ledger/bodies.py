"""What the lines of the ledger say, by their kind. What older versions of Praya did not write is not required here."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class LogFile(TypedDict):
    """An access log that downloads were counted from."""

    name: str
    sha256: str
    bytes: int


class DownloadsBody(TypedDict):
    """The downloads of a month: `counts` has datasets, each with its formats; `left_out` how many requests were none,
    by why; `replaces` is the line of an earlier count."""

    month: str
    counts: dict[str, dict[str, int]]
    left_out: dict[str, int]
    logs: list[LogFile]
    replaces: int | None
    by: NotRequired[str]


class CloseBody(TypedDict):
    """The close of a month: the edition of each report, why others were not made, and counts of what is missing."""

    month: str
    as_of: str
    editions: dict[str, str]
    not_made: dict[str, str]
    due: int
    waiting: int
    revised: int
    by: NotRequired[str]
