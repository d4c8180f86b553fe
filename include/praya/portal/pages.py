"""How pages are made and written: Jinja templates, three languages, and nothing written again that is the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from praya.contract.codes import FILE_LANGUAGE
from praya.portal.words import words
from praya.store import Store

TEMPLATES = Path(__file__).parent / "templates"


def render(template: str, **values: Any) -> str:
    """The page; everything that is put in is text, not markup."""
    return str(_environment().get_template(template).render(**values))


def in_languages(template: str, stem: str, **values: Any) -> dict[str, bytes]:
    """File name → page, for each language: `<stem>-en.html`, `-tc`, `-sc`."""
    return {
        f"{stem}-{short}.html": render(
            template, w=words(language), language=language, short=short, stem=stem, **values
        ).encode()
        for language, short in FILE_LANGUAGE.items()
    }


def as_json(value: Any) -> bytes:
    """Indented JSON, keys in the order they have."""
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False).encode() + b"\n"


def put_if_new(store: Store, files: Mapping[str, bytes]) -> bool:
    """Write those of `files` (store key → bytes) that do not stand there already, in their order; whether any was."""
    new = {key: data for key, data in files.items() if not _stands(store.path(key), data)}
    if new:
        store.put_all(new)
    return bool(new)


def _stands(path: Path, data: bytes) -> bool:
    return path.exists() and path.read_bytes() == data


@cache
def _environment() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
