"""The marks between parts of a sentence that a program puts together: half-width in English, full-width in Chinese."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Marks(NamedTuple):
    """What stands between two parts; `left` and `right` are brackets, `also` is between the items of a list."""

    colon: str
    comma: str
    semicolon: str
    stop: str
    left: str
    right: str
    also: str

    def listed(self, items: Iterable[str]) -> str:
        """The items of a list, as `a, b` or `甲、乙`."""
        return self.also.join(items)


ENGLISH = Marks(": ", ", ", "; ", ". ", " (", ")", ", ")
CHINESE = Marks("：", "，", "；", "。", "（", "）", "、")


def marks(language: str) -> Marks:
    """The marks of `en`, `zh-Hant` or `zh-Hans`."""
    return ENGLISH if language == "en" else CHINESE
