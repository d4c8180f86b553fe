"""One month of the synthetic 1823: four tables from a seed, the same whenever and wherever they are made."""

from __future__ import annotations

import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from praya.errors import PrayaError, codes
from praya_hk.sources.contact_centre import assignments, calls, cases, surveys
from praya_hk.sources.contact_centre.days import YEARS
from praya_hk.sources.contact_centre.draw import month_bounds

SEED = 1823
PROVIDER = "synthetic-1823"
TABLES = ("calls", "cases", "assignments", "surveys")
KEYS = {
    "calls": ("call_id",),
    "cases": ("case_no",),
    "assignments": ("case_no", "seq"),
    "surveys": ("survey_id",),
}
# What says when a row last changed. Calls and surveys never change: they came about then.
CHANGED = {"calls": "ended_at", "cases": "updated_at", "assignments": "updated_at", "surveys": "surveyed_at"}


def month(year_month: str, seed: int = SEED, scale: float = 1.0) -> dict[str, pa.Table]:
    """The tables `calls`, `cases`, `assignments` and `surveys` of one month (`2023-03`), ordered by key.

    Moments are UTC to the second. A call belongs to the month in which it queues (Hong Kong time), a case to the
    month in which it is received, assignments and surveys go with their case. Cases are as they stood at the end
    of the following month. `scale` makes it smaller: 0.01 is one contact in a hundred.
    """
    year, number = parse(year_month)
    taken = calls.make(seed, year, number, scale)
    draft = cases.draft(seed, year, number, scale, taken)
    assigned = assignments.make(seed, year, number, draft, known_until(year_month))
    of_cases = cases.table(seed, year, number, draft, taken, assigned)
    case_no = of_cases["case_no"].combine_chunks()
    made = {
        "calls": taken.table,
        "cases": of_cases,
        "assignments": assignments.table(assigned, case_no),
        "surveys": surveys.table(seed, year, number, draft, case_no),
    }
    mark = {"synthetic": "true", "provider": PROVIDER, "month": year_month}
    return {name: table.replace_schema_metadata(mark) for name, table in made.items()}


def write(tables: dict[str, pa.Table], folder: Path) -> dict[str, Path]:
    """The tables as Parquet in `folder`, marked as synthetic; the same tables give the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {name: folder / f"{name}.parquet" for name in tables}
    for name, table in tables.items():
        pq.write_table(table, files[name], compression="zstd", compression_level=1, row_group_size=65_536)
    return files


def parse(year_month: str) -> tuple[int, int]:
    """Year and month of `2023-03`; PrayaError where it is no month or its holidays are not known."""
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", year_month):
        raise PrayaError(
            codes.simulator.REQUEST_NOT_VALID,
            f"month: {year_month!r} is not a month; write it as YYYY-MM, for example 2023-03",
        )
    year, number = int(year_month[:4]), int(year_month[5:])
    if year not in YEARS:
        raise PrayaError(
            codes.simulator.REQUEST_NOT_VALID,
            f"month: {year_month} is not on offer; there is {YEARS[0]}-01 to {YEARS[-1]}-12",
        )
    return year, number


def following(year_month: str) -> str:
    """The month after this one."""
    year, number = int(year_month[:4]), int(year_month[5:])
    return f"{year + number // 12:04d}-{number % 12 + 1:02d}"


def known_until(year_month: str) -> int:
    """The end of the following month, to the second before: how far a month's records are known."""
    return month_bounds(following(year_month))[1] - 1
