"""The parts of `make bench`, each of which can be run by itself: which there are, and what measures them."""

from __future__ import annotations

from collections.abc import Sequence

# Compared with each other, in one run.
YEAR = ("limit", "pandas", "frictionless")
OTHERS = ("faults", "gate", "release", "airflow", "years")
# Part → module and what it is on the page.
GROWTH = {
    "growth:releases": ("growth_releases", "Releases of one dataset"),
    "growth:breadth": ("growth_breadth", "Number of datasets"),
    "growth:years": ("growth_years", "Five years of 100 datasets"),
    "growth:ledger": ("growth_ledger", "Lines of the ledger"),
    "growth:joint": ("growth_joint", "Publications of a family"),
    "growth:parsing": ("growth_parsing", "Contracts in DAG files"),
}
RUN = "run"
PARTS = (*YEAR, *OTHERS, *GROWTH, RUN)
# Under which names results are kept.
KEPT = ("year", *OTHERS, *GROWTH, RUN)
# A name for several.
GROUPS = {"year": (*YEAR, *OTHERS), "growth": tuple(GROWTH)}


def expand_parts(names: Sequence[str]) -> list[str]:
    """The parts that these names, of parts or of groups, stand for, in the order of PARTS. Raises ValueError."""
    wanted = {part for name in names for part in GROUPS.get(name, (name,))}
    if wrong := wanted - set(PARTS):
        raise ValueError(f"{', '.join(sorted(wrong))} is not one of {', '.join([*GROUPS, *PARTS])}")
    return [part for part in PARTS if part in wanted]


def kept_name(part: str) -> str:
    """Under which name results are kept: what is compared in one run is one."""
    return "year" if part in YEAR else part
