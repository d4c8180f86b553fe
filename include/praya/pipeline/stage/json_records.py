"""JSON records read strictly and one at a time: what is cut, doubled or follows the end is found, and numbers keep
their spelling.

DuckDB's reader takes an array that is cut after a comma as complete, the last of two equal keys, and every number
through a double; it counts the records instead (`stage/json_input.py`), so that reader and counter are different code.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from praya.contract.json_path import JsonPath, format_json_path
from praya.text.outside import quote

CHUNK = 1 << 20  # characters
LARGEST_VALUE = 1 << 26  # characters of one record, or of one value outside the records
NEAR_END = 16  # characters: a fault so near the end of what was read may only be that more has to be read
BLANK = " \t\r\n"


class JsonError(ValueError):
    """What is wrong with the file, and at which line."""


class Number(str):
    """A number as it is spelled in the file."""

    __slots__ = ()


class Record(NamedTuple):
    """One record: its value, its text as it stands in the file, its first line, and a key that it has twice."""

    value: Any
    raw: str
    line: int
    twice: str | None


@dataclass
class Document:
    """A JSON file with an array of records at `where`, or with records one after the other where it has no array.

    After all records were read, `outside_records` has what the file holds besides them: path → text.
    """

    path: Path
    where: JsonPath
    outside_records: dict[str, str] = field(default_factory=dict)

    def records(self) -> Iterator[Record]:
        """Every record in the order of the file. Raises JsonError where the file is not whole."""
        with self.path.open(encoding="utf-8-sig", newline="") as file:
            text = _Text(file)
            self.outside_records = {}
            try:
                if self.where or text.next_character() == "[":
                    yield from self._descend(text, self.where, ())
                else:
                    while text.next_character():
                        yield text.record()
            except UnicodeDecodeError as error:
                text.fail(f"is not UTF-8 ({quote(error.reason)})")
            if text.next_character():
                text.fail("has something after the end of its JSON")

    def _descend(self, text: _Text, way: JsonPath, gone: JsonPath) -> Iterator[Record]:
        if not way:
            if text.next_character() != "[":
                text.fail(f"has no array of records at {format_json_path(gone)}")
            for _ in text.indexes():
                yield text.record()
            return
        step, is_there = way[0], False
        opening = "[" if isinstance(step, int) else "{"
        if text.next_character() != opening:
            text.fail(f"has no array of records at {format_json_path(self.where)}")
        places = text.indexes() if isinstance(step, int) else text.names()
        for place in places:
            if place == step:
                if is_there:
                    text.fail(f"has the key '{quote(step)}' twice on the way to the records")
                is_there = True
                yield from self._descend(text, way[1:], (*gone, step))
            else:
                self.outside_records[format_json_path((*gone, place))] = text.record().raw
        if not is_there:
            text.fail(f"has no array of records at {format_json_path(self.where)}")


class _Text:
    """The text of a file, read on as it is needed."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._text, self._at, self._line, self._ended = "", 0, 1, False
        self._twice: list[str] = []
        self._decode = json.JSONDecoder(
            object_pairs_hook=self._object, parse_float=Number, parse_int=Number, parse_constant=self._refuse
        ).raw_decode

    def next_character(self) -> str:
        """The next character that is not blank, not yet taken; empty at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in BLANK:
                self._line += self._text[self._at] == "\n"
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._read_on():
                return ""

    def record(self) -> Record:
        """Take the next value."""
        if not self.next_character():
            self.fail("ends before its JSON does: it is cut")
        while True:
            self._twice.clear()
            try:
                value, end = self._decode(self._text, self._at)
            except json.JSONDecodeError as error:
                more = error.msg.startswith("Unterminated string") or error.pos >= len(self._text) - NEAR_END
                if not more or not self._read_on():
                    self._malformed(error)
                continue
            except RecursionError:
                self.fail("is nested too deeply to be read")
            # A number may go on in what has not been read.
            if end < len(self._text) or not self._read_on():
                break
        raw, line = self._text[self._at : end], self._line
        self._at, self._line = end, self._line + raw.count("\n")
        return Record(value, raw, line, self._twice[0] if self._twice else None)

    def indexes(self) -> Iterator[int]:
        """Stop at each element of the array that begins here; whoever asks takes it before asking again."""
        self._take("[")
        if self._closes("]"):
            return
        for index in count():
            yield index
            if self._closes("]"):
                return
            self._take(",")

    def names(self) -> Iterator[str]:
        """Stop at each value of the object that begins here, and name its key."""
        self._take("{")
        if self._closes("}"):
            return
        while True:
            if self.next_character() != '"':
                self._unexpected("a key")
            key = self.record().value
            self._take(":")
            yield key
            if self._closes("}"):
                return
            self._take(",")

    def fail(self, what: str) -> NoReturn:
        raise JsonError(f"line {self._line:,}: the file {what}")

    def _take(self, character: str) -> None:
        if self.next_character() != character:
            self._unexpected(repr(character))
        self._at += 1

    def _closes(self, character: str) -> bool:
        closes = self.next_character() == character
        self._at += closes
        return closes

    def _unexpected(self, wanted: str) -> NoReturn:
        character = self.next_character()
        self.fail(
            f"has '{quote(character)}' where {wanted} is due"
            if character
            else "ends before its JSON does: it is cut"
        )

    def _malformed(self, error: json.JSONDecodeError) -> NoReturn:
        at_end = error.msg.startswith("Unterminated string") or not self._text[error.pos :].strip()
        self._line += self._text.count("\n", self._at, error.pos)
        self.fail("ends before its JSON does: it is cut" if at_end else f"is not JSON there ({error.msg})")

    def _read_on(self) -> bool:
        """Read as much again as is waiting, so that a long value costs time in proportion to its length."""
        if self._ended:
            return False
        waiting = self._text[self._at :]
        if len(waiting) > LARGEST_VALUE:
            self.fail(f"has one value of over {LARGEST_VALUE:,} characters; are the records further inside?")
        read = self._file.read(max(CHUNK, len(waiting)))
        self._ended = not read
        if read:
            self._text, self._at = waiting + read, 0
        return bool(read)

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        if len(members) < len(pairs):
            keys = [key for key, _ in pairs]
            self._twice.append(next(key for key in keys if keys.count(key) > 1))
        return members

    def _refuse(self, constant: str) -> NoReturn:
        self.fail(f"has {constant}, which is no JSON")


def text_of(value: Any) -> str | None:
    """What a value of a record is as text: None for null, numbers as spelled, objects and arrays as compact JSON."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return _compact(value)


def _compact(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ",".join(f"{_quoted(key)}:{_compact(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_compact, value)) + "]"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, Number) else _quoted(value)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
