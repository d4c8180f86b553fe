"""What a dataset's fields are in SDMX, by rule: the primary key is the dimensions, its period the time dimension, the
one figure outside it the measure, and all else attributes. SDMX's own names of things are made from the fields'.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from praya.contract.fields import Field

if TYPE_CHECKING:
    from praya.contract.model import Contract

Role = Literal["dimension", "time", "measure", "attribute"]

PERIOD_TYPES = ("string", "date", "year", "yearmonth")
# The field that tells a month (2006-07) from a year that begins in another (2006-07).
PERIOD_KIND = "period_kind"
# Where SDMX has a name for it.
COMPONENTS = {"time": "TIME_PERIOD", "measure": "OBS_VALUE"}
CONCEPTS = {"unit": "UNIT_MEASURE"}
# Of the structure of each dataset. It has two parts: in SDMX such a structure may change, and each release has its own.
VERSION = "1.0"
# Columns of SDMX-CSV that are no component.
TAKEN = {"STRUCTURE", "STRUCTURE_ID", "STRUCTURE_NAME", "ACTION", "SERIES_KEY", "OBS_KEY", "DATAFLOW"}


class Component(NamedTuple):
    """A field in its role, under its name in SDMX."""

    id: str
    role: Role
    field: Field


def components(primary_key: Sequence[str], fields: Sequence[Field]) -> list[Component]:
    """The fields in SDMX's order: dimensions, time, measure, attributes. `sdmx_problems` has to find nothing."""
    time, measure = (columns[0] for columns in (_periods(primary_key, fields), _figures(primary_key, fields)))
    roles: dict[str, Role] = {time.name: "time", measure.name: "measure"}
    keys = dict.fromkeys(primary_key)
    parts = [
        _component(roles.get(field.name) or ("dimension" if field.name in keys else "attribute"), field)
        for field in fields
    ]
    order: tuple[Role, ...] = ("dimension", "time", "measure", "attribute")
    return sorted(parts, key=lambda part: order.index(part.role))


class Misfit(NamedTuple):
    """Why fields are no SDMX data structure: in general, or at the keys of one field."""

    sentence: str
    field: str | None = None
    keys: tuple[str, ...] = ()


def sdmx_problems(primary_key: Sequence[str], fields: Sequence[Field]) -> Iterator[Misfit]:
    """Each reason why these fields are no SDMX data structure."""
    periods, figures = _periods(primary_key, fields), _figures(primary_key, fields)
    if len(periods) != 1:
        yield Misfit(
            "sdmx-csv needs one period in the primary key, a field called `period` or one of type "
            f"date, year or yearmonth; there are {_named(periods)}"
        )
    if len(figures) != 1:
        yield Misfit(
            "sdmx-csv needs one figure outside the primary key, a field called `value` or one "
            f"integer or number; there are {_named(figures)}"
        )
    if len(periods) == len(figures) == 1:
        parts = components(primary_key, fields)
        ids = [part.id for part in parts]
        for part in parts:
            if part.id in TAKEN or (part.id in ids[: parts.index(part)]):
                yield Misfit(
                    f"the name is SDMX's own, or twice there, in sdmx-csv: {part.id}",
                    part.field.name,
                    ("name",),
                )
    yield from _clashes(fields)


def _clashes(fields: Sequence[Field]) -> Iterator[Misfit]:
    for field in fields:
        codes = [code_id(str(code)) for code in field.constraints.enum or []]
        if wrong := sorted({code or "nothing" for code in codes if not code or codes.count(code) > 1}):
            keys = ("codes",) if field.codes else ("constraints", "enum")
            yield Misfit(
                f"codes of {field.name} become the same in sdmx-csv: {', '.join(wrong)}", field.name, keys
            )


def code_id(code: str) -> str:
    """A code as SDMX can write it: letters, digits, `_`, `-`. `HKD million` is `HKD_million`, `%` is `percent`."""
    return re.sub(r"[^A-Za-z0-9_-]+", "_", code.replace("%", " percent ")).strip("_-")


def identifier_of(name: str) -> str:
    """A dataset's or provider's id as SDMX writes it: `hk-dpo` is `HK_DPO`; one that begins with a digit gets `N`."""
    text = name.upper().replace("-", "_")
    return text if text[0].isalpha() else f"N{text}"


def structure_id(contract: Contract) -> str:
    """How SDMX-CSV names its structure: `HK_DPO:PROGRAMME_OBSERVATIONS(1.0)`."""
    return f"{identifier_of(contract.provider)}:{identifier_of(contract.dataset)}({VERSION})"


def _component(role: Role, field: Field) -> Component:
    return Component(COMPONENTS.get(role) or CONCEPTS.get(field.name) or field.name.upper(), role, field)


def _periods(primary_key: Sequence[str], fields: Sequence[Field]) -> list[Field]:
    keys = [field for field in fields if field.name in primary_key and field.type in PERIOD_TYPES]
    named = [field for field in keys if field.name == "period"]
    return named or [field for field in keys if field.type != "string"]


def _figures(primary_key: Sequence[str], fields: Sequence[Field]) -> list[Field]:
    figures = [
        field for field in fields if field.name not in primary_key and field.type in ("integer", "number")
    ]
    return [field for field in figures if field.name == "value"] or figures


def _named(fields: Sequence[Field]) -> str:
    return ", ".join(field.name for field in fields) or "none"
