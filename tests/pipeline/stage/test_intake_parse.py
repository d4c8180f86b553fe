"""Every format is read cell by cell as an independent reader reads it, and its count is another's: CSV as Python's csv
module does, JSON as ijson, Parquet as PyArrow."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from typing import Any

import ijson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from made import field, make_contract, put_snapshot, rows_of
from praya.contract import Contract
from praya.errors import StageError
from praya.pipeline.stage import stage_table
from praya.pipeline.stage.encoded_text import transcode
from praya.store import Store

PER_TEST = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
CELLS = st.lists(
    st.sampled_from([*"ab1 ,;|\t'\"\n-", "\r\n", "名", "é", "\u2028", "\ufeff"]), max_size=6
).map("".join)
WIDTH = 3


def staged(store: Store, contract: Contract, data: bytes) -> tuple[list[Any], set[int], int]:
    """The rows, the numbers of the records in quarantine, and how many records came in."""
    put_snapshot(store, contract, data)
    state = stage_table(contract, store)
    quarantine = rows_of(store.path(state.quarantine))
    assert state.rows_in == state.rows_out + state.rows_quarantined
    return rows_of(store.path(state.table)), {row[0] for row in quarantine}, state.rows_in


@PER_TEST
@given(
    rows=st.lists(st.lists(CELLS, min_size=WIDTH, max_size=WIDTH + 2), max_size=8),
    delimiter=st.sampled_from(",;|\t"),
    end=st.sampled_from(["\n", "\r\n"]),
    everywhere=st.booleans(),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le"]),
    last=st.booleans(),
)
def test_csv_is_read_as_pythons_csv_module_reads_it(
    rows: list[list[str]], delimiter: str, end: str, everywhere: bool, encoding: str, last: bool, store: Store
) -> None:
    """Values as they are, whatever stands in them; a record with surplus cells, and no other, in quarantine."""
    buffer = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if everywhere else csv.QUOTE_MINIMAL
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator=end, quoting=quoting)
    writer.writerow(["nr", "a", "b", "c"])
    writer.writerows([number, *row] for number, row in enumerate(rows, 1))
    text = buffer.getvalue()
    text = text if last else text.removesuffix(end)
    fields = [field("nr", "integer"), *(field(name) for name in "abc")]
    contract = make_contract(*fields, source={"delimiter": delimiter, "encoding": encoding})
    table, bad, came = staged(store, contract, text.encode(encoding))
    read = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))[1:]
    assert came == len(read) == len(rows)
    assert bad == {number for number, cells in enumerate(read, 1) if len(cells) != WIDTH + 1}
    good = [cells for cells in read if len(cells) == WIDTH + 1]
    assert table == [(int(nr), *(cell or None for cell in cells)) for nr, *cells in good]


@PER_TEST
@given(data=st.data(), rows=st.lists(st.lists(CELLS, min_size=WIDTH, max_size=WIDTH), min_size=1, max_size=6))
def test_a_damaged_csv_loses_no_line_without_a_word(
    rows: list[list[str]], data: st.DataObject, store: Store
) -> None:
    """Whatever is done to a byte, each line of the file is in the table, in quarantine, or the file is refused."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n", quoting=csv.QUOTE_ALL)
    plain = [[cell.replace("\n", "").replace("\r", "") for cell in row] for row in rows]
    writer.writerows([str(number), *row] for number, row in enumerate(plain, 1))
    body = buffer.getvalue().encode()
    at = data.draw(st.integers(0, len(body) - 1))
    change = data.draw(st.sampled_from([b"", b'"', b",", b"\xff", b"x"]))
    body = body[:at] + change + body[at + data.draw(st.integers(0, 1)) :]
    contract = make_contract(field("nr"), *(field(name) for name in "abc"))
    put_snapshot(store, contract, b"nr,a,b,c\n" + body)
    try:
        state = stage_table(contract, store)
    except StageError:
        return
    quarantine = rows_of(store.path(state.quarantine))
    raw = {(row[0], row[-1]) for row in quarantine}
    lines = state.rows_out + sum(text.count("\n") + 1 for _, text in raw)
    # A value of two lines in a row that is good: the quote before it was added or taken.
    inside = sum(str(cell).count("\n") for row in rows_of(store.path(state.table)) for cell in row)
    empty = sum(not line for line in body.split(b"\n")[:-1])
    assert lines + inside + empty >= len(body.removesuffix(b"\n").split(b"\n"))


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.decimals(allow_nan=False, allow_infinity=False), CELLS
)


@PER_TEST
@given(rows=st.lists(st.tuples(VALUES, VALUES), max_size=8), indent=st.sampled_from([None, 2]))
def test_json_is_read_as_ijson_reads_it(
    rows: list[tuple[Any, Any]], indent: int | None, store: Store
) -> None:
    def spelled(value: Any) -> str:
        return str(value) if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False)

    records = [f'{{"nr": {nr}, "a": {spelled(a)}, "b": {spelled(b)}}}' for nr, (a, b) in enumerate(rows)]
    text = "[" + (",\n" if indent else ",").join(records) + "]"
    contract = make_contract(field("nr", "integer"), field("a"), field("b"), source={"format": "json"})
    table, bad, came = staged(store, contract, text.encode())
    read = list(ijson.items(io.BytesIO(text.encode()), "item"))
    assert came == len(read) and not bad
    for (nr, *texts), record in zip(table, read, strict=True):
        assert nr == record["nr"]
        for found, value in zip(texts, (record["a"], record["b"]), strict=True):
            if value is None or value == "":
                assert found is None
            elif isinstance(value, bool):
                assert found == str(value).lower()
            elif isinstance(value, str):
                assert found == value
            else:
                assert Decimal(found) == value


