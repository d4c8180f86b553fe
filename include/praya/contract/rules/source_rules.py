"""Rules of a contract's source: it has one place, and what is said of it goes with that place and its format."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pydantic import ValidationError

from praya.contract.base import Model, Problem
from praya.contract.description import UNKNOWN_KEY, describe_unread
from praya.contract.source_specs import (
    CollectorSpec,
    collector_specs,
    collector_with_key,
    collectors_of,
    format_of,
    format_specs,
    option_keys,
)
from praya.errors import codes
from praya.text.names import same_when_folded

if TYPE_CHECKING:
    from praya.contract.source import Source

ADDRESS_KEYS = ("url", "path", "parts")
# Keys that go with every place and every format.
COMMON_KEYS = ("format", "ignore_columns", "max_bytes")


def check_own_place(source: Source) -> Iterator[Problem]:
    """What has a key of its own, as a mart or the register, is no file elsewhere too."""
    if (spec := collector_with_key(source)) is None:
        return
    sentence = f"a `{spec.key}` stands alone"
    if spec.formats:
        sentence += f", with {' or '.join(f'`format: {name}`' for name in spec.formats)}"
    taken = {spec.key, *COMMON_KEYS, *spec.keys, *option_keys(spec.options), *_keys_of_formats()}
    for key in source.present_keys:
        if key not in taken and (key not in source.own_keys or key in _keys_of_collectors()):
            yield Problem((key,), f"{sentence}; leave `{key}` out")
    if spec.formats and source.format not in spec.formats:
        yield Problem(("format",), f"{sentence}; the format here is {source.format}")


def check_one_place(source: Source) -> Iterator[Problem]:
    """The source is in one place."""
    present = [key for key in ADDRESS_KEYS if getattr(source, key)]
    if collector_with_key(source) or len(present) == 1:
        return
    own = [f"`{spec.key}`" for spec in collector_specs().values() if spec.key]
    expected = f"expected one of {', '.join(['`url`', '`path` (with `connection`)', '`parts`', *own])}"
    if not present:
        yield Problem((), f"{expected}; there is none")
    for key in present[1:]:
        yield Problem((key,), f"{expected}; there is `{present[0]}` too")


def check_connection(source: Source) -> Iterator[Problem]:
    """A connection and a path at it come together, but where a collector takes a connection by itself."""
    if collector_with_key(source) or any("connection" in spec.keys for spec in collectors_of(source)):
        return
    sentence = "a path that begins with / needs a `connection`, and a `connection` such a path"
    places = {("path",): source.path} | {("parts", key): path for key, path in (source.parts or {}).items()}
    relative = [keys for keys, place in places.items() if place and place.startswith("/")]
    if source.connection and not relative:
        yield Problem(("connection",), sentence)
    for keys in relative if not source.connection else ():
        yield Problem(keys, sentence)


def check_collector_keys(source: Source) -> Iterator[Problem]:
    """Keys of a collector go with what selects it."""
    selected = collectors_of(source)
    if collector_with_key(source) or not selected:
        return
    taken = {key for spec in selected for key in (*spec.keys, *option_keys(spec.options))}
    for key in source.present_keys:
        owner = next((spec for spec in collector_specs().values() if key in _own_keys(spec)), None)
        if owner and key not in taken:
            yield Problem((key,), owner.keys.get(key, f"`{key}` goes with {_selected_by(owner)}"))


def check_format_keys(source: Source) -> Iterator[Problem]:
    """Keys of a format go with it; what is no key of any format or collector is unknown."""
    known = {*_keys_of_formats(), *_keys_of_collectors()}
    for key in source.own_keys:
        if key not in known:
            yield Problem((key,), UNKNOWN_KEY, codes.contract.KEY_UNKNOWN)
    taken = {*option_keys(format_of(source).options), *_keys_of_collectors()}
    for key in source.own_keys:
        if key in known and key not in taken:
            owners = [spec.name for spec in format_specs().values() if key in option_keys(spec.options)]
            yield Problem(
                (key,), f"`{key}` goes with format {' or '.join(owners)}; the format here is {source.format}"
            )


def check_values_of_keys(source: Source) -> Iterator[Problem]:
    """What is said under the keys of the format and the collectors can be read."""
    for spec in collectors_of(source):
        yield from _unread(source, spec.options)
    yield from _unread(source, format_of(source).options)


def check_names_of_parts(source: Source) -> Iterator[Problem]:
    """Names of parts differ in more than case, for they become names of files."""
    for name in same_when_folded(list(source.parts or {})):
        yield Problem(("parts", name), f"names of `parts` must differ in more than case: {name}")


def _unread(source: Source, model: type[Model]) -> Iterator[Problem]:
    keys = option_keys(model)
    try:
        model.model_validate({key: value for key, value in source.own_keys.items() if key in keys})
    except ValidationError as error:
        yield from describe_unread(error.errors())


def _own_keys(spec: CollectorSpec) -> set[str]:
    return {*spec.keys, *option_keys(spec.options)}


def _keys_of_collectors() -> set[str]:
    return {key for spec in collector_specs().values() for key in _own_keys(spec)}


def _keys_of_formats() -> set[str]:
    return {key for spec in format_specs().values() for key in option_keys(spec.options)}


def _selected_by(spec: CollectorSpec) -> str:
    """What selects a collector, in words of the contract."""
    if spec.key:
        return f"`{spec.key}`"
    if spec.pages:
        return f"`pages: {spec.pages}`"
    return " or ".join(f"an address that begins with {scheme}://" for scheme in spec.schemes)


RULES = (
    check_own_place,
    check_one_place,
    check_connection,
    check_collector_keys,
    check_format_keys,
    check_values_of_keys,
    check_names_of_parts,
)
