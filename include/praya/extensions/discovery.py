"""The entry points of installed packages, and the modules of a package that holds one file a kind.

A package adds to a group in its `pyproject.toml`, for example
`[project.entry-points."praya.reports"]` with `hk = "praya_hk.reports.kinds"`.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from types import ModuleType
from typing import Any

from praya.errors import ExtensionError, codes
from praya.text.outside import quote

# A package in which each module has a REPORT.
REPORTS = "praya.reports"
# A function that is a command of `praya`; its name is the entry point's.
COMMANDS = "praya.commands"


@cache
def load_extensions(group: str) -> dict[str, Any]:
    """What is added to the group, by its name, in the order of names.

    Raises ExtensionError where it cannot be imported, or where two packages add one name.
    """
    found: dict[str, Any] = {}
    for point in sorted(entry_points(group=group), key=lambda point: (point.name, point.value)):
        where = f"the entry point {quote(point.name)} of {group} ({quote(point.value)})"
        if point.name in found:
            said = f"{where} has the name of another; rename one of them in its package"
            raise ExtensionError(codes.package.EXTENSION_NAME_TAKEN, said)
        try:
            found[point.name] = point.load()
        except (ImportError, AttributeError) as error:
            raise ExtensionError(
                codes.package.EXTENSION_NOT_IMPORTED,
                f"{where} cannot be imported: {quote(error)}; install the package whole, or remove it",
            ) from error
    return found


def modules_in(package: ModuleType) -> Iterator[ModuleType]:
    """The modules of a package, imported, in the order of names."""
    for name in sorted(one.name for one in pkgutil.iter_modules(package.__path__)):
        yield import_module(f"{package.__name__}.{name}")
