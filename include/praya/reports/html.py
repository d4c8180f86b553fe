"""page: a report as one HTML file a language, without scripts or other hosts, to be read and printed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from praya.contract.codes import LANGUAGES
from praya.reports.fonts import families
from praya.reports.plain import Imprint, file_name
from praya.reports.report_words import word
from praya.text.templating import templates

TEMPLATES = Path(__file__).parent / "templates"
NAMES = {"en": "English", "zh-Hant": "繁體中文", "zh-Hans": "简体中文"}
TAGS = {"en": "en", "zh-Hant": "zh-Hant-HK", "zh-Hans": "zh-Hans-CN"}


def write(report: dict[str, Any], imprint: Imprint) -> bytes:
    """The page of a report as `plain` gives it."""
    language = report["language"]
    others = [
        {
            "language": code,
            "tag": TAGS[code],
            "name": NAMES[code],
            "file": file_name(imprint.stem, code, "html"),
        }
        for code in LANGUAGES
    ]
    files = [
        {"format": suffix.upper(), "file": file_name(imprint.stem, language, suffix)}
        for suffix in imprint.formats
        if suffix != "html"
    ]
    page = templates(TEMPLATES).get_template("report.html")
    return page.render(
        r=report,
        tag=TAGS[language],
        families=", ".join(f'"{name}"' for name in families(language)),
        languages=others,
        files=files,
        files_label=word("files", language),
        sources_label=word("sources", language),
        release_labels=[word(name, language) for name in ("dataset", "release", "published", "sha256")],
    ).encode()
