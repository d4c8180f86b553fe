"""All codes, found in the modules of `praya.errors.codes`, one of each area."""

from __future__ import annotations

import importlib
import pkgutil
from typing import NamedTuple

from praya.errors import codes
from praya.errors.error_code import Code

# Codes that were documented once and are used no more: their numbers are not given again.
RETIRED: frozenset[str] = frozenset()


class Area(NamedTuple):
    """A part of Praya: its name in codes (`STAGE`), what it is about, and its codes by number."""

    name: str
    about: str
    codes: tuple[Code, ...]


def all_areas() -> list[Area]:
    """Every area by name, with its codes."""
    areas = []
    for each in sorted(pkgutil.iter_modules(codes.__path__), key=lambda each: each.name):
        module = importlib.import_module(f"{codes.__name__}.{each.name}")
        there = (code for code in vars(module).values() if isinstance(code, Code))
        ordered = tuple(sorted(there, key=lambda code: code.number))
        areas.append(Area(each.name.removesuffix("_codes").upper(), (module.__doc__ or "").strip(), ordered))
    return areas


def all_codes() -> list[Code]:
    """Every code, by area and number."""
    return [code for area in all_areas() for code in area.codes]


def find_code(name: str) -> Code | None:
    """The code of that name, in letters of any case; None where there is none."""
    return next((code for code in all_codes() if code.name == name.strip().upper()), None)
