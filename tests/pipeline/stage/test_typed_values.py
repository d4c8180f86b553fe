"""What is read quickly is what is read with care: values as they usually are take a short way to their type."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from made import field
from praya.contract import Field
from praya.pipeline.stage.types import MOMENTS, USUAL_MOMENTS, typed

FIELDS = [
    field("x", "integer"),
    field("x", "integer", groupChar=","),
    field("x", "number"),
    field("x", "number", decimals=2),
    field("x", "boolean"),
    field("x", "date"),
    field("x", "datetime"),
    field("x", "year"),
    field("x", "yearmonth"),
]
CHARACTERS = "0123456789 -+:.,TZeBC()infatyrulse"
SHAPED = st.sampled_from(
    [
        "12",
        "-1.5",
        " 7",
        "1e5",
        "inf",
        "nan",
        "1_000",
        "1,000",
        "true",
        "2023-01-31",
        "2023-01",
        "2023",
        "12.345 ",
    ]
)
NEARLY = st.builds(
    lambda shape, filled: "".join(next(filled) if each == "_" else each for each in shape),
    st.sampled_from(USUAL_MOMENTS),
    st.lists(st.sampled_from(CHARACTERS), min_size=13, max_size=13).map(iter),
)
MOMENT = st.datetimes().map(lambda moment: moment.isoformat(timespec="seconds"))
TEXTS = st.one_of(
    st.text(CHARACTERS, min_size=1, max_size=12),
    SHAPED,
    NEARLY,
    st.builds(
        "{}{}{}".format,
        st.sampled_from(["", " "]),
        MOMENT,
        st.sampled_from(["Z", "+08:00", "", "-05:00", " "]),
    ),
)


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    return connection


@settings(max_examples=300, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=20))
def test_a_usual_moment_needs_no_look_at_its_range(con: duckdb.DuckDBPyConnection, texts: list[str]) -> None:
    looks = " or ".join(f"x like '{usual}'" for usual in USUAL_MOMENTS)
    found = con.execute(
        "select x from (select unnest(?::varchar[]) as x) "
        f"where ({looks}) and try_cast(x as timestamptz) not {MOMENTS}",
        [texts],
    ).fetchall()
    assert not found


@pytest.mark.parametrize("spec", FIELDS, ids=lambda spec: "-".join(map(str, spec.values())))
@settings(max_examples=60, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=20))
def test_spaces_around_a_value_change_nothing(
    con: duckdb.DuckDBPyConnection, spec: dict[str, object], texts: list[str]
) -> None:
    """The short way is tried on the text as it is; with spaces around it only the long way is left."""
    value = typed(Field.model_validate(spec), "x")
    rows = con.execute(
        f"select x, {value}::varchar from (select unnest(?::varchar[]) as x)",
        [[each.strip() or "1" for each in texts]],
    ).fetchall()
    spaced = con.execute(
        f"select x, {value}::varchar from (select '  ' || unnest(?::varchar[]) || ' ' as x)",
        [[x for x, _ in rows]],
    ).fetchall()
    assert [each for _, each in rows] == [each for _, each in spaced]
