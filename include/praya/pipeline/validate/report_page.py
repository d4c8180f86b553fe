"""The verdict as a page, in three languages: HTML without scripts or other hosts, to be read, printed and kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NotRequired, TypedDict

from praya.contract.text import conversion_note, to_simplified
from praya.contract.zone import day_in_hong_kong, show_day, show_moment
from praya.pipeline.validate.messages import LANGUAGES, TEMPLATES, Say, speaker
from praya.pipeline.validate.result import Result
from praya.pipeline.validate.standing_record import Standing, attempt_words
from praya.pipeline.validate.verdict_words import HOW, expect
from praya.store.verdict_documents import Drift, Title, Verdict, VerdictExpectation
from praya.text.templating import templates

FILES = {"en": "report.html", "zh-Hant": "report-tc.html", "zh-Hans": "report-sc.html"}
NAMES = {"en": "English", "zh-Hant": "繁體中文", "zh-Hans": "简体中文"}
ENGINES = {
    "scan": "engine_scan",
    "great expectations": "engine_gx",
    "guard": "engine_guard",
    None: "engine_none",
}


class UnjudgedVerdict(TypedDict):
    """What stands for the verdict of a dataset before its first one."""

    dataset: str
    title: Title
    synthetic: bool
    verdict: None
    expectations: list[VerdictExpectation]
    drift: NotRequired[None]


def render(
    verdict: Verdict | UnjudgedVerdict,
    language: str = "en",
    evidence: Mapping[str, Any] | None = None,
    links: Mapping[str, str] = FILES,
    standing: Standing | None = None,
) -> str:
    """The whole page for a verdict as `verdict.json` holds it, in `en`, `zh-Hant` or `zh-Hans`; all text is escaped.

    Without `evidence` it is the page that is kept beside the verdict: a function of the verdict alone. With it (see
    evidence.py) the page also tells of what the store and the ledger hold today, and with `standing` first of all of
    the last attempt and of what is out. `links` are the addresses of the three languages.
    """
    say = speaker(language)
    rows = [_row(each, language, say) for each in verdict["expectations"]]
    # What verdicts of earlier versions lack.
    shown = {"waivers": [], "drift": None, **verdict}
    drift = verdict.get("drift")
    return str(
        templates(TEMPLATES, figure="{:,.6g}".format)
        .get_template("report.html")
        .render(
            v=shown,
            counts=_counts(rows, drift),
            c=evidence,
            s=standing,
            ended=attempt_words(standing.attempt, say) if standing else "",
            say=say,
            language=language,
            converted=conversion_note(language),
            links=[(code, NAMES[code], links[code]) for code in LANGUAGES],
            title=_title(verdict, language),
            attention=[row for row in rows if row["status"] != "passed"],
            passed=[row for row in rows if row["status"] == "passed"],
            day=partial(show_day, language=language),
            hong_kong=partial(show_moment, language=language),
            day_of=day_in_hong_kong,
            rows=lambda number: say("few") if number is None else f"{number:,}",
            cell=partial(_cell, say),
            engines=ENGINES,
            how=HOW,
        )
    )


def render_unjudged(standing: Standing, language: str, links: Mapping[str, str]) -> str:
    """The page of a dataset before its first verdict: where it stands, and why there is no verdict."""
    unjudged: UnjudgedVerdict = {
        "dataset": standing.subject,
        "title": standing.title,
        "synthetic": standing.synthetic,
        "verdict": None,
        "expectations": [],
    }
    return render(unjudged, language, None, links, standing)


def _counts(rows: Sequence[Mapping[str, Any]], drift: Drift | None) -> dict[str, int]:
    """What the page lists, by outcome. Waived failures and figures that have moved are warnings like those of
    expectations."""
    failed = [row for row in rows if row["status"] == "failed"]
    counts = {
        "expectations": len(rows),
        "passed": sum(row["status"] == "passed" for row in rows),
        "error": sum(row["status"] == "error" for row in rows),
        "critical": sum(row["colour"] == "failed" for row in failed),
        "waived": sum(bool(row["waived"]) for row in failed),
        "drifted": sum(each["moved"] for each in drift["figures"]) if drift else 0,
    }
    counts["failed_warning"] = len(failed) - counts["critical"] - counts["waived"]
    return counts | {"warnings": counts["failed_warning"] + counts["waived"] + counts["drifted"]}


def _title(verdict: Verdict | UnjudgedVerdict, language: str) -> str:
    chinese = verdict["title"]["zh-Hant"]
    texts = {"en": verdict["title"]["en"], "zh-Hant": chinese, "zh-Hans": to_simplified(chinese)}
    return texts[language]


def _row(each: VerdictExpectation, language: str, say: Say) -> dict[str, Any]:
    words = {"en": "observed_words", "zh-Hant": "observed_words_zh_hant", "zh-Hans": "observed_words_zh_hans"}
    said: Mapping[str, Any] = each
    result = Result(**{name: value for name, value in said.items() if name not in words.values()})
    description, spoken = _description(result, language)
    # A failure that does not block must not look like one that does.
    warned = result.status == "failed" and not result.blocks
    return {
        **each,
        "description": description,
        "language": None if spoken == language else spoken,
        "expected_words": expect(result, say),
        "observed_words": said.get(words[language], each["observed_words"]),
        "outcome": say("outcome_waived" if result.waived else f"outcome_{result.status}"),
        "checked_by": say(ENGINES[result.engine]),
        "colour": "warned" if warned else result.status,
        "waived": result.waived,
        "asks": result.engine == "guard" and result.blocks,
        "table": _table(result, say),
    }


def _description(result: Result, language: str) -> tuple[str, str]:
    """The description and the language that it is in: English where the suite has no other."""
    if language == "en" or result.description_zh_hant is None:
        return result.description, "en"
    chinese = result.description_zh_hant
    return (chinese if language == "zh-Hant" else to_simplified(chinese)), language


def _table(result: Result, say: Say) -> dict[str, Any] | None:
    """The samples as columns and rows; empty values alone are no sample worth a table."""
    if not result.samples or all(sample is None for sample in result.samples):
        return None
    if isinstance(result.samples[0], dict):
        columns = list(result.samples[0])
        return {"columns": columns, "rows": [[row.get(name) for name in columns] for row in result.samples]}
    columns = result.columns or [say("value")]
    return {"columns": columns, "rows": [row if isinstance(row, list) else [row] for row in result.samples]}


def _cell(say: Say, value: Any) -> str:
    """A sample's value as text; what is empty says so, or it would look like a blank."""
    if value is None:
        return say("empty_cell")
    return str(value).lower() if isinstance(value, bool) else str(value)
