"""JSON: an array of records (at a path, where it is nested) or one record after the other.

The records are read by `json_records` and counted by DuckDB.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from praya.contract import Contract
from praya.contract.json_path import JsonPath, format_json_path, parse_json_path
from praya.errors import StageError, codes
from praya.pipeline.stage.encoded_text import transcode
from praya.pipeline.stage.input_formats.json_input_format import JsonOptions
from praya.pipeline.stage.json_records import Document, JsonError, Number, Record, text_of
from praya.pipeline.stage.reading import (
    Column,
    Connection,
    Reading,
    check_columns,
    file_literal,
    literal,
)
from praya.pipeline.stage.text_records import SourceRecord, TextRecords
from praya.text.outside import describe_error, quote, quote_all

LARGEST_RECORD = 64 * 1024**2
WGS84 = ("CRS84", "EPSG::4326", "EPSG:4326")  # what a GeoJSON file may name as the system of its coordinates
FARTHEST = (180, 90)  # degrees of longitude and latitude; RFC 7946 has no other coordinates


def read(con: Connection, contract: Contract, path: Path, columns: list[Column], work: Path) -> Reading:
    """Open a JSON file; a field's `source` is its key in the record, or a path such as `dtstart[0]`."""
    path = transcode(contract, path, work)
    where = contract.source.read_options(JsonOptions).records
    document = Document(path, parse_json_path(where))
    shape = _Shape([parse_json_path(column.source) for column in columns])
    texts = TextRecords(
        columns, partial(_records, document), shape.read_texts, work / f"{path.name}.texts.parquet"
    )
    try:
        texts.write(con)
    except JsonError as error:
        raise StageError(
            codes.stage.JSON_DAMAGED,
            f"{contract.dataset}: {error}; nothing was kept. Collect it again, and ask the department if it stays so",
        ) from error
    _check_shape(contract, columns, shape)
    _check_outside_records(contract, document)
    _check_degrees(contract, shape)
    return texts.reading(_count(con, contract, path, where), document.outside_records)


def _records(document: Document) -> Iterator[SourceRecord]:
    for record in document.records():
        yield SourceRecord(record.value, record.raw, record.line, _fault(record))


@dataclass
class _Shape:
    """Which places the fields are read from, and what the records turned out to have."""

    paths: list[JsonPath]
    keys: dict[JsonPath, set[str]] = field(default_factory=dict)
    only: Any = None
    records: int = 0
    beyond: int | None = None  # the line of the first GeoJSON feature whose coordinates cannot be degrees

    def __post_init__(self) -> None:
        for path in self.paths:
            for depth, step in enumerate(path):
                if isinstance(step, int):
                    break
                self.keys.setdefault(path[:depth], set())

    def read_texts(self, record: SourceRecord) -> list[str | None]:
        """The text at the place of each field; what the record has besides is looked at."""
        self.look(record.value, record.line_number)
        return [text_of(_get(record.value, path)) for path in self.paths]

    def look(self, value: Mapping[str, Any], line: int | None) -> None:
        """Take in the keys of one record and whether its coordinates are degrees."""
        self.records += 1
        self.only = value if self.records == 1 else None
        for prefix, keys in self.keys.items():
            inner = _get(value, prefix)
            if isinstance(inner, dict) and not keys >= inner.keys():
                keys.update(inner)
        if self.beyond is None and value.get("type") == "Feature":
            self.beyond = line if _beyond_degrees(_get(value, ("geometry", "coordinates"))) else None


def _beyond_degrees(coordinates: Any) -> bool:
    """Whether a geometry has a position that is no longitude and latitude."""
    if not isinstance(coordinates, list):
        return False
    if coordinates and all(isinstance(number, Number) for number in coordinates):
        return any(abs(float(number)) > most for number, most in zip(coordinates, FARTHEST, strict=False))
    return any(map(_beyond_degrees, coordinates))


def _get(value: Any, path: JsonPath) -> Any:
    for step in path:
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and step < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
        if value is None:
            return None
    return value


def _fault(record: Record) -> str | None:
    """Why a record is no row, if it is none."""
    if not isinstance(record.value, dict):
        return "is not a JSON object"
    if record.twice is not None:
        return f"has the key '{quote(record.twice)}' twice, with values that may differ"
    if "\\ud" in record.raw.lower() and _has_half_character(record.value):
        return "has one half of a character that is written as two (a surrogate)"
    return None


def _has_half_character(value: Any) -> bool:
    try:
        (text_of(value) or "").encode()
    except UnicodeEncodeError:
        return True
    return False


