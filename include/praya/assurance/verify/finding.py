"""What a verification finds: problems, writes that were interrupted, and what was not verified."""

from __future__ import annotations

from dataclasses import dataclass


class Unfinished(str):
    """A finding about a write that was interrupted: what lies there is what was there before or what was to be there,
    and it names the run and what to run again. All other findings are plain strings."""

    __slots__ = ()


@dataclass(frozen=True)
class Unverified:
    """Files that nothing vouches for, or that were not read this time: where, why, which, and their size in bytes."""

    reason: str
    keys: tuple[str, ...]
    bytes: int


def shown(text: str) -> str:
    """A path for messages, in which nothing but printable characters stands as it is."""
    clean = text.encode("utf-8", "backslashreplace").decode()
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in clean
    )
