"""The page that lists what `source` of a contract can say, made from the specs of input formats and collectors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pydantic.fields import FieldInfo

from praya.contract.base import Model
from praya.contract.source import Source
from praya.contract.source_specs import (
    CollectorSpec,
    FormatSpec,
    collector_specs,
    format_specs,
    option_keys,
    option_models,
)

HEAD = """# Formats and places of a source

What `source` of a contract can say. This page is made from the code by `python -m praya.contract.export`;
[Add a part of your own](../extending.md) says how to add a format or a collector.
"""
FORMATS = ("`format`", "what", "media types", "keys of its own", "pages")
PLACES = ("keys", "what", "further keys that it takes", "formats")
KEYS = ("key", "what", "default")
NOTHING = "–"


def describe_sources() -> str:
    """The page, as Markdown."""
    models: list[type[Model]] = [Source, *option_models()]
    sections = [
        HEAD,
        "## Formats\n",
        _table(FORMATS, (_format_row(spec) for spec in format_specs().values())),
        "## Places\n",
        _table(PLACES, (_place_row(spec) for spec in collector_specs().values())),
        "## Keys\n",
        _table(KEYS, sorted({row for model in models for row in _key_rows(model)})),
    ]
    return "\n".join(sections)


def _format_row(spec: FormatSpec) -> tuple[str, ...]:
    media_types = ", ".join(f"`{media_type}`" for media_type in spec.media_types)
    pages = "yes" if spec.reads_pages else "no"
    return (f"`{spec.name}`", spec.label.en, media_types, _listed(option_keys(spec.options)), pages)


def _place_row(spec: CollectorSpec) -> tuple[str, ...]:
    own = [key for key in option_keys(spec.options) if key != spec.key]
    return (_selecting(spec), spec.label.en, _listed([*own, *spec.keys]), _listed(_delivered(spec)) or "all")


def _delivered(spec: CollectorSpec) -> list[str]:
    """The formats that it delivers; none where it delivers all."""
    if spec.formats or not spec.gives_pages:
        return [*spec.formats]
    return [each.name for each in format_specs().values() if each.reads_pages]


def _selecting(spec: CollectorSpec) -> str:
    """What of a contract selects the collector."""
    if spec.key:
        return f"`{spec.key}`"
    if spec.pages:
        return f"`path` with `connection` and `pages: {spec.pages}`"
    addresses = " or ".join(f"`{scheme}://`" for scheme in spec.schemes)
    at_connection = "; `path` with `connection`" if spec.paths else ""
    return f"`url` or `parts` that begin with {addresses}{at_connection}"


def _key_rows(model: type[Model]) -> Iterator[tuple[str, ...]]:
    for name, info in model.model_fields.items():
        yield f"`{info.alias or name}`", info.description or NOTHING, _default(info)


def _default(info: FieldInfo) -> str:
    if info.is_required():
        return "required"
    return NOTHING if info.default in (None, []) else f"`{info.default}`"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(cell or NOTHING for cell in line)} |\n" for line in lines)
