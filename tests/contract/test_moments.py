"""Moments that people read are formatted in one place, in the time of Hong Kong, and say so."""

from __future__ import annotations

import ast
import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from praya.contract.zone import HONG_KONG, ZONE, show_moment

INCLUDE = Path(__file__).parents[2] / "include"
ROOMS = (INCLUDE / "praya", INCLUDE / "praya_hk", INCLUDE / "praya_airflow")
PLACE = "praya/contract/zone.py"
# What is no moment for people, or has its zone beside it: file → the format, and why it may.
OTHERWISE = {
    "praya/site/portal/release_calendar.py": "its column and its JSON are in Hong Kong time, as the calendar says",
    "praya/history/versions_index.py": "the portal's own names of its archive, in Hong Kong time",
    "praya/cli/groups/preview_commands.py": "what an option may be written as, in Hong Kong time",
    "praya/observe/log_output.py": "logs, in the zone that their caller asks for",
    "praya/history/rows.py": "SQL of a file for machines; a Z is put behind it",
    "praya/pipeline/release/text_lines.py": "SQL of a file for machines; a Z is put behind it",
    "praya/site/portal/feed.py": "what the id of an event is made from",
}
MACHINE = re.compile(r"%[zZ]|Z'?$|\+08:00$")  # ISO 8601 with an offset, and what SQL writes into files
NAMES = "at|received_at|issued|published_at|judged_at|known_at|approved_at|expires|since"
SHOWN_RAW = re.compile(rf"\{{\{{\s*[\w.\[\]'\"]*[.\[]['\"]?({NAMES})['\"]?\]?\s*(\[.*?\])?\s*\}}\}}")


def trees() -> Iterator[tuple[str, ast.AST]]:
    """All code but that of the generator of sources, which writes as its departments would."""
    sources = set((INCLUDE / "praya_hk" / "sources").rglob("*.py"))
    for room in ROOMS:
        for path in sorted(set(room.rglob("*.py")) - sources):
            yield path.relative_to(INCLUDE).as_posix(), ast.parse(path.read_text("utf-8"))


def formats(tree: ast.AST) -> Iterator[str]:
    """Every text of the code that is a format with an hour."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "%H" in node.value:
            yield node.value


def raw(tree: ast.AST) -> Iterator[str]:
    """Every value in an f-string that is a moment by its name, as it is stored: `{line.at}`, `{one['received_at']}`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FormattedValue):
            value = node.value
            name = value.attr if isinstance(value, ast.Attribute) else None
            if isinstance(value, ast.Subscript) and isinstance(value.slice, ast.Constant):
                name = str(value.slice.value)
            if name and re.fullmatch(NAMES, name):
                yield ast.unparse(node.value)


def test_hours_are_formatted_in_one_place() -> None:
    known = (PLACE, *OTHERWISE)
    every = [(name, text) for name, tree in trees() for text in formats(tree)]
    assert {name for name, _ in every} >= {PLACE} | {name for name in OTHERWISE if "feed" not in name}
    assert [(name, text) for name, text in every if name not in known and not MACHINE.search(text)] == []


def test_nothing_for_people_has_a_moment_as_it_is_stored() -> None:
    assert [(name, text) for name, tree in trees() for text in raw(tree) if name not in OTHERWISE] == []


def test_no_template_shows_a_moment_as_it_is_stored() -> None:
    pages = [path for room in ROOMS for path in sorted(room.rglob("templates/*.html"))]
    assert len(pages) > 10
    found = {match.group(0) for path in pages for match in SHOWN_RAW.finditer(path.read_text("utf-8"))}
    assert found - {"{{ t.since }}"} == set()  # the heading of a column


@pytest.mark.parametrize(
    "text",
    ["{{ line.at }}", "{{ dataset.received_at }}", "{{ one['at'] }}", "{{ run.at[5:10] }}", "{{ v.issued }}"],
)
def test_the_search_finds_them(text: str) -> None:
    assert SHOWN_RAW.search(text)
    assert not SHOWN_RAW.search(text.replace("{{ ", "{{ show(").replace(" }}", ") }}"))


ZONES = st.integers(-12 * 60, 14 * 60).map(lambda minutes: dt.timezone(dt.timedelta(minutes=minutes)))
AWARE = st.datetimes(dt.datetime(1980, 1, 1), dt.datetime(2200, 1, 1), timezones=ZONES)


@given(AWARE, st.sampled_from(sorted(ZONE)))
def test_any_moment_is_shown_on_the_clock_of_hong_kong_with_its_zone(at: dt.datetime, language: str) -> None:
    local = at.astimezone(HONG_KONG)
    shown = show_moment(at, language)
    assert ZONE[language] in shown and f"{local:%H:%M}" in shown and str(local.year) in shown
    assert show_moment(at.isoformat(), language) == shown
    assert shown.startswith(show_moment(at, language, zone=False))
    numbers = [int(one) for one in re.findall(r"\d+", show_moment(at, "zh-Hant"))]
    assert numbers == [local.year, local.month, local.day, local.hour, local.minute]


@given(st.datetimes())
def test_a_moment_without_a_zone_is_refused(at: dt.datetime) -> None:
    with pytest.raises(ValueError, match="has no zone"):
        show_moment(at)
