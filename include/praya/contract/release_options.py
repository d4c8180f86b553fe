"""The JSON Schema of what a contract may say for single output formats, from the models of these formats."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from praya.contract.output_spec import NoOptions, output_specs


@dataclass(frozen=True)
class OptionsByFormat:
    """For an annotated mapping: its keys are names of formats, each with the options of that format."""

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        models = {
            spec.name: spec.options for spec in output_specs().values() if spec.options is not NoOptions
        }
        properties = {name: handler(model.__pydantic_core_schema__) for name, model in models.items()}
        return {"type": "object", "properties": properties, "additionalProperties": False}
