"""JSON as Praya's files have it."""

from __future__ import annotations

from typing import Any

from praya.text.indented_json import to_indented_json


def as_json(value: Any) -> bytes:
    """Indented JSON in UTF-8 with a line end, keys in the order in which they stand."""
    return to_indented_json(value) + b"\n"
