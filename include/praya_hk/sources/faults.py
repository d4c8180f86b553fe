"""The ways in which the source server misbehaves when told to, by name.

A fault stands at a path. For the records API it may also stand at one month of a table (`/1823/v1/calls/2023-03`);
a change of the records themselves stands at the month (`/1823/v1/months/2023-03`).
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Callable, Mapping

from starlette.responses import HTMLResponse, PlainTextResponse, Response, StreamingResponse

Answer = Callable[[bytes], Response]
SILENCE_SECONDS = 3600
# What is done to records of the records API (praya_hk.sources.contact_centre.amendments), not to an answer.
CHANGES = ("late", "amended", "reopened", "merged", "deleted", "duplicates", "unknown-codes")
# What the records API does to a page by itself: its previous page again, or its first column under another name.
OF_PAGES = ("repeat", "column-renamed")
PASSING = ("500", "503", "404", "429", "html", "empty", "truncated", "cut", "slow")
TIMES = (1, 2, 3)


def cut(whole: Response) -> Response:
    """The same answer, its connection cut when half of the body is through."""
    body = bytes(whole.body)

    async def half() -> AsyncIterator[bytes]:
        yield body[: len(body) // 2]

    headers = dict(whole.headers) | {"content-length": str(len(body))}
    return StreamingResponse(half(), status_code=whole.status_code, headers=headers)


async def wait(kind: str) -> None:
    """Take the time that a fault takes: for ever, or PRAYA_SOURCES_SLOW_SECONDS (default 2)."""
    if kind == "silent":
        await asyncio.sleep(SILENCE_SECONDS)
    if kind == "slow":
        await asyncio.sleep(float(os.environ.get("PRAYA_SOURCES_SLOW_SECONDS", "2")))


class Faults:
    """What is wrong at a path now. `table` is read at every request, so that it may change while the server runs.

    `503x2` is two requests that fail, and then all is well until the fault is lifted and set again.
    """

    def __init__(self, table: Mapping[str, str]) -> None:
        self._table, self._used, self._lock = table, dict[str, int](), threading.Lock()

    def at(self, *paths: str) -> str | None:
        """The kind of fault at the first of `paths` that has one, counted as used."""
        for path in paths:
            named = self._table.get(path)
            if named is None:
                self._used.pop(path, None)
                continue
            kind, times = parse(named)
            with self._lock:
                used = self._used[path] = self._used.get(path, 0) + 1
            return kind if times is None or used <= times else None
        return None

    def change(self, path: str) -> str | None:
        """The change of records at `path`, if any."""
        named = self._table.get(path)
        return named if named in CHANGES else None


def parse(named: str) -> tuple[str, int | None]:
    """The kind of a fault, and for how many requests it holds: `503x2` is ("503", 2)."""
    kind, x, times = named.rpartition("x")
    return (kind, int(times)) if x and kind in PASSING else (named, None)


def _renamed(body: bytes) -> Response:
    """The first column of a CSV file under another name."""
    header, _, rest = body.partition(b"\n")
    first, comma, others = header.partition(b",")
    return Response(first + b" (new)" + comma + others + b"\n" + rest, media_type="text/csv")


def _misplaced(kind: str) -> Answer:
    """Records do not change because of a fault at a file; say so."""
    text = (
        f"the fault {kind} means something in the records API only (docs/decisions/0006-synthetic-1823.md)\n"
    )
    return lambda _: PlainTextResponse(text, status_code=500)


_KINDS: dict[str, Answer] = {
    "500": lambda _: PlainTextResponse("broken on purpose\n", status_code=500),
    "503": lambda _: PlainTextResponse("busy on purpose\n", status_code=503, headers={"retry-after": "1"}),
    "404": lambda _: PlainTextResponse("gone on purpose\n", status_code=404),
    "429": lambda _: PlainTextResponse(
        "too many on purpose\n", status_code=429, headers={"retry-after": "1"}
    ),
    "html": lambda _: HTMLResponse("<!DOCTYPE html><title>Log in</title><p>Please log in.</p>"),
    "empty": lambda _: Response(b"", media_type="text/csv"),
    "truncated": lambda body: cut(Response(body)),
    "cut": lambda body: cut(Response(body)),
    "renamed": _renamed,
    "silent": lambda body: Response(body),
    "slow": lambda body: Response(body),
}

FAULTS: dict[str, Answer] = {
    **_KINDS,
    **{f"{kind}x{times}": _KINDS[kind] for kind in PASSING for times in TIMES},
    **{kind: _misplaced(kind) for kind in (*OF_PAGES, *CHANGES)},
}
# What needs nothing of the answer that it takes the place of.
INSTEAD = ("500", "503", "404", "429", "html", "empty")
