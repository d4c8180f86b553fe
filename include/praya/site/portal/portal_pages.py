"""How the portal's pages are made: from templates, in three languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from praya.contract.codes import FILE_LANGUAGE
from praya.contract.zone import show_moment
from praya.site.portal.portal_words import words
from praya.text.templating import templates

TEMPLATES = Path(__file__).parent / "templates"


def render(template: str, **values: Any) -> str:
    """The page; everything that is put in is text, not markup."""
    return str(templates(TEMPLATES).get_template(template).render(show=show_moment, **values))


def in_languages(template: str, stem: str, **values: Any) -> dict[str, bytes]:
    """File name → page, for each language: `<stem>-en.html`, `-tc`, `-sc`."""
    return {
        f"{stem}-{short}.html": render(
            template, w=words(language), language=language, short=short, stem=stem, **values
        ).encode()
        for language, short in FILE_LANGUAGE.items()
    }
