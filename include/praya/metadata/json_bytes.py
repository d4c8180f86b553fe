"""JSON as Praya's files have it."""

from __future__ import annotations

import json
from typing import Any


def as_json(value: Any) -> bytes:
    """Indented JSON in UTF-8 with a line end, keys in the order in which they stand."""
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False).encode() + b"\n"