def _check_shape(contract: Contract, columns: list[Column], shape: _Shape) -> None:
    """Raise StageError where a field's place is in no record, or where records have keys of no field."""
    if not shape.records:
        return
    there = {_name((*prefix, key)) for prefix, keys in shape.keys.items() for key in keys}
    places = [_name(_named(path)) for path in shape.paths]
    wanted = [Column(column.name, name) for column, name in zip(columns, places, strict=True)]
    # Of an object inside a record, the keys that no field reads are left alone.
    whole = {str(path[0]) for path in shape.paths if len(_named(path)) > 1}
    names = sorted(shape.keys[()] - whole) + [name for name in places if name in there]
    place = contract.source.path or "the file"
    strange = shape.only is not None and not set(shape.only) & {path[0] for path in shape.paths}
    if strange and (arrays := list(_arrays(shape.only, ()))):
        raise StageError(
            codes.stage.RECORDS_NOT_FOUND,
            f"{contract.dataset}: {place} is one JSON object with records inside, at {quote_all(arrays)}: name the "
            "place in source.records of the contract",
        )
    check_columns(contract, place, names, wanted, contract.source.ignore_columns)


def _named(path: JsonPath) -> JsonPath:
    """The path up to its first index: a list that is short is a value that is missing."""
    return next((path[:depth] for depth, step in enumerate(path) if isinstance(step, int)), path)


def _name(path: JsonPath) -> str:
    """A key as contracts name it: alone at the top, else as a path."""
    return str(path[0]) if len(path) == 1 else format_json_path(path)


def _arrays(value: Any, at: JsonPath) -> Iterable[str]:
    """The places of arrays of objects, with how many each has."""
    if isinstance(value, list):
        if value and all(isinstance(item, dict) for item in value):
            yield f"{format_json_path(at)} ({len(value):,})"
    elif isinstance(value, dict) and len(at) < 4:
        for key, inner in value.items():
            yield from _arrays(inner, (*at, key))


def _check_outside_records(contract: Contract, document: Document) -> None:
    """Raise StageError where what the file has outside its records would be lost, or gives them another meaning."""
    ignored = set(contract.source.ignore_columns)
    for place, text in document.outside_records.items():
        if place in ignored:
            continue
        if place.endswith(".crs") and not any(name in text for name in WGS84):
            raise StageError(
                codes.stage.COORDINATES_NOT_WGS84,
                f"{contract.dataset}: the coordinates of the file are in another system than WGS 84 ({quote(text)}). "
                f"Convert them at the source, or add {quote(place)} to source.ignore_columns where the fields name "
                "the system",
            )
        if text.startswith("[") and text.lstrip("[ \t\r\n").startswith("{"):
            raise StageError(
                codes.stage.SECOND_ARRAY_OF_RECORDS,
                f"{contract.dataset}: the file has a second array of records at {quote(place)}, which no field reads. "
                "Make it a dataset of its own, or add the place to source.ignore_columns",
            )


def _check_degrees(contract: Contract, shape: _Shape) -> None:
    """Raise StageError where a GeoJSON file that names no other system has coordinates that are no degrees."""
    ignored = set(contract.source.ignore_columns)
    if shape.beyond is not None and not any(place.endswith(".crs") for place in ignored):
        raise StageError(
            codes.stage.COORDINATES_NOT_WGS84,
            f"{contract.dataset}: line {shape.beyond:,}: the file is GeoJSON, and a position there is no longitude and "
            "latitude in degrees; are they metres of the HK1980 grid? Convert them at the source, or add $.crs to "
            "source.ignore_columns where the fields name the system",
        )


def _count(con: Connection, contract: Contract, path: Path, where: str) -> int:
    """How many records there are, by DuckDB's own reader."""
    file = file_literal(path)
    if where != "$":
        counted = (
            f"select json_array_length(ltrim(content, chr(65279))::json, {literal(_for_duckdb(where))}) "
            f"from read_text({file})"
        )
    else:
        layout = "array" if _starts_with_array(path) else "unstructured"
        counted = (
            f"select count(*) from read_json_objects({file}, format = '{layout}', "
            f"maximum_object_size = {LARGEST_RECORD})"
        )
    try:
        (count,) = con.execute(counted).fetchone() or (0,)
    except _duckdb_error() as error:
        raise StageError(
            codes.stage.NOT_READABLE_AS_FORMAT,
            f"{contract.dataset}: the records of the file cannot be counted: {describe_error(error)}",
        ) from error
    return int(count or 0)


def _for_duckdb(where: str) -> str:
    return format_json_path(parse_json_path(where))


def _starts_with_array(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"[")


def _duckdb_error() -> type[Exception]:
    import duckdb

    return duckdb.Error
