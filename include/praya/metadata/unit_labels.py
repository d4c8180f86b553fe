"""What units are called: the labels of the project's code list of units."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from praya.contract.load import load_code_list
from praya.contract.text import Text

UnitLabels = Mapping[str, Text]
FILE = "units.yaml"


def read_unit_labels(code_lists: Path) -> UnitLabels:
    """The labels by unit; contracts may have other units, and a project need not have the list."""
    path = code_lists / FILE
    return {listed.code: listed.label for listed in load_code_list(path).codes} if path.exists() else {}


def name_unit(unit: str, language: str, labels: UnitLabels) -> str:
    """A unit as its reader calls it: the code in English, as in the files; in Chinese its label, where it has one."""
    label = labels.get(unit)
    return unit if language == "en" or label is None else label.in_language(language)
