"""The reader of JSON agrees cell by cell with an independent one (ijson), on whole, cut and damaged files."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import ijson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from praya.contract.json_path import format_json_path, parse_json_path
from praya.pipeline.stage import json_records
from praya.pipeline.stage.json_records import Document, JsonError, Number, text_of

NUMBERS = st.sampled_from(
    ["0", "-0", "1.10", "1E5", "1e-7", "123456789012345678.9", "99999999999999.99", "-3"]
)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=6)
SCALARS = st.one_of(st.none(), st.booleans(), NUMBERS.map(Number), TEXTS)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
RECORDS = st.lists(st.dictionaries(st.sampled_from(["id", "name", "名"]), VALUES, max_size=3), max_size=6)
BLANKS = st.sampled_from(["", " ", "\n", "\r\n  "])
PER_TEST = settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])


def spelled(value: Any, blank: str) -> str:
    """The value as JSON with `blank` between its tokens; numbers as they are spelled."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, dict):
        inside = (f"{json.dumps(key)}{blank}:{blank}{spelled(item, blank)}" for key, item in value.items())
        return "{" + blank + f"{blank},{blank}".join(inside) + blank + "}"
    if isinstance(value, list):
        return "[" + blank + f"{blank},{blank}".join(spelled(item, blank) for item in value) + blank + "]"
    return json.dumps(value, ensure_ascii=len(blank) > 1)


def read(path: Path, data: bytes, where: str = "$") -> list[Any]:
    path.write_bytes(data)
    return [record.value for record in Document(path, parse_json_path(where)).records()]


def as_decimals(value: Any) -> Any:
    """Spelled numbers as the numbers that they are, as ijson gives them."""
    if isinstance(value, Number):
        return Decimal(value)
    if isinstance(value, dict):
        return {key: as_decimals(item) for key, item in value.items()}
    return [as_decimals(item) for item in value] if isinstance(value, list) else value


def has_half_character(value: Any) -> bool:
    try:
        (text_of(value) or "").encode()
    except UnicodeEncodeError:
        return True
    return False


@PER_TEST
@given(records=RECORDS, blank=BLANKS, chunk=st.integers(1, 40), wrapped=st.booleans())
def test_whole_files_are_read_as_ijson_reads_them(
    records: list[Any], blank: str, chunk: int, wrapped: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_records, "CHUNK", chunk)
    inner = spelled(records, blank)
    text = f'{{"meta":{{"n":1}},{blank}"data":{{"rows":{inner}}},"end":[1]}}' if wrapped else inner
    where, prefix = ("$.data.rows", "data.rows.item") if wrapped else ("$", "item")
    found = read(tmp_path / "x.json", text.encode(), where)
    assert found == records, "numbers keep their spelling"
    assert as_decimals(found) == list(ijson.items(BytesIO(text.encode()), prefix, use_float=False))


@PER_TEST
@given(records=RECORDS.filter(bool), blank=BLANKS, chunk=st.integers(1, 40), data=st.data())
def test_a_file_that_is_cut_anywhere_is_refused(
    records: list[Any],
    blank: str,
    chunk: int,
    data: st.DataObject,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(json_records, "CHUNK", chunk)
    whole = spelled(records, blank).encode()
    cut = whole[: data.draw(st.integers(1, len(whole) - 1))]
    with pytest.raises(JsonError):
        read(tmp_path / "x.json", cut)


@PER_TEST
@given(records=RECORDS, at=st.integers(0, 400), byte=st.binary(max_size=2), remove=st.integers(0, 2))
def test_a_damaged_file_is_refused_or_read_as_ijson_reads_it(
    records: list[Any], at: int, byte: bytes, remove: int, tmp_path: Path
) -> None:
    whole = spelled(records, " ").encode()
    at %= len(whole)
    damaged = whole[:at] + byte + whole[at + remove :]
    try:
        found = read(tmp_path / "x.json", damaged)
    except JsonError:
        return
    if any(has_half_character(value) for value in found):
        return  # such a record goes to quarantine
    if not damaged.lstrip().startswith(b"["):
        return  # what is no array any more is read record by record, which ijson does otherwise
    assert as_decimals(found) == list(ijson.items(BytesIO(damaged.removeprefix(b"\xef\xbb\xbf")), "item"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[{"id":1},', "cut"),
        ('[{"id":1}', "cut"),
        ('[{"id":1}]]', "after the end"),
        ('[{"id":1}] {"id":2}', "after the end"),
        ('[{"id":NaN}]', "NaN"),
        ('[{"id":1},]', "not JSON"),
        ('[{"id":01}]', "not JSON"),
        ('[{"id":"a\nb"}]', "not JSON"),
        ('{"id":1}\n{"id":', "line 2.*cut"),
        ("[" * 200_000, "nested too deeply|cut"),
        ('{"a":' * 200_000, "nested too deeply|cut"),
    ],
)
def test_what_is_no_whole_json_is_refused_with_its_line(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(JsonError, match=said):
        read(tmp_path / "x.json", text.encode())


def test_a_long_value_costs_time_in_proportion_to_its_length(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The text is decoded anew only when as much again has been read."""
    monkeypatch.setattr(json_records, "CHUNK", 16)
    decoded = 0
    decode = json.JSONDecoder.raw_decode

    def counted(self: json.JSONDecoder, text: str, at: int = 0) -> Any:
        nonlocal decoded
        decoded += len(text)
        return decode(self, text, at)

    monkeypatch.setattr(json.JSONDecoder, "raw_decode", counted)
    value = "x" * 100_000
    assert read(tmp_path / "x.json", json.dumps([{"v": value}]).encode()) == [{"v": value}]
    assert decoded < 5 * len(value)


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ("name", ("name",)),
        ("Flat Size (m2)", ("Flat Size (m2)",)),
        ("dtstart[0]", ("dtstart", 0)),
        ("name.en", ("name", "en")),
        ('$."Estate Name".en', ("Estate Name", "en")),
        ("$.a[1].b[2]", ("a", 1, "b", 2)),
        (r'$."a\"b"', ('a"b',)),
        ("$", ()),
    ],
)
def test_paths_name_one_place(source: str, path: tuple[str | int, ...]) -> None:
    assert parse_json_path(source) == path
    assert parse_json_path(format_json_path(path)) == path


@pytest.mark.parametrize("source", ["$.a[", "$.a[*]", "$..a", "$a", "$.a[-1]", '$."a', "$.a b"])
def test_what_names_no_one_place_is_no_path(source: str) -> None:
    with pytest.raises(ValueError, match=re.escape(source)):
        parse_json_path(source)


@given(VALUES)
def test_a_nested_value_as_text_is_the_same_json(value: Any) -> None:
    text = text_of(value)
    if isinstance(value, dict | list):
        assert json.loads(str(text), parse_int=Number, parse_float=Number) == value
