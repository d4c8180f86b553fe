"""Rules of a contract's source: it has one place, and what is said of it goes with that place and its format."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from praya.contract.base import Problem
from praya.contract.json_path import parse_json_path
from praya.text.names import same_when_folded
from praya.text.outside import quote

if TYPE_CHECKING:
    from praya.contract.source import Source

PLACES = ("url", "path", "parts")
# What comes from the platform itself, in the one format that it has there.
INSIDE = {"mart": "parquet", "register": "json"}


def check_inside(source: Source) -> Iterator[Problem]:
    """A mart or the register is no file elsewhere too."""
    if not (kind := _inside(source)):
        return
    sentence = f"a `{kind}` stands alone, with `format: {INSIDE[kind]}`"
    for key in ("url", "connection", "path", "parts"):
        if getattr(source, key):
            yield Problem((key,), f"{sentence}; leave `{key}` out")
    if kind == "mart" and source.register_:
        yield Problem(("register",), f"{sentence}; leave `register` out")
    if source.format != INSIDE[kind]:
        yield Problem(("format",), f"{sentence}; the format here is {source.format}")


def check_one_place(source: Source) -> Iterator[Problem]:
    given = [key for key in PLACES if getattr(source, key)]
    if _inside(source) or len(given) == 1:
        return
    expected = "expected one of `url`, `path` (with `connection`), `parts`, `mart`, `register`"
    if not given:
        yield Problem((), f"{expected}; there is none")
    for key in given[1:]:
        yield Problem((key,), f"{expected}; there is `{given[0]}` too")


def check_connection(source: Source) -> Iterator[Problem]:
    if _inside(source):
        return
    sentence = "a path that begins with / needs a `connection`, and a `connection` such a path"
    places = {("path",): source.path} | {("parts", key): one for key, one in (source.parts or {}).items()}
    relative = [keys for keys, place in places.items() if place and place.startswith("/")]
    if source.connection and not relative:
        yield Problem(("connection",), sentence)
    for keys in relative if not source.connection else ():
        yield Problem(keys, sentence)


def check_months(source: Source) -> Iterator[Problem]:
    if not _inside(source) and source.months and not source.pages:
        yield Problem(("months",), "`months` is of an API: it goes with `pages`")


def check_delimiter(source: Source) -> Iterator[Problem]:
    if not _inside(source) and source.delimiter in '"\r\n':
        yield Problem(
            ("delimiter",),
            "`delimiter` is a quote or a line end; these have a meaning of their own in CSV",
        )


def check_records(source: Source) -> Iterator[Problem]:
    if not _inside(source) and source.format == "json":
        try:
            parse_json_path(source.records)
        except ValueError as error:
            yield Problem(("records",), quote(error, 300))


def check_names_of_parts(source: Source) -> Iterator[Problem]:
    for name in [] if _inside(source) else same_when_folded(list(source.parts or {})):
        yield Problem(("parts", name), f"names of `parts` must differ in more than case: {name}")


def check_encoding(source: Source) -> Iterator[Problem]:
    try:
        _ = "" if _inside(source) else "".encode(source.encoding)
    except (LookupError, ValueError):
        yield Problem(("encoding",), f"`encoding` '{quote(source.encoding)}' is not one that Python knows")


def _inside(source: Source) -> str | None:
    return "mart" if source.mart else "register" if source.register_ else None


RULES = (
    check_inside,
    check_one_place,
    check_connection,
    check_months,
    check_delimiter,
    check_records,
    check_names_of_parts,
    check_encoding,
)
