"""Coordinates of places in Hong Kong that are finer than allowed.

Claimed: a latitude and a longitude beside each other in a text, or one after a word for it; single numbers in a column
whose name says what they are, or most of whose cells lie within Hong Kong's latitudes or longitudes; the same for the
HK1980 Grid, where a column counts only by its name or beside its partner. Finer than allowed is a figure that is no
multiple of the allowed step: 3 decimals of a degree and 100 metres, unless said otherwise.

Missed: degrees and minutes, other grids (UTM, map sheets), plus codes, places outside Hong Kong, and a figure that
happens to be a multiple of the step.
"""

from __future__ import annotations

from dataclasses import dataclass

from praya.disclosure.recognise.recogniser import Recogniser, every, first_of, only

# Hong Kong with its waters, in degrees and in metres of the HK1980 Grid.
LATITUDES, LONGITUDES = (22.13, 22.58), (113.81, 114.52)
EASTINGS, NORTHINGS = (799_000, 872_000), (798_000, 850_000)
EVERYWHERE = (LATITUDES, LONGITUDES, EASTINGS, NORTHINGS)

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


@dataclass(frozen=True)
class Precision:
    """How fine a place may be: decimals of a degree, and metres of the grid."""

    decimals: int = 3
    metres: int = 100


def finer(number: str, precision: Precision) -> str:
    """SQL that is true where a figure is no multiple of the allowed step of its kind."""
    step = f"round({number}::double * {10**precision.decimals}, 6) % 1 <> 0"
    grid = f"round({number}, 3) % {precision.metres} <> 0"
    return f"case when {number} < 1000 then {step} else {grid} end"


def within(number: str, *ranges: tuple[float, float]) -> str:
    """SQL that is true where a number lies in one of the ranges."""
    return "(" + " or ".join(f"{number}::double between {low} and {high}" for low, high in ranges) + ")"


def coordinates(precision: Precision) -> Recogniser:
    """The recogniser for what is finer than `precision`."""

    def fine(value: str) -> str:
        number = f"try_cast(trim({value}) as double)"
        return f"{within(number, *EVERYWHERE)} and {finer(number, precision)}"

    def found(text: str) -> str:
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
        kind="coordinates",
        near="|".join(near),
        found=found,
        mask=lambda v: (
            f"coalesce(nullif(regexp_extract({v}, '^ *(22|11[34])[.]', 1), '') || '.***', '******')"
        ),
        number=lambda v: f"{within(v, *EVERYWHERE)} and {finer(v, precision)}",
        named=_NAMED,
        alone=_ALONE,
    )
