"""The index for auditors as a page in three languages, without scripts or other hosts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from praya.assurance.audit.dataset_index import AuditIndex
from praya.contract.text import conversion_note
from praya.contract.zone import show_moment
from praya.pipeline.validate.messages import LANGUAGES, speaker
from praya.pipeline.validate.report_page import NAMES
from praya.pipeline.validate.standing_record import Attempt, attempt_words, colour_of
from praya.text.templating import templates

TEMPLATES = Path(__file__).parent / "templates"
OF_LANGUAGE = {code: f"?language={code}" for code in LANGUAGES}


def render(
    index: AuditIndex,
    language: str = "en",
    links: Mapping[str, str] = OF_LANGUAGE,
    reports: str | None = "/praya/reports/{dataset}",
) -> str:
    """The page of what `audit_datasets` found; `links` are the addresses of the three languages, `reports` that of a
    dataset's validation report (None: no links)."""
    say = speaker(language)
    return str(
        templates(TEMPLATES)
        .get_template("audit.html")
        .render(
            index=index,
            language=language,
            converted=conversion_note(language),
            say=say,
            ended=lambda attempt: attempt_words(Attempt(**attempt), say),
            colour=lambda row: colour_of(row["last_attempt"]["outcome"], bool(row["out"]), row["released"]),
            links=[(code, NAMES[code], links[code]) for code in LANGUAGES],
            reports=reports,
            hong_kong=partial(show_moment, language=language),
        )
    )
