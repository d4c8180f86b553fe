"""Which functions the SQL of marts and suites may call (functions.txt), and which depend on the order of rows."""

from __future__ import annotations

from functools import cache
from pathlib import Path

TABLES, BOUND, ORDER, FLOATS = "tables", "bound", "of order", "of floats"

# The variables that a monthly mart reads with getvariable; `measure` sets them.
OF_A_MONTH = frozenset({"month", "month_start", "month_end"})


@cache
def list_functions(*but: str) -> frozenset[str]:
    """The names of all groups but those in `but`, in lower case."""
    return frozenset(
        name.replace("~", " ").lower() if name.startswith("IS~") else name.lower()
        for group, names in _groups()
        if group not in but
        for name in names
    )


@cache
def group(name: str) -> frozenset[str]:
    """The functions of one group."""
    return frozenset(each for of, names in _groups() if of == name for each in names)


@cache
def _groups() -> tuple[tuple[str, tuple[str, ...]], ...]:
    lines = (Path(__file__).parent / "functions.txt").read_text("utf-8").splitlines()
    parts = (line.partition(": ") for line in lines if line and not line.startswith("#"))
    return tuple((group, tuple(names.split())) for group, _, names in parts)
