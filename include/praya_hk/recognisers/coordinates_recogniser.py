"""Coordinates of places in Hong Kong that are finer than allowed.

Claimed: a latitude and a longitude beside each other in a text, or one after a word for it; single numbers in a column
whose name says what they are, or most of whose cells lie within Hong Kong's latitudes or longitudes; the same for the
HK1980 Grid, where a column counts only by its name or beside its partner. Finer than allowed is a figure that is no
multiple of the allowed step: 3 decimals of a degree and 100 metres, unless said otherwise.

Missed: degrees and minutes, other grids (UTM, map sheets), plus codes, places outside Hong Kong, and a figure that
happens to be a multiple of the step.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from praya.disclosure.recognise.cell_scan import HITS, Column
from praya.disclosure.recognise.judge import Case
from praya.disclosure.recognise.precision import Precision
from praya.disclosure.recognise.recogniser import Recogniser, every, first_of, only
from praya.store.duck import identifier, literal

# Hong Kong with its waters, in degrees and in metres of the HK1980 Grid.
LATITUDES, LONGITUDES = (22.13, 22.58), (113.81, 114.52)
EASTINGS, NORTHINGS = (799_000, 872_000), (798_000, 850_000)
EVERYWHERE = (LATITUDES, LONGITUDES, EASTINGS, NORTHINGS)
# A column of degrees, and one of the grid: such a share of its cells.
MOSTLY, NEARLY_ALL = 0.5, 0.9

_LAT, _LON = r"22\.[1-5][0-9]*", r"11[34]\.[0-9]+"
_BETWEEN = r"(?:[ ,;/|:°NnEe]|&nbsp;|(?i:lat|lon|long|lng|itude)|[\"'=]){1,10}"
_EAST, _NORTH = r"8[0-6][0-9]{4}(?:\.[0-9]+)?", r"(?:79|8[0-4])[0-9]{4}(?:\.[0-9]+)?"
_GRID_BETWEEN = r"[EeNn]?(?:[ ,;/|:]|[mEeNn]){1,6}"
_EDGE = r"(?:^|[^0-9.])"
# Either of a pair counts, whichever stands first.
_PAIRS = [
    rf"{_EDGE}({_LAT}){_BETWEEN}{_LON}",
    rf"{_EDGE}{_LAT}{_BETWEEN}({_LON})",
    rf"{_EDGE}({_LON}){_BETWEEN}{_LAT}",
    rf"{_EDGE}{_LON}{_BETWEEN}({_LAT})",
    rf"{_EDGE}({_EAST}){_GRID_BETWEEN}{_NORTH}\b",
    rf"{_EDGE}{_EAST}{_GRID_BETWEEN}({_NORTH})\b",
    rf"{_EDGE}({_NORTH}){_GRID_BETWEEN}{_EAST}\b",
    rf"{_EDGE}{_NORTH}{_GRID_BETWEEN}({_EAST})\b",
    rf"(?i:lat|lon|lng|緯度|纬度|經度|经度)[^0-9]{{0,10}}({_LAT}|{_LON})",
]
_ALONE = r"[0-9]{2,6}(?:\.[0-9]+)?"
_NAMED = (
    r"(?i)(?:^|[^a-z])(?:lat|long?|lng|lgt)(?:$|[^a-z])|latitude|longitude|easting|northing|coord|^[xy]$"
    r"|經度|经度|緯度|纬度|坐標|座標|坐标|座标"
)


def finer(number: str, precision: Precision) -> str:
    """SQL that is true where a figure is no multiple of the allowed step of its kind."""
    step = f"round({number}::double * {10**precision.decimals}, 6) % 1 <> 0"
    grid = f"round({number}, 3) % {precision.metres} <> 0"
    return f"case when {number} < 1000 then {step} else {grid} end"


def within(number: str, *ranges: tuple[float, float]) -> str:
    """SQL that is true where a number lies in one of the ranges."""
    return "(" + " or ".join(f"{number}::double between {low} and {high}" for low, high in ranges) + ")"


def coordinates_at(precision: Precision) -> Recogniser:
    """The recogniser for what is finer than `precision`."""

    def fine(value: str) -> str:
        number = f"try_cast(trim({value}) as double)"
        return f"{within(number, *EVERYWHERE)} and {finer(number, precision)}"

    def find(text: str) -> str:
        places = [every(text, f"^ *{_ALONE} *$"), *(every(text, pair, 1) for pair in _PAIRS)]
        return first_of(*(only(values, fine) for values in places))

    # More decimals than allowed, and the last of them no zero.
    more = f"[0-9]{{{precision.decimals - 1}}}[0-9]*[1-9]" if precision.decimals else ""
    near = [
        rf"{_EDGE}(?:22\.[1-5]|11[34]\.[0-9]){more}",
        rf"{_EDGE}(?:{_EAST}{_GRID_BETWEEN}{_NORTH}|{_NORTH}{_GRID_BETWEEN}{_EAST})\b",
        r"^ *(?:79|8[0-7])[0-9]{4}(?:\.[0-9]+)? *$",
    ]
    return Recogniser(
        name="coordinates",
        near="|".join(near),
        find=find,
        mask=lambda v: (
            f"coalesce(nullif(regexp_extract({v}, '^ *(22|11[34])[.]', 1), '') || '.***', '******')"
        ),
        number=lambda v: f"{within(v, *EVERYWHERE)} and {finer(v, precision)}",
        named=_NAMED,
        alone=_ALONE,
        other=_find_others,
        innocent=_elsewhere,
        at_precision=coordinates_at,
    )


def _elsewhere(con: duckdb.DuckDBPyConnection, source: str, columns: Sequence[Column]) -> dict[str, str]:
    """Of each column of numbers, SQL of those that are no coordinates by what else is in it (see `_find_others`).

    It is asked for all columns at once and of numbers, before a cell becomes a text.
    """
    if not columns:
        return {}
    counts = ", ".join(
        f"count(*) filter (where {within(cell, bounds)}) / greatest(count({cell}), 1)"
        for cell in (identifier(column.name) for column in columns)
        for bounds in EVERYWHERE
    )
    (shares,) = con.execute(f"select {counts} from {source}").fetchall()
    tests: dict[str, str] = {}
    for at, column in enumerate(columns):
        lat, lon, east, north = shares[4 * at : 4 * at + 4]
        ranges = [] if max(lat, lon) >= MOSTLY else [LATITUDES, LONGITUDES]
        ranges += [] if max(east, north) >= NEARLY_ALL else [EASTINGS, NORTHINGS]
        if ranges:
            tests[column.name] = within(identifier(column.name), *ranges)
    return tests


def _find_others(case: Case) -> str:
    """Numbers of a column that mostly holds others, or of the grid without their partner."""
    lat, lon, east, north = _shares(case, case.column.name)
    columns = case.con.execute(
        f'select distinct "column" from {HITS} where kind = {literal(case.kind.name)} and alone order by 1'
    ).fetchall()
    others = [_shares(case, name) for (name,) in columns if name != case.column.name]
    degrees = max(lat, lon) >= MOSTLY
    grid = any(
        (east >= NEARLY_ALL and other[3] >= NEARLY_ALL) or (north >= NEARLY_ALL and other[2] >= NEARLY_ALL)
        for other in others
    )
    return f"case when try_cast(text as double) < 1000 then {not degrees} else {not grid} end"


def _shares(case: Case, name: str) -> tuple[float, ...]:
    """Of a column's cells, the shares that lie in Hong Kong's latitudes, longitudes, eastings and northings."""
    cell = f"{identifier(name)}::varchar"
    counts = ", ".join(
        f"count(*) filter (where {within(f'try_cast({cell} as double)', bounds)})"
        f" / greatest(count(nullif(trim({cell}), '')), 1)"
        for bounds in EVERYWHERE
    )
    return case.asked(f"select {counts} from {case.source}")


COORDINATES = coordinates_at(Precision())
