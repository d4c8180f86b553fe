"""Models of which not everything could be read, so that the rules between what could be read hold all the same."""

from __future__ import annotations

import types
from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, TypeVar, Union, cast, get_args, get_origin

from pydantic import TypeAdapter, ValidationError

from praya.contract.base import WITHOUT_RULES, Keys, Model, Problem, RuledModel, broken_rules

M = TypeVar("M", bound=Model)


class _Unreadable(Exception):
    """Nothing of a value can be read."""


def parse_partly(model: type[M], data: object) -> M:
    """The model with what can be read of `data`, its rules not applied; reading any other key raises Unparsed."""
    try:
        return model.model_validate(data, context=WITHOUT_RULES)
    except ValidationError:
        made = cast(M, model.model_construct())
    if not isinstance(data, dict):
        made.__dict__.clear()
        if made.__pydantic_extra__ is not None:
            object.__setattr__(made, "__pydantic_extra__", None)
        return made
    for name, info in model.model_fields.items():
        values = [data[key] for key in (info.alias, name) if key in data]
        try:
            if values:
                made.__dict__[name] = _value(model, name, values[0])
        except _Unreadable:
            made.__dict__.pop(name, None)
    if made.__pydantic_extra__ is not None:
        made.__pydantic_extra__.update(_other_keys(model, data))
    return made


def problems_inside(value: object, keys: Keys = ()) -> Iterator[Problem]:
    """What the rules of a model and of all models in it find."""
    if isinstance(value, RuledModel):
        for problem in broken_rules(value):
            yield problem._replace(keys=(*keys, *problem.keys))
    if isinstance(value, Model):
        for name, inner in value.__dict__.items():
            yield from problems_inside(inner, (*keys, type(value).model_fields[name].alias or name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from problems_inside(inner, (*keys, number))
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from problems_inside(inner, (*keys, key))


def _other_keys(model: type[Model], data: dict[Any, Any]) -> dict[str, Any]:
    """What stands under keys that are none of the model, for a model that takes these."""
    known = {key for name, info in model.model_fields.items() for key in (info.alias, name)}
    return {str(key): value for key, value in data.items() if key not in known}


def _value(model: type[Model], name: str, value: object) -> Any:
    try:
        return _adapter(model, name).validate_python(value, context=WITHOUT_RULES)
    except ValidationError:
        return _inside(model.model_fields[name].annotation, value)


def _inside(kind: Any, value: object) -> Any:
    """The models in a value, as far as they can be read; raises _Unreadable where there is none."""
    origin, inner = get_origin(kind), get_args(kind)
    if isinstance(kind, type) and issubclass(kind, Model):
        return parse_partly(kind, value)
    if origin is Annotated:
        return _inside(inner[0], value)
    if origin is list and isinstance(value, list) and value:
        return [_inside(inner[0], item) for item in value]
    if origin is dict and isinstance(value, dict) and value:
        return {key: _inside(inner[1], item) for key, item in value.items() if _is_key(inner[0], key)}
    if origin in (Union, types.UnionType):
        for option in inner:
            try:
                return _inside(option, value)
            except _Unreadable:
                continue
    raise _Unreadable


def _is_key(kind: Any, key: object) -> bool:
    try:
        TypeAdapter(kind).validate_python(key)
    except ValidationError:
        return False
    return True


@cache
def _adapter(model: type[Model], name: str) -> TypeAdapter[Any]:
    info = model.model_fields[name]
    kind: Any = info.annotation
    for each in info.metadata:
        kind = Annotated[kind, each]
    return TypeAdapter(kind)
