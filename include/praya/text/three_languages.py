"""A text in three languages as JSON documents have it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NotRequired, TypedDict, cast

Words = TypedDict(
    "Words",
    {"en": str, "zh-Hant": str, "zh-Hans": str, "made_by_machine": NotRequired[list[str]]},
)
"""A text in three languages; `made_by_machine` names those that nobody wrote."""


def in_language(words: Words, language: str) -> str:
    """The text in `en`, `zh-Hant` or `zh-Hans`."""
    return cast(Mapping[str, str], words)[language]