DEGREES = st.decimals(-90, 90, places=6)
POSITION = st.tuples(DEGREES, DEGREES).map(list)
LINE = st.lists(POSITION, max_size=3)
GEOMETRY = st.one_of(
    st.none(),
    st.builds(lambda at: {"type": "Point", "coordinates": at}, POSITION),
    st.builds(lambda at: {"type": "LineString", "coordinates": at}, LINE),
    st.builds(lambda at: {"type": "Polygon", "coordinates": [at]}, LINE),
)


@PER_TEST
@given(features=st.lists(st.tuples(CELLS, GEOMETRY), max_size=6), first=st.booleans())
def test_geojson_is_read_as_ijson_reads_it(
    features: list[tuple[str, Any]], first: bool, store: Store
) -> None:
    """Properties, the first position of points, and geometries whole."""

    def spelled(value: Any) -> str:
        if isinstance(value, dict):
            return "{" + ",".join(f"{json.dumps(key)}:{spelled(item)}" for key, item in value.items()) + "}"
        if isinstance(value, list):
            return "[" + ", ".join(map(spelled, value)) + "]"
        return str(value) if isinstance(value, Decimal) else json.dumps(value, ensure_ascii=False)

    inside = spelled(
        [
            {"type": "Feature", "properties": {"nr": nr, "name": name}, "geometry": geometry}
            for nr, (name, geometry) in enumerate(features)
        ]
    )
    head, tail = ('"type":"FeatureCollection",', "") if first else ("", ',"type":"FeatureCollection"')
    text = f'{{{head}"features":{inside}{tail}}}'
    fields = [
        field("nr", "integer", source="properties.nr"),
        field("name", source="properties.name"),
        field("kind", source="geometry.type"),
        field("geometry", source="geometry.coordinates"),
    ]
    source = {"format": "json", "records": "$.features", "ignore_columns": ["type"]}
    contract = make_contract(*fields, source=source)
    if features and all(geometry is None for _, geometry in features):
        return  # a place that no record has is a missing column
    table, bad, came = staged(store, contract, text.encode())
    read = list(ijson.items(io.BytesIO(text.encode()), "features.item"))
    assert came == len(read) and not bad
    for (nr, name, kind, geometry), record in zip(table, read, strict=True):
        at = record["geometry"]
        assert (nr, name) == (record["properties"]["nr"], record["properties"]["name"] or None)
        assert kind == (at and at["type"])
        assert (None if geometry is None else json.loads(geometry, parse_float=Decimal)) == (
            at and at["coordinates"]
        )


@PER_TEST
@given(
    rows=st.lists(st.tuples(st.none() | CELLS, st.none() | st.integers(-(2**63), 2**63 - 1),
                            st.none() | st.booleans(), st.none() | st.dates(),
                            st.none() | st.decimals(-10**8, 10**8, places=2)), max_size=8),
    group=st.integers(1, 3),
)  # fmt: skip
def test_parquet_is_read_as_pyarrow_reads_it(rows: list[tuple[Any, ...]], group: int, store: Store) -> None:
    names = ["nr", "t", "i", "b", "d", "n"]
    types = [pa.int64(), pa.string(), pa.int64(), pa.bool_(), pa.date32(), pa.decimal128(18, 2)]
    columns = [list(range(len(rows))), *([row[place] for row in rows] for place in range(5))]
    arrays = [pa.array(values, kind) for values, kind in zip(columns, types, strict=True)]
    buffer = io.BytesIO()
    pq.write_table(pa.table(dict(zip(names, arrays, strict=True))), buffer, row_group_size=group)
    kinds = [("i", "integer", {}), ("b", "boolean", {}), ("d", "date", {}), ("n", "number", {"decimals": 2})]
    fields = [field("nr", "integer"), field("t"), *(field(name, kind, **more) for name, kind, more in kinds)]
    contract = make_contract(*fields, source={"format": "parquet"})
    table, bad, came = staged(store, contract, buffer.getvalue())
    buffer.seek(0)
    read = [tuple(row.values()) for row in pq.ParquetFile(buffer).read().to_pylist()]
    assert came == len(read) and not bad
    assert table == [(nr, text or None, *rest) for nr, text, *rest in read]


@pytest.mark.parametrize("encoding", ["big5", "big5hkscs", "gb18030", "shift_jis", "utf-16-be", "cp1252"])
def test_every_encoding_is_read_as_python_reads_it_whatever_the_chunks(
    encoding: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = "é,ß" if encoding == "cp1252" else "東京,中文"
    text = "id,a,b\n" + "".join(f"{number},{words}\n" for number in range(50))
    contract = make_contract(field("id", "integer"), field("a"), field("b"), source={"encoding": encoding})
    path = store.root / "work" / "x"
    path.write_bytes(text.encode(encoding))
    for chunk in (1, 2, 3, 7):
        monkeypatch.setattr("praya.pipeline.stage.encoded_text.CHUNK", chunk)
        assert transcode(contract, path, store.root / "work").read_text("utf-8") == text
