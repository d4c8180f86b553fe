"""The page and the summary on the terminal, from the results."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2

from bench import figures
from bench.child import Figures
from bench.growth_page import WORDS, growth_sections, growth_targets
from bench.kept import Part, Results
from bench.parts import GROWTH, KEPT
from bench.places import RECORDS, TABLES

DATASETS = (*RECORDS, "marts", "months", "all months")
PARTS = {
    "way": "the pipeline",
    "limit": "the limit",
    "limit_kept": "the lower limit",
    "download": "fetching the pages alone",
    "pandas": "pandas and GX",
}


def page(results: Results) -> str:
    """The results as the Markdown of docs/reference/performance.md."""
    folder = Path(__file__).parent
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # Markdown, from our own figures
    )
    environment.filters["median"] = statistics.median
    return environment.get_template("performance.md.jinja").render(_context(results))


def pictures(results: Results) -> dict[str, str]:
    """The pictures of the page: file name → SVG."""
    return {section.picture: section.svg for section in growth_sections(results["parts"])}


def summary(results: Results) -> list[str]:
    """The ratios and the targets of growth as lines of text."""
    lines = []
    for one in figures.ratios(_merged(results["parts"])):
        target = ""
        if one.target is not None:
            target = f"   target {one.bound}: {'reached' if one.reached else 'NOT REACHED'}"
        cpu = f" (processor {one.cpu:.2f})" if one.cpu is not None else ""
        lines.append(f"{one.value:8.2f}{one.unit}{cpu}  {one.what}{target}")
    for step, aim, value in growth_targets(results["parts"]):
        shown = "not measured" if value is None else f"{value:8.2f}{aim.unit}"
        reached = "reached" if value is not None and value <= aim.most else "NOT REACHED"
        lines.append(
            f"{shown}  {step}: {WORDS[aim.figure]}   target at most {aim.most:.3g}{aim.unit}: {reached}"
        )
    return lines


def _merged(parts: Mapping[str, Part]) -> Figures:
    """The figures of all parts as one: those of the year's comparisons, and each other part under its name."""
    others = {name: part["figures"] for name, part in parts.items() if name != "year" and name not in GROWTH}
    return others | (parts["year"]["figures"] if "year" in parts else {})


def _context(results: Results) -> dict[str, Any]:
    parts = results["parts"]
    merged = _merged(parts)
    commits = sorted({part["commit"] for part in parts.values()})
    newest = max(parts.values(), key=lambda part: part["date"], default=None)
    return {
        "version": results["version"],
        "measured": parts,
        "missing": [name for name in KEPT if name not in parts],
        "commits": commits,
        "hardware": newest["hardware"] if newest else None,
        "load": [value for part in parts.values() for value in part["load"]],
        "ratios": figures.ratios(merged),
        "growth": growth_sections(parts),
        "run": merged.get("run"),
        "release": _release(merged),
        "year": _year(merged) if "way" in merged else None,
    }


def _release(merged: Figures) -> Figures | None:
    release = merged.get("release")
    if not release:
        return None
    pairs = [(pair["release"][1], pair["bare COPY"][1] + pair["SHA-256"][1]) for pair in release["pairs"]]
    bare = statistics.median(one for _, one in pairs)
    shares = {"ratios": [ours / one for ours, one in pairs], "gzip_share": release["gzip"][1] / bare}
    return dict(release | shares)


def _year(results: Figures) -> dict[str, Any]:
    """What the page says of the year of 1823 records."""
    way = results["way"]
    rows = results["source"]["rows"]
    found: dict[str, Any] = {
        "months": results["months"],
        "source": results["source"],
        "records": sum(rows.values()),
        "way": way[-1],
        "truth": results["truth"],
        "faults": results.get("faults"),
        "expectations": results["truth"]["verdicts"] // len(results["months"]),
        "download_share": None,
        "datasets": DATASETS,
        "steps": _steps(way),
        "parts": [(words, results[name]) for name, words in PARTS.items() if name in results],
        "airflow": None,
        "linearity": {},
        "frictionless": None,
    }
    if "limit" in results:
        found["download_share"] = figures.total(results["download"]) / figures.total(results["limit"])
    if schema := results.get("schema"):
        found["linearity"] = {table: figures.linearity(schema, table) for table in TABLES}
        found["frictionless"] = figures.scaled(schema, rows)
        found["frictionless_runs"] = len(schema)
        found["samples"] = sum(one["large"]["rows"] for one in schema[0]["samples"].values())
    if "airflow" in results:
        found["airflow"] = figures.airflow(results)
        found["airflow_run"] = results["airflow"]
        found["airflow_month"] = results["airflow"]["month"]
    if years := results.get("years"):
        found["parts"].append((f"the pipeline for {years['months']} months", [years["way"]]))
    return found


def _steps(way: list[Figures]) -> list[tuple[str, list[float], float]]:
    """For each step of the way: its share of the time of all steps by dataset, and together."""
    seconds = {name: [figures.step(way, name, dataset) for dataset in DATASETS] for name in way[0]["steps"]}
    whole = sum(map(sum, seconds.values()))
    return [(name, [one / whole for one in each], sum(each) / whole) for name, each in seconds.items()]
