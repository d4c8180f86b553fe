"""Jinja templates of pages: what is put in is text and never markup, without hidden characters; a value that is
missing is an error."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from praya.text.outside import escape
from praya.text.punctuation import marks

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def templates(folder: Path, **filters: Callable[..., Any]) -> Environment:
    """The templates in `folder`, which a process compiles once, with these filters beside Jinja's own."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_without_hidden,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"number": "{:,}".format, **filters}
    environment.globals["marks"] = marks
    return environment


def _without_hidden(value: Any) -> Any:
    """A text with its hidden characters escaped; markup stays markup, and anything else as it is."""
    return type(value)(escape(value)) if isinstance(value, str) else value
