"""Values that a contract may have because a spec declares them: looked up when a contract is read, not at import."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticKnownError, core_schema


@dataclass(frozen=True)
class OneOfNames:
    """The text is one of `names()`; errors and JSON Schema are those of a Literal."""

    names: Callable[[], Iterable[str]]

    def check(self, value: object) -> str:
        """The value; raises PydanticKnownError where it is no such name."""
        names = [*self.names()]
        if isinstance(value, str) and value in names:
            return value
        *most, last = [f"'{name}'" for name in names]
        expected = f"{', '.join(most)} or {last}" if most else last
        raise PydanticKnownError("literal_error", {"expected": expected})

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.check)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"type": "string", "enum": [*self.names()]}
