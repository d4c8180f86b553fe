"""Coordinates that are finer than allowed, in texts and as columns."""

from __future__ import annotations

import random

import pyarrow as pa

from disclosure.recognise.looked import kinds_of, searched
from praya.disclosure.recognise import Precision

FINE = [
    "22.319304,114.169361", "(114.169361 22.319304)", "POINT(114.169361 22.319304)", "22.3193° N, 114.1694° E",
    '{"lat": 22.319304, "lng": 114.169361}', "latitude 22.319304", "緯度：22.319304", "@22.319304,114.169361,17z",
    "22.319, 114.169361", "E835193 N821445", "835193.5, 821445.1",
]  # fmt: skip
COARSE = [
    "22.319, 114.169",
    "22.319000, 114.169000",
    "835100, 821400",
    "22.35%",
    "114.5 mm",
    "37.7812, -122.4113",
]


def test_in_a_text() -> None:
    assert [text for text, kinds in kinds_of(FINE).items() if kinds != {"coordinates"}] == []
    assert [text for text, kinds in kinds_of(COARSE).items() if kinds] == []


def _places(size: int, decimals: int) -> dict[str, list[float]]:
    draw = random.Random(1)
    return {
        "p": [round(draw.uniform(22.2, 22.5), decimals) for _ in range(size)],
        "q": [round(draw.uniform(113.9, 114.3), decimals) for _ in range(size)],
    }


def test_columns_of_degrees_by_their_values() -> None:
    fine = _places(200, 6)
    fine |= {f"text_{name}": [str(value) for value in values] for name, values in fine.items()}
    assert {(each.column, each.kind) for each in searched(pa.table(fine))} == {
        (name, "coordinates") for name in fine
    }
    assert searched(pa.table(_places(200, 3))) == []
    assert searched(pa.table(_places(200, 3)), precision=Precision(decimals=2)) != []
    # A share of 22.3512 among others is no latitude.
    shares = [random.Random(n).uniform(0, 100) for n in range(2_000)]
    assert searched(pa.table({"share": shares})) == []
    assert {each.column for each in searched(pa.table({"latitude": shares}))} == {"latitude"}


def test_columns_of_the_grid_by_name_or_beside_each_other() -> None:
    draw = random.Random(2)
    east = [draw.randrange(805_000, 850_000) for _ in range(200)]
    north = [draw.randrange(806_000, 845_000) for _ in range(200)]
    assert searched(pa.table({"a": east})) == []
    assert {each.column for each in searched(pa.table({"a": east, "b": north}))} == {"a", "b"}
    assert {each.column for each in searched(pa.table({"easting": east, "population": [7] * 200}))} == {
        "easting"
    }
    coarse = [value // 100 * 100 for value in east]
    assert searched(pa.table({"easting": coarse})) == []
    assert searched(pa.table({"easting": coarse}), precision=Precision(metres=1000)) != []
