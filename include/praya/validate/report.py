"""The verdict as a page: one HTML file without scripts or other hosts, to be read, printed and kept."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from praya.validate.result import Result
from praya.validate.words import expect

TEMPLATES = Path(__file__).parent / "templates"
HONG_KONG = ZoneInfo("Asia/Hong_Kong")
OUTCOMES = {"passed": "Pass", "failed": "Fail", "error": "Not checked"}
ENGINES = {"scan": "Praya's scan", "great expectations": "Great Expectations", None: "Not put to the table"}


def render(verdict: dict[str, Any]) -> str:
    """The whole page for a verdict as `verdict.json` holds it; all text is escaped."""
    rows = [_row(each) for each in verdict["expectations"]]
    return str(
        _template().render(
            v=verdict,
            attention=[row for row in rows if row["status"] != "passed"],
            passed=[row for row in rows if row["status"] == "passed"],
        )
    )


@cache
def _template() -> Any:
    """The page's template; a process compiles it once."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "hong_kong": _hong_kong,
        "number": "{:,}".format,
        "rows": lambda number: "few" if number is None else f"{number:,}",
        "cell": _cell,
        "engine": ENGINES.get,
    }
    return environment.get_template("report.html")


def _row(each: dict[str, Any]) -> dict[str, Any]:
    result = Result(**{name: value for name, value in each.items() if name != "observed_words"})
    return {
        **each,
        "expected_words": expect(result),
        "outcome": OUTCOMES[result.status],
        "checked_by": ENGINES[result.engine],
        # A failed warning must not look like what blocks a release.
        "colour": "warned" if (result.status, result.severity) == ("failed", "warning") else result.status,
        "table": _table(result),
    }


def _table(result: Result) -> dict[str, Any] | None:
    """The samples as columns and rows; empty values alone are no sample worth a table."""
    if not result.samples or all(sample is None for sample in result.samples):
        return None
    if isinstance(result.samples[0], dict):
        columns = list(result.samples[0])
        return {"columns": columns, "rows": [[row.get(name) for name in columns] for row in result.samples]}
    columns = result.columns or ["value"]
    return {"columns": columns, "rows": [row if isinstance(row, list) else [row] for row in result.samples]}


def _cell(value: Any) -> str:
    """A sample's value as text; what is empty says so, or it would look like a blank."""
    if value is None:
        return "(empty)"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _hong_kong(moment: str) -> str:
    """An ISO 8601 moment in UTC as people in Hong Kong read it: 4 January 2027, 16:30."""
    local = dt.datetime.fromisoformat(moment).astimezone(HONG_KONG)
    return f"{local.day} {local:%B %Y, %H:%M}"
