"""The page on performance describes this version, and says what its results say."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from bench import kept
from bench.__main__ import PAGE, PICTURES, write_page
from bench.kept import Part, Results, merge_parts, program_version, read_results, write_results
from bench.parts import KEPT, PARTS, expand_parts
from bench.places import ROOT
from bench.report import page, pictures


def read_kept() -> Results:
    results: Results = json.loads(kept.RESULTS.read_text("utf-8"))
    return results


def test_page_and_results_are_of_the_version_of_the_program_and_of_the_changelog() -> None:
    headings = re.findall(r"^## (\d+\.\d+\.\d+)\b", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)
    named = re.search(r"\*\*Praya (\S+)\*\*", PAGE.read_text("utf-8"))
    assert named is not None
    versions = {program_version(), headings[0], read_kept()["version"], named[1]}
    assert versions == {program_version()}, "run `make bench`: CONTRIBUTING.md says how"


def test_the_page_is_what_the_results_say() -> None:
    assert PAGE.read_text("utf-8") == page(read_kept())


def test_the_pictures_are_what_the_results_say() -> None:
    drawn = {path.name: path.read_text("utf-8") for path in PICTURES.glob("performance-*.svg")}
    assert drawn == pictures(read_kept())


def test_results_keep_known_parts_alone() -> None:
    assert set(read_kept()["parts"]) <= set(KEPT)


def test_another_figure_makes_another_page() -> None:
    results = read_kept()
    name = next(name for name in results["parts"] if name.startswith("growth:"))
    results["parts"][name]["figures"]["growths"][0]["points"][0]["cpu_seconds"] *= 3
    assert page(results) != page(read_kept()) and pictures(results) != pictures(read_kept())


def part(commit: str) -> Part:
    (first, *_) = read_kept()["parts"].values()
    return {
        **first,
        "commit": commit,
        "figures": {"install": [60.0, 50.0], "first": [70.0, 90.0], "second": [10.0, 9.0]},
    }


def test_a_part_of_another_commit_is_named_as_such(tmp_path: Path) -> None:
    results = merge_parts(read_kept(), {"run": part("fffffff")})
    write_results(results, tmp_path / "results.json")
    write_page(read_results(tmp_path / "results.json"), tmp_path / "page.md", tmp_path)
    text = (tmp_path / "page.md").read_text("utf-8")
    assert "| run | fffffff |" in text and "at commit" not in text.split("\n\n")[2]
    assert "| `make run` in an empty home, with installing | 130.00 s |" in text


def test_results_of_another_version_are_not_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    write_results({**read_kept(), "version": "0.0.1"}, path)
    assert read_results(path) == {"version": program_version(), "parts": {}}
    text = page(read_results(path))
    assert f"**Not measured at this version**: {', '.join(KEPT)}." in text


@pytest.mark.parametrize(
    ("names", "parts"),
    [
        (["growth:ledger"], ["growth:ledger"]),
        (["run", "growth:ledger", "limit"], ["limit", "growth:ledger", "run"]),
        (["year"], list(PARTS[:8])),
        (["growth", "run"], list(PARTS[8:])),
    ],
)
def test_names_of_groups_stand_for_their_parts(names: list[str], parts: list[str]) -> None:
    assert expand_parts(names) == parts


def test_an_unknown_part_is_refused() -> None:
    with pytest.raises(ValueError, match="gorwth"):
        expand_parts(["gorwth"])
