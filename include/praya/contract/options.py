"""Sections of a contract whose keys are declared by specs, such as the constraints of a field: one `Option` a key.

The specs are looked up when a section is read and not when its model is imported, for they lie above the contract.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self, get_args

from pydantic import (
    ConfigDict,
    GetJsonSchemaHandler,
    ModelWrapValidatorHandler,
    PrivateAttr,
    TypeAdapter,
    ValidationError,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, ErrorDetails, InitErrorDetails, PydanticCustomError, core_schema

from praya.contract.base import Keys, Model, Unparsed


@dataclass(frozen=True)
class Option:
    """A key of such a section: how files spell it, what pydantic reads it as, and what it is for.

    Left out, empty, or as its `default`, it says nothing.
    """

    name: str
    type: Any
    description: str = ""
    default: Any = None

    @cached_property
    def adapter(self) -> TypeAdapter[Any]:
        """What reads a value."""
        return TypeAdapter(self.type | None if self.default is None else self.type)

    def json_schema(self) -> JsonSchemaValue:
        """What editors know of it."""
        title = " ".join(word.capitalize() for word in self.name.split("_"))
        described = {"description": self.description} if self.description else {}
        return self.adapter.json_schema() | {"default": self.default, "title": title} | described


class OptionsModel(Model):
    """A section with the keys of `options()`, beside those that it has itself.

    What says nothing is not kept, and the rest is kept in the order of the options, however the file has it.
    """

    model_config = ConfigDict(extra="allow")

    _checked: bool = PrivateAttr(default=False)

    @classmethod
    @abstractmethod
    def options(cls) -> Mapping[str, Option]:
        """The options of this section, by name."""

    @property
    def names(self) -> list[str]:
        """The keys of options that say something, or that could not be read; none where nothing could."""
        return [*(self.__pydantic_extra__ or {})]

    def option(self, name: str) -> Any:
        """The value of an option, None where it says nothing; raises Unparsed where it could not be read."""
        said = self.__pydantic_extra__
        if said is None:
            raise Unparsed(name)
        if self._checked or name not in said:
            return said.get(name)
        known = self.options().get(name)
        try:
            return known.adapter.validate_python(said[name]) if known else None
        except ValidationError as error:
            raise Unparsed(name) from error

    @model_validator(mode="wrap")
    @classmethod
    def _read_options(cls, value: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        if not isinstance(value, dict):
            return handler(value)
        declared = {key for name, info in cls.model_fields.items() for key in (name, info.alias or name)}
        own = {key: value for key, value in value.items() if key in declared}
        values, wrong = cls._values({key: value for key, value in value.items() if key not in declared})
        try:
            made = handler(own | values)
        except ValidationError as error:
            wrong += [_as_details(problem) for problem in error.errors()]
        if wrong:
            raise ValidationError.from_exception_data(cls.__name__, wrong)
        made._checked = True
        return made

    @classmethod
    def _values(cls, texts: Mapping[str, Any]) -> tuple[dict[str, Any], list[InitErrorDetails]]:
        """The values that say something, in the order of the options, and what is wrong with the others."""
        if not texts:
            return {}, []
        options, read, wrong = cls.options(), dict[str, Any](), list[InitErrorDetails]()
        for key, value in texts.items():
            if key not in options:
                wrong.append(InitErrorDetails(type="extra_forbidden", loc=(str(key),), input=value))
                continue
            try:
                read[key] = options[key].adapter.validate_python(value)
            except ValidationError as error:
                wrong += [_as_details(problem, (key,)) for problem in error.errors()]
        saying = {name: read[name] for name, option in options.items() if name in read}
        return {
            name: value for name, value in saying.items() if value not in (None, options[name].default)
        }, wrong

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        described = handler.resolve_ref_schema(handler(schema))
        properties = {name: option.json_schema() for name, option in cls.options().items()}
        described["properties"] = properties | described.get("properties", {})
        described["additionalProperties"] = False
        return described


def _as_details(error: ErrorDetails, before: Keys = ()) -> InitErrorDetails:
    """An error to be raised again, at a place that is further in."""
    kind: Any = error["type"]
    if kind not in _KNOWN_ERRORS:
        kind = PydanticCustomError(kind, error["msg"])
    details = InitErrorDetails(type=kind, loc=(*before, *error["loc"]), input=error["input"])
    if "ctx" in error and isinstance(kind, str):
        details["ctx"] = error["ctx"]
    return details


_KNOWN_ERRORS = frozenset(get_args(core_schema.ErrorType))
