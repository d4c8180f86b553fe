"""All codes, found in the modules of `praya.errors.codes`, one of each area."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from typing import NamedTuple

from praya.errors import codes
from praya.errors.error_code import Code

# Codes that were documented once and are used no more: their numbers are not given again.
RETIRED: frozenset[str] = frozenset()


class Area(NamedTuple):
    """A part of Praya: its name in codes (`STAGE`), what it is about, its codes by number, and by the name of a code
    what it is called where it is raised (`codes.stage.ROWS_OUTSIDE_LIMITS`)."""

    name: str
    about: str
    codes: tuple[Code, ...]
    constants: Mapping[str, str]


def all_areas() -> list[Area]:
    """Every area by name, with its codes."""
    areas = []
    for each in sorted(pkgutil.iter_modules(codes.__path__), key=lambda each: each.name):
        module = importlib.import_module(f"{codes.__name__}.{each.name}")
        area = each.name.removesuffix("_codes")
        constants = {code: name for name, code in vars(module).items() if isinstance(code, Code)}
        ordered = tuple(sorted(constants, key=lambda code: code.number))
        raised_as = {code.name: f"codes.{area}.{name}" for code, name in constants.items()}
        areas.append(Area(area.upper(), (module.__doc__ or "").strip(), ordered, raised_as))
    return areas


def all_codes() -> list[Code]:
    """Every code, by area and number."""
    return [code for area in all_areas() for code in area.codes]


def find_code(name: str) -> Code | None:
    """The code of that name, in letters of any case; None where there is none."""
    return next((code for code in all_codes() if code.name == name.strip().upper()), None)
