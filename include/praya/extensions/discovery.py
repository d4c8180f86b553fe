"""What can be added by one file: the specs that the packages of an entry point group declare.

Every kind of addition has a group of entry points, in which Praya's own additions are named as anybody's are. The
value of an entry point is a package, in which each module declares one spec, or a module that declares specs:

    [project.entry-points."praya.output_formats"]
    mine = "my_package.output_formats"

This module is below the contract, which takes the names of formats, methods and rules from it.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from types import ModuleType
from typing import Any, Protocol, TypeVar

from praya.errors import ExtensionError, codes
from praya.text.outside import quote

COLLECTORS = "praya.collectors"
INPUT_FORMATS = "praya.input_formats"
OUTPUT_FORMATS = "praya.output_formats"
METADATA_STANDARDS = "praya.metadata_standards"
RULE_KINDS = "praya.rule_kinds"
RECOGNISERS = "praya.recognisers"
DISCLOSURE_METHODS = "praya.disclosure_methods"
REPORTS = "praya.reports"
COMMAND_GROUPS = "praya.command_groups"
API_ROUTES = "praya.api_routes"


class Spec(Protocol):
    """What every spec has; the rest is its kind's own."""

    @property
    def name(self) -> str:
        """How contracts, commands and messages call it."""
        ...


S = TypeVar("S", bound=Spec)


@cache
def discover_specs(kind: type[S], group: str) -> dict[str, S]:
    """The specs of `kind` that the packages of `group` declare, by their names, in the order of names.

    Raises ExtensionError where a module cannot be imported, where one declares no spec, and where two specs have one
    name: an addition that is silently missing would not be noticed.
    """
    specs: dict[str, S] = {}
    for where, module in _modules(group):
        declared = [value for value in vars(module).values() if isinstance(value, kind)]
        if not declared:
            raise ExtensionError(
                codes.package.EXTENSION_WITHOUT_SPEC,
                f"{where}: the module {module.__name__} declares no {kind.__name__}; declare one, or move the module "
                "out of the package",
            )
        for spec in declared:
            if specs.setdefault(spec.name, spec) is not spec:
                raise ExtensionError(
                    codes.package.EXTENSION_NAME_TAKEN,
                    f"{where}: {module.__name__} declares the {kind.__name__} '{quote(spec.name)}', and another module "
                    "has one of this name; rename one of them",
                )
    return dict(sorted(specs.items()))


def call_later(module: str, function: str) -> Callable[..., Any]:
    """A function of a module that is imported when it is called: specs are imported where DAGs are parsed."""

    def call(*arguments: Any, **named: Any) -> Any:
        return getattr(import_module(module), function)(*arguments, **named)

    return call


def _modules(group: str) -> Iterator[tuple[str, ModuleType]]:
    """The modules of a group's entry points, imported, each with the entry point that leads to it, in words."""
    seen: set[str] = set()
    for point in sorted(entry_points(group=group), key=lambda point: (point.name, point.value)):
        where = f"the entry point {quote(point.name)} of {group} ({quote(point.value)})"
        if point.name in seen:
            raise ExtensionError(
                codes.package.EXTENSION_NAME_TAKEN,
                f"{where} has the name of another; rename one of them in its package",
            )
        seen.add(point.name)
        try:
            loaded = point.load()
            if not isinstance(loaded, ModuleType):
                raise ImportError(f"{point.value} is no module")
            modules = [loaded] if not hasattr(loaded, "__path__") else _modules_in(loaded)
        except (ImportError, AttributeError) as error:
            raise ExtensionError(
                codes.package.EXTENSION_NOT_IMPORTED,
                f"{where} cannot be imported: {quote(error)}; install the package whole, or remove it",
            ) from error
        yield from ((where, module) for module in modules)


def _modules_in(package: ModuleType) -> list[ModuleType]:
    names = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    return [import_module(f"{package.__name__}.{name}") for name in names]
