"""Every text that a contract, the policy, the register or a revision can hold, found by walking the models."""

from __future__ import annotations

import importlib
import pkgutil
import types
from collections.abc import Iterator
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter

import praya.contract
from praya.contract.options import OptionsModel
from praya.contract.source_specs import option_models


class Text(NamedTuple):
    """One place of a text: `Class.field`, with `{key}` behind it for the keys of a mapping; and its checks."""

    place: str
    checks: tuple[Any, ...]

    @property
    def adapter(self) -> TypeAdapter[str]:
        kind: Any = str
        for check in self.checks:
            kind = Annotated[kind, check]
        return TypeAdapter(kind)

    @property
    def patterns(self) -> list[str]:
        return [str(one.pattern) for one in self.checks if getattr(one, "pattern", None)]


def texts() -> list[Text]:
    """All texts of all models in `praya.contract`, and of the keys that formats and collectors have of their own."""
    for module in pkgutil.iter_modules(praya.contract.__path__, "praya.contract."):
        importlib.import_module(module.name)
    models = _models(BaseModel) | {base for model in option_models() for base in _own_bases(model)}
    found = [text for model in sorted(models, key=lambda one: one.__qualname__) for text in _of(model)]
    return sorted(found, key=lambda one: one.place)


def _models(base: type[BaseModel]) -> set[type[BaseModel]]:
    below = {model for one in base.__subclasses__() for model in {one, *_models(one)}}
    return {model for model in below if model.__module__.startswith("praya.contract.")}


def _own_bases(model: type[BaseModel]) -> list[type[BaseModel]]:
    return [base for base in model.__mro__ if base.__module__.startswith("praya.")]


def _of(model: type[BaseModel]) -> Iterator[Text]:
    # What a model has from another one is that one's.
    bases = _own_bases(model)[1:]
    inherited = {name for base in bases for name in getattr(base, "model_fields", {})}
    for name, field in model.model_fields.items():
        if name in inherited:
            continue
        yield from _leaves(field.annotation, tuple(field.metadata), f"{model.__name__}.{name}")
    if issubclass(model, OptionsModel) and model is not OptionsModel:
        for option in model.options().values():
            yield from _leaves(option.type, (), f"{model.__name__}.{option.name}")


def _leaves(kind: Any, checks: tuple[Any, ...], place: str) -> Iterator[Text]:
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Annotated:
        yield from _leaves(inner[0], (*checks, *inner[1:]), place)
    elif kind is str:
        yield Text(place, checks)
    elif origin in (Union, types.UnionType):
        for one in inner:
            yield from _leaves(one, checks, place)
    elif origin is dict:
        yield from _leaves(inner[0], (), f"{place}{{key}}")
        yield from _leaves(inner[1], (), place)
    elif origin in (list, tuple, set, frozenset):
        for one in inner:
            yield from _leaves(one, (), place)
    elif origin is Literal or inner == ():
        return
    else:
        raise AssertionError(f"{place}: how are the texts of {kind} found?")
