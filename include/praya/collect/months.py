"""The months that a records API lists, each with a marker that changes when anything in the month does."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from praya.collect import http
from praya.collect.address import base
from praya.collect.receipt import Unchanged
from praya.contract import Contract
from praya.errors import SourceError
from praya.outside import describe_error, quote
from praya.store import Store


def listed(contract: Contract, url: str, target: Path) -> dict[str, str]:
    """Month → marker, as the API lists them at `url`. Raises SourceError where the answer is no such list."""
    fetched = http.fetch(contract, url, {}, target)
    if isinstance(fetched, Unchanged):
        raise SourceError(
            f"{contract.dataset}: {quote(url, 200)} says that nothing changed, and nobody asked that"
        )
    try:
        return {
            str(one["month"]): str(one["etag"]) for one in json.loads(target.read_text("utf-8"))["months"]
        }
    except (ValueError, KeyError, TypeError) as error:
        raise SourceError(
            f"{contract.dataset}: {quote(fetched.url, 200)} is not a list of months with their `etag` "
            f"({describe_error(error)}): see `source.months` of the contract, or ask the source"
        ) from error


def marker(contract: Contract, connections: Mapping[str, str], target: Path) -> str | None:
    """What the API says of the contract's month before it is read; None for a source without such a list."""
    if contract.source.months is None or contract.month is None:
        return None
    url = base(contract, connections) + contract.source.months
    return listed(contract, url, target).get(contract.month)


def changed(
    contracts: Sequence[Contract], store: Store, connections: Mapping[str, str], months: Sequence[str]
) -> dict[str, list[str]]:
    """Of `months`, those in which the API says that something has changed since they were collected: month →
    the datasets that have another marker. A month that the API no longer lists is left as it is.
    """
    found: dict[str, list[str]] = {}
    lists: dict[str, dict[str, str]] = {}
    for contract in contracts:
        if contract.source.months is None:
            continue
        url = base(contract, connections) + contract.source.months
        if url not in lists:
            with store.scratch() as work:
                lists[url] = listed(contract, url, work / "months.json")
        for month in months:
            collected: dict[str, Any] = store.state(f"{contract.dataset}/{month}", "collected") or {}
            if month in lists[url] and lists[url][month] != collected.get("marker"):
                found.setdefault(month, []).append(contract.dataset)
    return found
