"""HTTP and HTTPS: addresses of the web, and paths at an Airflow connection of type HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from praya.contract import Text
from praya.pipeline.collect.collector import CollectContext, Collector
from praya.pipeline.collect.receipt import Fetched, Unchanged
from praya.pipeline.collect.source_address import Remote, remote

OF_THE_WEB = "is of an address of the web: it goes with a `url` or `parts` of http(s), or with a `path`"


def locate(context: CollectContext, addresses: Mapping[str, str]) -> dict[str, Remote]:
    """Each part at its own address."""
    return {
        name: remote(context.contract, context.connections, address) for name, address in addresses.items()
    }


def fetch(
    context: CollectContext, place: Remote, validators: Mapping[str, str], target: Path
) -> Fetched | Unchanged:
    """Download what is there, unless the source says that it is unchanged."""
    from praya.pipeline.collect import http_source

    return http_source.fetch(context.contract, place, validators, target, context.sessions)


HTTP = Collector[Remote](
    name="http",
    label=Text(en="File at an address of the web", zh_hant="網上檔案"),
    schemes=("http", "https"),
    paths=True,
    keys={"hosts": f"`hosts` {OF_THE_WEB}", "timeout_seconds": f"`timeout_seconds` {OF_THE_WEB}"},
    places=locate,
    fetch=fetch,
)
