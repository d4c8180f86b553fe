"""Indented JSON, byte for byte as `json.dumps(indent=2)` writes it, which has only a slow encoder for it."""

from __future__ import annotations

import json
from typing import Any

import msgspec


def to_indented_json(value: Any, *, sort_keys: bool = False) -> bytes:
    """Plain JSON values as JSON in UTF-8, each level two spaces further in, without a line end.

    Raises ValueError for a number that JSON does not have. Values are written by `json`, so that each has its one
    text; what is put between them is white space.
    """
    text = json.dumps(value, sort_keys=sort_keys, ensure_ascii=False, allow_nan=False)
    return msgspec.json.format(text.encode(), indent=2)
