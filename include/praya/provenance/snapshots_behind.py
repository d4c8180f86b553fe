"""The snapshots that a release goes back to: its own, and of a mart those of the tables that it was made from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import NamedTuple

from praya.errors import IntegrityError, codes
from praya.ledger import Ledger, LedgerLine
from praya.store import Store, layout, released_name
from praya.store.states import Accepted, MartState, MonthState

RELEASED = released_name("")
# The classes of which anybody may see the table itself, and so its hash.
OPEN = ("public facts", "public register")


class Own(NamedTuple):
    """The snapshots that a dataset's table was staged from: SHA-256 by part, and the ledger's lines of them."""

    parts: dict[str, str]
    lines: dict[str, int]


class Behind(NamedTuple):
    """A table that a mart goes back to: its subject, its key, the ledger's line of its verdict, and whether anybody
    may see the table.

    Of the others the snapshots are not listed: how many pages there are tells how many records there are.
    """

    subject: str
    staged: str
    line: int | None
    open: bool = False


def own(store: Store, dataset: str, staged_key: str) -> Own:
    """What the dataset's own table was staged from."""
    parts = parts_of(store, dataset, staged_key)
    names = {sha256: part for part, sha256 in parts.items()}
    lines: dict[str, int] = {}
    for line in Ledger(store).of(dataset, "snapshot"):
        if line.snapshot.get("sha256") in names:
            lines.setdefault(names[line.snapshot["sha256"]], line.number)
    return Own(parts, lines)


class Upstream(NamedTuple):
    """A release that a mart was made from, and the ledger's line of it."""

    dataset: str
    version: str
    manifest_sha256: str
    line: int


def releases(store: Store, mart: str | None) -> list[Upstream]:
    """The releases that a mart, or one that it is made from, has read."""
    upstream = set[Upstream]()
    for name in marts(store, mart):
        state = store.get_record(MartState, layout.mart_state(name))
        for read, manifest_sha256 in (state.inputs if state else {}).items():
            if read.startswith(RELEASED):
                dataset = read.removeprefix(RELEASED).replace("_", "-")
                line = Ledger(store).find("release", dataset, manifest_sha256=manifest_sha256)
                if line is not None:
                    upstream.add(Upstream(dataset, line.release["version"], manifest_sha256, line.number))
    return sorted(upstream)


def behind(store: Store, mart: str | None) -> list[Behind]:
    """The tables behind a mart, through other marts, as they stand on the store; nothing where there is no mart."""
    accepted = sorted(set(_of_mart(store, mart, set()))) if mart else []
    lines = (Ledger(store).find("verdict", subject, staged=key) for subject, key in accepted)
    return [
        Behind(subject, key, line.number, is_open(store, line)) if line else Behind(subject, key, None)
        for (subject, key), line in zip(accepted, lines, strict=True)
    ]


def is_open(store: Store, verdict: LedgerLine) -> bool:
    """Whether anybody may see the table that a verdict's line is on, as the contract said that it was judged by."""
    judged = (
        store.get_json(f"{layout.verdict(verdict.subject, verdict.verdict['key'])}/{layout.VERDICT}") or {}
    )
    return judged.get("disclosure") in OPEN


def read_by(store: Store, mart: str | None) -> list[str]:
    """The datasets whose tables or releases a mart, or one that it is made from, has read."""
    tables = {subject.partition("/")[0] for subject, _ in _of_mart(store, mart, set())} if mart else set()
    return sorted(tables | {release.dataset for release in releases(store, mart)})


def marts(store: Store, mart: str | None) -> list[str]:
    """The mart and those that it is made from, as they stand on the store."""
    seen = set[str]()
    if mart:
        list(_of_mart(store, mart, seen))
    return sorted(seen)


def parts_of(store: Store, subject: str, staged_key: str) -> dict[str, str]:
    """SHA-256 by part of the snapshots that a table was staged from; empty where the table is gone."""
    key = f"{layout.staged(subject, staged_key)}/{layout.COUNTS}"
    counts = store.get_json(key)
    if counts is None:
        return {}
    try:
        return dict(sorted(counts["snapshots"].items()))
    except (KeyError, TypeError, AttributeError) as error:
        raise IntegrityError(
            codes.verify.FILE_CHANGED, f"{store.describe(key)}: names no snapshots: it was changed"
        ) from error


def _of_mart(store: Store, mart: str, seen: set[str]) -> Iterator[tuple[str, str]]:
    if mart in seen:
        return
    seen.add(mart)
    keys = [layout.mart_state(mart, month) for month in (None, *store.names(layout.mart_states(mart)))]
    states = [store.get_record(MartState, key) for key in keys]
    for name in sorted({name for state in states if state for name in state.inputs}):
        if name.startswith(RELEASED):
            continue  # what is published has a statement of its own, and is named as such
        if store.exists(layout.mart_state(name)) or store.exists(layout.mart_states(name)):
            yield from _of_mart(store, name, seen)
        else:
            yield from _of_table(store, name.replace("_", "-"))


def _of_table(store: Store, dataset: str) -> Iterator[tuple[str, str]]:
    if (accepted := store.state(Accepted, dataset)) is not None:
        yield dataset, accepted.key
    for key in store.keys(layout.MONTH_STATES, "*/*.json"):
        table = store.read_record(MonthState, key).tables.get(dataset)
        if table is not None:
            yield f"{dataset}/{PurePosixPath(key).stem}", table.key
