"""pdf: a report as print-ready PDF (PDF/UA-1: tagged, titled, in its language), set by Typst."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from praya.errors import ReportError, codes
from praya.reports.fonts import FAMILIES, MISSING, folder
from praya.reports.plain import Imprint
from praya.reports.report_words import WORDS, word
from praya.text.outside import quote

TEMPLATE = Path(__file__).parent / "templates" / "report.typ"


def write(report: dict[str, Any], imprint: Imprint) -> bytes:
    """The PDF of a report as `plain` gives it. Raises ReportError where no font with Chinese is there."""
    import typst

    fonts = folder()
    if fonts is None:
        raise ReportError(codes.report.FONT_MISSING, MISSING)
    language = report["language"]
    values = report | {
        "fonts": [FAMILIES[language]],
        "sources": word("sources", language),
        "page": WORDS["page"].in_language(language),
        "release_labels": [word(name, language) for name in ("dataset", "release", "published")],
    }
    try:
        made = typst.compile(
            str(TEMPLATE),
            font_paths=[str(fonts)],
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=["ua-1"],
            sys_inputs={"report": json.dumps(values, ensure_ascii=False)},
            timestamp=int(imprint.moment.timestamp()),
        )
    except typst.TypstError as error:
        # PDF/UA forbids, among others, a character that the font has no glyph for.
        raise ReportError(
            codes.report.PDF_FAILED,
            f"{imprint.stem}, in {language}: Typst cannot set it: {quote(error.message, 200)}",
        ) from error
    if not isinstance(made, bytes):
        raise ReportError(codes.report.PDF_FAILED, f"{imprint.stem}: Typst made no PDF of it")
    return made
