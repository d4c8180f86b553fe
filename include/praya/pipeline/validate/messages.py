"""The words of verdicts and reports in three languages: one catalogue, `templates/messages.yaml`."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from praya.contract.text import Text, to_simplified

TEMPLATES = Path(__file__).parent / "templates"
LANGUAGES = ("en", "zh-Hant", "zh-Hans")

Say = Callable[..., str]
"""`say(key, **values)`: the message under `key`, or a text of its own, with the values in their places."""


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Every message by key, in `en` and `zh-Hant`."""
    loaded: dict[str, dict[str, str]] = yaml.safe_load((TEMPLATES / "messages.yaml").read_text("utf-8"))
    return loaded


@cache
def speaker(language: str) -> Say:
    """`say` for `en`, `zh-Hant` or `zh-Hans`; the last is converted from `zh-Hant`."""
    messages = catalogue()
    written = "en" if language == "en" else "zh-Hant"

    def say(key: str | Text, /, **values: Any) -> str:
        # Converted before the values are in it: what came from a source stays as it came.
        if isinstance(key, Text):
            return key.in_language(language).format(**values)
        text = messages[key][written]
        return (to_simplified(text) if language == "zh-Hans" else text).format(**values)

    return say


def english(key: str | Text, /, **values: Any) -> str:
    return speaker("en")(key, **values)
