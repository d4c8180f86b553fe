"""The rule for every name that becomes part of a path, wherever the name comes from."""

from __future__ import annotations

import re
from itertools import pairwise

MAX_NAME = 100
"""Longest name in a contract, in characters; with a time, a hash and an ending it is still a file name."""
MAX_SEGMENT = 200
MAX_KEY = 1000
# As pydantic takes it. In Python's own `re`, `$` would accept a line break at the end: use `is_name`.
NAME_PATTERN = r"^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$"
MONTH_PATTERN = r"^\d{4}-(0[1-9]|1[0-2])$"

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_MONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")
_WRITTEN = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_-])?")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\\\u2028\u2029\ud800-\udfff]")


def is_name(text: str) -> bool:
    """Whether `text` may be a part of a path: ASCII letters, digits, and `.`, `_`, `-` between them."""
    return len(text) <= MAX_NAME and _NAME.fullmatch(text) is not None


def is_month(text: str) -> bool:
    """Whether `text` is a month such as `2026-10`, in ASCII digits."""
    return _MONTH.fullmatch(text) is not None


def is_file_name(text: str) -> bool:
    """Whether `text` is the name of one file that Praya writes, without any folder."""
    return "/" not in text and key_problem(text, written=True) is None


def leads_out(key: str) -> bool:
    """Whether a key is absolute or has a part that goes up."""
    return key.startswith("/") or ".." in key.split("/")


def key_problem(key: str, *, written: bool) -> str | None:
    """Why `key` cannot be a key of the store, or None.

    What is read may have names that somebody else gave (a stray file that is to be removed). What is `written` is
    named by Praya alone, in ASCII without a dot at either end.
    """
    if len(key) > MAX_KEY:
        return f"is longer than {MAX_KEY} characters"
    if _UNSAFE.search(key):
        return "holds a control character or a backslash"
    for part in key.split("/"):
        if written and part in ("", "."):
            return "has an empty part"
        if len(part.encode()) > MAX_SEGMENT + 55 * (not written):
            return "has a part that is too long"
        if written and not _WRITTEN.fullmatch(part):
            return "has a part that is no plain name (ASCII letters, digits, `.`, `_`, `-`)"
    return None


def same_when_folded(names: list[str]) -> list[str]:
    """The names that differ from another one in upper and lower case only: some file systems hold them for one."""
    folded = sorted(names, key=str.casefold)
    return [second for first, second in pairwise(folded) if first.casefold() == second.casefold()]
