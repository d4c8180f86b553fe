"""Parts of sentences on expectations: bounds, and lists that are cut short."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from praya.pipeline.validate.messages import Say, english


def between(kwargs: Mapping[str, object], say: Say = english) -> str:
    """The bounds of a GX `between` expectation in words."""
    low, high = kwargs.get("min_value"), kwargs.get("max_value")
    least = "more_than" if kwargs.get("strict_min") else "at_least"
    most = "less_than" if kwargs.get("strict_max") else "at_most"
    parts = [say(least, n=low)] * (low is not None) + [say(most, n=high)] * (high is not None)
    return (
        say("both", first=parts[0], second=parts[1]) if len(parts) == 2 else (parts or [say("anything")])[0]
    )


def listed_values(values: Any, limit: int = 12, say: Say = english) -> str:
    """The first values of a list, and how many more there are."""
    items = [str(value) for value in values]
    listed = say("comma").join(items[:limit])
    return say("and_more", listed=listed, n=len(items) - limit) if len(items) > limit else listed
