"""The results that the repository keeps, docs/reference/performance.json: each part with its commit and date."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any, TypedDict

from bench.child import Figures
from bench.places import ROOT

RESULTS = ROOT / "docs" / "reference" / "performance.json"


class Part(TypedDict):
    """What one part gave: at which commit of the program, on which day (UTC) and machine, in how many seconds of wall
    time, how many processes wanted to run (`load`), and its figures."""

    commit: str
    date: str
    seconds: float
    hardware: Figures
    load: list[float]
    figures: Figures


class Results(TypedDict):
    """The parts that were measured of one version of Praya."""

    version: str
    parts: dict[str, Part]


def program_version() -> str:
    """The version that pyproject.toml names."""
    said = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return str(said["project"]["version"])


def read_results(path: Path = RESULTS) -> Results:
    """The results that are kept; none of another version than the program's, whose figures say nothing of it."""
    version = program_version()
    if path.exists():
        kept: Results = json.loads(path.read_text("utf-8"))
        if kept["version"] == version:
            return kept
    return {"version": version, "parts": {}}


def merge_parts(results: Results, parts: dict[str, Part]) -> Results:
    """The results with these parts in place of earlier ones."""
    together = results["parts"] | parts
    return {"version": results["version"], "parts": dict(sorted(together.items()))}


def write_results(results: Results, path: Path = RESULTS) -> None:
    """Keep the results, with figures rounded to what a measurement can tell."""
    path.write_text(json.dumps(_rounded(results), indent=1, ensure_ascii=False) + "\n", "utf-8")


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if isinstance(value, dict):
        return {name: _rounded(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_rounded(one) for one in value]
    return value
