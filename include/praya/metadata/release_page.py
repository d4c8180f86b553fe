"""Pages of a release: one HTML file a language, without scripts or other hosts, to be read, printed and kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from praya.contract.codes import FILE_LANGUAGE
from praya.contract.text import conversion_note
from praya.metadata.dictionary_words import labels
from praya.metadata.release_facts import Facts
from praya.text.templating import templates

TEMPLATES = Path(__file__).parent / "templates"
OWN_NAMES = {"en": "English", "zh-Hant": "繁體中文", "zh-Hans": "简体中文"}


def render(template: str, facts: Facts, language: str, **values: Any) -> bytes:
    """The page in one language; all text is escaped. `template` names its kind: `<kind>-en.html` is beside it."""
    kind = template.removesuffix(".html")
    pages = {each: f"{kind}-{short}.html" for each, short in FILE_LANGUAGE.items()}
    page = templates(TEMPLATES).get_template(template)
    words = labels(language)
    return str(
        page.render(
            facts=facts,
            lang=language,
            t=words,
            pages=pages,
            names=OWN_NAMES,
            converted=conversion_note(language),
            **values,
        )
    ).encode()
