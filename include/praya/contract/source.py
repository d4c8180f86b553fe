"""The contract's source: where the data comes from, and in which form."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, StringConstraints
from pydantic import Field as Key

from praya.contract.base import RuledModel
from praya.contract.fields import PathName
from praya.contract.rules import source_rules as rules
from praya.errors import AddressRefused
from praya.outbound import parse_host

# As an environment variable can name it: AIRFLOW_CONN_ and the id in capitals.
ConnectionId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=70)]
MartName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9_]*[a-z0-9])?$", max_length=63)]

# Neither spaces nor control characters nor backslashes, which parsers of addresses read differently.
PLAIN = r"[^\x00-\x20\x7f-\x9f\\]"
Path = Annotated[str, StringConstraints(pattern=rf"^/{PLAIN}*$")]
Place = Annotated[str, StringConstraints(pattern=rf"^(/|https?://|file:///){PLAIN}*$")]


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

    url: Annotated[str, StringConstraints(pattern=rf"^(https?|file)://{PLAIN}*$")] | None = None
    connection: ConnectionId | None = Key(
        default=None, description="Airflow connection whose host `path` is added to"
    )
    path: Path | None = None
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
    format: Literal["csv", "json", "parquet"]
    pages: Literal["cursor"] | None = Key(
        default=None, description="the source is an API whose pages name the next one (Link, rel=next)"
    )
    months: Path | None = Key(
        default=None,
        description="where the API lists its months, each with an `etag` that any change in it changes",
    )
    encoding: str = "utf-8"
    delimiter: str = Key(default=",", min_length=1, max_length=1)
    records: str = Key(
        default="$", description="JSON path of the array of records, e.g. $.vcalendar[0].vevent"
    )
    ignore_columns: list[str] = Key(
        default=[], description="columns of the source that are left behind, by name"
    )
    max_bytes: int = Key(default=2 * 1024**3, gt=0, description="a larger body is refused")
    timeout_seconds: float = Key(default=60, gt=0, description="longest silence of the source")
