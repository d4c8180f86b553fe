"""A log of what is handed out, in the Combined Log Format, for `praya downloads`: no reader's address, no referrer."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from praya.contract.zone import HONG_KONG
from praya.project import Clock

# What would end a field, or the line.
UNSAFE = {code: f"\\x{code:02x}" for code in (*range(32), ord('"'), ord("\\"), 127)}


def log_answers(app: ASGIApp, folder: Path, clock: Clock) -> ASGIApp:
    """The same app, whose every answer is a line in `folder/access-2026-11.log` (a file a month, Hong Kong time),
    at the time that `clock` gives (UTC)."""
    folder.mkdir(parents=True, exist_ok=True)

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        status, size = 0, 0

        async def sending(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
            elif message["type"] == "http.response.body":
                size += len(message.get("body", b""))
            await send(message)

        try:
            await app(scope, receive, sending)
        finally:
            if status:
                _write(folder, clock().astimezone(HONG_KONG), scope, status, size)

    return wrapped


def _write(folder: Path, now: dt.datetime, scope: Scope, status: int, size: int) -> None:
    target = scope.get("raw_path", scope["path"].encode()).decode("latin-1").translate(UNSAFE)
    agent = Headers(scope=scope).get("user-agent", "-").translate(UNSAFE)
    asked = f"{scope['method']} {target} HTTP/{scope['http_version']}"
    line = f'- - - [{now:%d/%b/%Y:%H:%M:%S %z}] "{asked}" {status} {size} "-" "{agent}"\n'
    # One write to a file that is open for appending: lines of several servers do not mix.
    with (folder / f"access-{now:%Y-%m}.log").open("ab", buffering=0) as file:
        file.write(line.encode())
