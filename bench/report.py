"""The page and the summary on the terminal, from the results."""

from __future__ import annotations

import statistics
from pathlib import Path
from typing import Any

import jinja2

from bench import figures
from bench.child import Figures
from bench.places import RECORDS, TABLES

DATASETS = (*RECORDS, "marts", "months", "all months")
PARTS = {
    "way": "the pipeline",
    "limit": "the limit",
    "limit_kept": "the lower limit",
    "download": "fetching the pages alone",
    "pandas": "pandas and GX",
}


def page(results: Figures, whole: bool) -> str:
    """The results as the Markdown of docs/reference/performance.md; unless `whole`, it says that it is a quick try."""
    folder = Path(__file__).parent
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # Markdown, from our own figures
    )
    environment.filters["median"] = statistics.median
    return environment.get_template("performance.md.jinja").render(_context(results, whole))


def summary(results: Figures) -> list[str]:
    """The ratios as lines of text."""
    lines = []
    for one in figures.ratios(results):
        target = ""
        if one.target is not None:
            bound = "at least" if one.least else "at most"
            target = (
                f"   target {bound} {one.target:g}{one.unit}: {'reached' if one.reached else 'NOT REACHED'}"
            )
        cpu = f" (processor {one.cpu:.2f})" if one.cpu is not None else ""
        lines.append(f"{one.value:8.2f}{one.unit}{cpu}  {one.what}{target}")
    return lines


def _context(results: Figures, whole: bool) -> dict[str, Any]:
    way = results["way"]
    rows = results["source"]["rows"]
    found: dict[str, Any] = {
        "whole": whole,
        "months": results["months"],
        "began": results["began"],
        "hardware": results["hardware"],
        "load": results["load"],
        "source": results["source"],
        "records": sum(rows.values()),
        "way": way[-1],
        "ratios": figures.ratios(results),
        "truth": results["truth"],
        "faults": results.get("faults"),
        "release": results.get("release"),
        "expectations": results["truth"]["verdicts"] // len(results["months"]),
        "download_share": figures.total(results["download"]) / figures.total(results["limit"]),
        "datasets": DATASETS,
        "steps": _steps(way),
        "parts": [(words, results[name]) for name, words in PARTS.items() if name in results],
        "airflow": None,
        "linearity": {},
        "frictionless": None,
    }
    if schema := results.get("schema"):
        found["linearity"] = {table: figures.linearity(schema, table) for table in TABLES}
        found["frictionless"] = figures.scaled(schema, rows)
        found["frictionless_runs"] = len(schema)
        found["samples"] = sum(one["large"]["rows"] for one in schema[0]["samples"].values())
    if release := found["release"]:
        pairs = [(pair["release"][1], pair["bare COPY"][1] + pair["SHA-256"][1]) for pair in release["pairs"]]
        bare = statistics.median(one for _, one in pairs)
        shares = {"ratios": [ours / one for ours, one in pairs], "gzip_share": release["gzip"][1] / bare}
        found["release"] = release | shares
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
