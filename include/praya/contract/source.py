"""The contract's source: where the data comes from, and in which form."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    ConfigDict,
    GetJsonSchemaHandler,
    SerializationInfo,
    SerializerFunctionWrapHandler,
    StringConstraints,
    ValidationError,
    model_serializer,
)
from pydantic import Field as Key
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from praya.contract.base import Model, RuledModel, Unparsed, read_key
from praya.contract.fields import PathName
from praya.contract.rules import source_rules as rules
from praya.contract.source_specs import (
    collectors_of,
    format_of,
    format_specs,
    names_of_pages,
    option_keys,
    option_models,
    schemes,
)
from praya.contract.spec_values import MatchesPattern, OneOfNames
from praya.errors import AddressRefused
from praya.outbound import parse_host

O = TypeVar("O", bound=Model)  # noqa: E741

# As an environment variable can name it: AIRFLOW_CONN_ and the id in capitals.
ConnectionId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=70)]
MartName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9_]*[a-z0-9])?$", max_length=63)]

# Neither spaces nor control characters nor backslashes, which parsers of addresses read differently.
PLAIN = r"[^\x00-\x20\x7f-\x9f\\]"
Path = Annotated[str, StringConstraints(pattern=rf"^/{PLAIN}*$")]
Address = Annotated[str, MatchesPattern(lambda: rf"^({'|'.join(schemes())})://{PLAIN}*$")]
Place = Annotated[str, MatchesPattern(lambda: rf"^(/|({'|'.join(schemes())})://){PLAIN}*$")]
FormatName = Annotated[str, OneOfNames(format_specs)]
PagesName = Annotated[str, OneOfNames(names_of_pages)]


def _host(text: str) -> str:
    try:
        parse_host(text)
    except AddressRefused as error:
        raise ValueError(f"expected `host` or `host:port`; this {error}") from error
    return text


HostName = Annotated[str, StringConstraints(max_length=260), AfterValidator(_host)]


class Source(RuledModel):
    """Where the data comes from: an address, a path at a named Airflow connection, a file, a mart, or the register."""

    RULES = rules.RULES

    # Further keys are those that its format and its collectors have of their own (`read_options`); rules refuse others.
    model_config = ConfigDict(extra="allow")

    url: Address | None = Key(default=None, description="the whole address of the file")
    connection: ConnectionId | None = Key(
        default=None, description="Airflow connection whose host `path` is added to"
    )
    path: Path | None = Key(default=None, description="where the file is at the `connection`")
    hosts: list[HostName] = Key(
        default=[],
        description="other hosts that the source may redirect to, `host` or `host:port`; its own is always one",
    )
    parts: dict[PathName, Place] | None = Key(
        default=None, min_length=1, description="several files joined on the primary key: name → path"
    )
    mart: MartName | None = Key(
        default=None, description="a metric of include/metrics, released as a dataset"
    )
    register_: Literal["metrics"] | None = Key(
        default=None, alias="register", description="the register of metrics itself, released as a dataset"
    )
    format: FormatName = Key(description="the input format of the files")
    pages: PagesName | None = Key(
        default=None, description="the source is an API whose pages name the next one (Link, rel=next)"
    )
    months: Path | None = Key(
        default=None,
        description="where the API lists its months, each with an `etag` that any change in it changes",
    )
    ignore_columns: list[str] = Key(
        default=[], description="columns of the source that are left behind, by name"
    )
    max_bytes: int = Key(default=2 * 1024**3, gt=0, description="a larger body is refused")
    timeout_seconds: float = Key(default=60, gt=0, description="longest silence of the source")

    def read_options(self, model: type[O]) -> O:
        """The keys that a format or a collector has of its own, as its model; what is left out is at its default.

        Raises Unparsed, in a contract that could be read in part only, where one of them is wrong.
        """
        keys = option_keys(model)
        try:
            return model.model_validate({key: value for key, value in self.own_keys.items() if key in keys})
        except ValidationError as error:
            raise Unparsed(model.__name__) from error

    @property
    def own_keys(self) -> dict[str, Any]:
        """The keys that are none of this model, as the file has them."""
        return self.__pydantic_extra__ or {}

    @property
    def present_keys(self) -> dict[str, Any]:
        """All keys that say something, as files spell them, without those that could not be read."""
        keys = {key: value for key, value in self.own_keys.items() if value is not None}
        for name, info in type(self).model_fields.items():
            value = read_key(self, name)
            if value is not None and value != info.default:
                keys[info.alias or name] = value
        return keys

    @property
    def addresses(self) -> dict[str, str]:
        """Where each part is by `url`, `path` or `parts`; a source of one file has the one part `data`."""
        return dict(self.parts) if self.parts else {"data": self.url or self.path or ""}

    @model_serializer(mode="wrap")
    def _leave_out_defaults(
        self, handler: SerializerFunctionWrapHandler, info: SerializationInfo
    ) -> dict[str, Any]:
        """Keys of formats and collectors are left out where they are at their default, as all others are."""
        dumped: dict[str, Any] = handler(self)
        if info.exclude_defaults and self.own_keys:
            models = [format_of(self).options, *(spec.options for spec in collectors_of(self))]
            for model in models:
                for key in option_keys(model):
                    dumped.pop(key, None)
                dumped |= self.read_options(model).model_dump(
                    mode="json", by_alias=True, exclude_defaults=True
                )
        return dumped

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        described = handler.resolve_ref_schema(handler(schema))
        for model in option_models():
            own = handler.resolve_ref_schema(handler(model.__pydantic_core_schema__))
            described["properties"] |= own.get("properties", {})
        return described | {"additionalProperties": False}
