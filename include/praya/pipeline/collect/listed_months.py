"""The months that a records API lists, each with a marker that changes when anything in the month does."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from praya.contract import Contract
from praya.errors import SourceError, codes
from praya.pipeline.collect.collector import CollectContext
from praya.pipeline.collect.receipt import Unchanged
from praya.pipeline.collect.sessions import Sessions
from praya.pipeline.collect.source_address import Remote, remote
from praya.store import Store
from praya.store.states import Collected
from praya.text.outside import describe_error, quote

# A list of all months since 1900 is far smaller; it is read into memory.
MOST_BYTES = 4 * 1024**2


def listed(contract: Contract, at: Remote, target: Path, sessions: Sessions) -> dict[str, str]:
    """Month → marker, as the API lists them at `at`. Raises SourceError where the answer is no such list."""
    from praya.pipeline.collect import http_source

    fetched = http_source.fetch(contract, at, {}, target, sessions, limit=MOST_BYTES)
    if isinstance(fetched, Unchanged):
        raise SourceError(
            codes.source.MONTH_LIST_NOT_VALID,
            f"{contract.dataset}: {at.address.shown} says that nothing changed, and nobody asked that",
        )
    try:
        return {
            str(month["month"]): str(month["etag"])
            for month in json.loads(target.read_text("utf-8"))["months"]
        }
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise SourceError(
            codes.source.MONTH_LIST_NOT_VALID,
            f"{contract.dataset}: {quote(fetched.url, 200)} is not a list of months with their `etag` "
            f"({describe_error(error)}): see `source.months` of the contract, or ask the source",
        ) from error


def marker(context: CollectContext, target: Path) -> str | None:
    """What the API says of the contract's month before it is read; None for a source without such a list."""
    contract = context.contract
    if contract.source.months is None or contract.month is None:
        return None
    at = remote(contract, context.connections, contract.source.months)
    return listed(contract, at, target, context.sessions).get(contract.month)


def changed(
    contracts: Sequence[Contract],
    store: Store,
    connections: Mapping[str, str],
    months: Sequence[str],
) -> dict[str, list[str]]:
    """Of `months`, those in which the API says that something has changed since they were collected: month →
    the datasets that have another marker. A month that the API no longer lists is left as it is.
    """
    datasets: dict[str, list[str]] = {}
    lists: dict[str, dict[str, str]] = {}
    for contract in contracts:
        if contract.source.months is None:
            continue
        at = remote(contract, connections, contract.source.months)
        url = str(at.address)
        if url not in lists:
            with store.scratch() as work, Sessions(store.project) as sessions:
                lists[url] = listed(contract, at, work / "months.json", sessions)
        for month in months:
            collected = store.state(Collected, f"{contract.dataset}/{month}")
            if month in lists[url] and lists[url][month] != (collected and collected.marker):
                datasets.setdefault(month, []).append(contract.dataset)
    return datasets
