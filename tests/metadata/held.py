"""Validators from outside, and the dictionary's own check, as functions that say what is wrong with a release."""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import frictionless
from csvw.metadata import CSVW
from pyshacl import validate
from rdflib import Graph

from made import data_file

HERE = Path(__file__).parent


def complaints(folder: Path) -> list[Any]:
    """All that any of them says of one release."""
    said = [] if csvw_accepts(folder) else ["csvwvalidate refuses it"]
    shapes_say = objections((folder / "dcat.ttl").read_text("utf-8"))
    return [*faults(folder), *said, *shapes_say.values(), *misfits(folder)]


def faults(folder: Path) -> list[list[str]]:
    """What frictionless finds wrong with a package, by file and kind of error."""
    report = frictionless.Package(str(folder / "datapackage.json")).validate()
    assert report.stats["tasks"] == len(json.loads((folder / "datapackage.json").read_bytes())["resources"])
    return [[task.name, error.type] for task in report.tasks for error in task.errors]


def csvw_accepts(folder: Path) -> bool:
    """What csvwvalidate says. It takes Python's warnings for faults, which by default come but once a process; it is
    blind to a header in another order, and takes any text for a year (frictionless is not, and does not)."""
    (metadata,) = folder.glob("*.csv-metadata.json")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        try:
            return bool(CSVW(str(metadata), validate=True).is_valid)
        except ValueError:
            return False


@cache
def shapes() -> dict[str, Graph]:
    """The shapes of DCAT-AP 3.0.1, and our own for what those let pass."""
    return {name: Graph().parse(HERE / f"{name}.ttl") for name in ("dcat-ap-3.0.1-SHACL", "shapes")}


def objections(turtle: str) -> dict[str, str]:
    """Which shapes refuse the graph, and what they say."""
    found = {}
    graph = Graph().parse(data=turtle, format="turtle")
    for name, each in shapes().items():
        conforms, _, text = validate(graph, shacl_graph=each)
        if not conforms:
            found[name] = str(text)
    return found


# How a value of each type is read back from text: it raises where the text is none.
READERS: dict[str, Callable[[str], Any]] = {
    "string": str,
    "integer": int,
    "number": float,
    "boolean": lambda value: {"true": True, "false": False}[value],
    "date": dt.date.fromisoformat,
    "datetime": lambda value: dt.datetime.fromisoformat(value) if value.endswith("Z") else dt.date(0, 0, 0),
    "time": dt.time.fromisoformat,
    "year": lambda value: int(value) if re.fullmatch(r"\d{4}", value) else dt.date(0, 0, 0),
    "yearmonth": lambda value: dt.date.fromisoformat(f"{value}-01"),
}


def misfits(folder: Path) -> list[str]:
    """Where the released CSV is not what its dictionary says."""
    described = json.loads((folder / "dictionary.json").read_bytes())
    with data_file(folder, f"{described['dataset']}.csv").open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    if header != [each["name"] for each in described["fields"]]:
        return [f"columns: {header}"]
    found = []
    for position, each in enumerate(described["fields"]):
        limits = each.get("constraints", {})
        values = [row[position] for row in rows]
        there = [value for value in values if value != described["missing_value"]]
        if limits.get("required") and len(there) < len(values):
            found.append(f"{each['name']}: missing")
        if limits.get("unique") and len(set(there)) < len(there):
            found.append(f"{each['name']}: twice")
        if codes := limits.get("enum"):
            found += [f"{each['name']}: {value}" for value in there if value not in map(str, codes)]
        for value in there:
            try:
                READERS[each["type"]](value)
            except (ValueError, KeyError):
                found.append(f"{each['name']}: {value}")
        if "decimals" in each:
            found += [
                f"{each['name']}: {value}"
                for value in there
                if len(value.partition(".")[2]) != each["decimals"]
            ]
        found += [
            f"{each['name']}: {value}"
            for value in there
            if ("minimum" in limits and each["type"] == "integer" and int(value) < limits["minimum"])
            or ("maximum" in limits and each["type"] == "integer" and int(value) > limits["maximum"])
            or ("pattern" in limits and not re.fullmatch(limits["pattern"], value))
            or ("maxLength" in limits and len(value) > limits["maxLength"])
        ]
    keys = [tuple(row[header.index(name)] for name in described["primary_key"]) for row in rows]
    return found + (["primary key: twice"] if len(set(keys)) < len(keys) else [])
