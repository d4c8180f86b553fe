"""A small HTTP server of a folder of source files and of the 1823 records API, that can be told to misbehave."""

from __future__ import annotations

import hashlib
import mimetypes
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from praya_hk.sources.faults import FAULTS, Faults, wait

RECORDS = "/1823/v1"
TOKEN = "PRAYA_SOURCES_TOKEN"  # noqa: S105  a variable's name


def application(folder: Path, faults: Mapping[str, str] | None = None, token: str | None = None) -> Starlette:
    """An ASGI app that serves `folder` with ETags, and the records API below `/1823/v1`.

    `faults` maps paths to names of FAULTS and is read at every request, so that a test may change it while the
    server runs. The records API wants `token`, else what PRAYA_SOURCES_TOKEN says; with neither it lets nobody in.
    """
    broken = faults if faults is not None else {}
    counted = Faults(broken)

    async def answer(request: Request) -> Response:
        path = request.url.path
        if kind := counted.at(path):
            await wait(kind)
            if kind != "slow":
                return FAULTS[kind](_read(folder, path) or b"")
        body = _read(folder, path)
        if body is None:
            return PlainTextResponse(f"there is no {path} here\n", status_code=404)
        etag = f'"{hashlib.sha256(body).hexdigest()}"'
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers={"etag": etag})
        kind_of_file = mimetypes.guess_type(path)[0] or "application/octet-stream"
        return Response(body, media_type=kind_of_file, headers={"etag": etag})

    records = _Records(broken, token)
    files = Route("/{path:path}", answer, methods=["GET", "HEAD"])
    return Starlette(routes=[Mount(RECORDS, records), files])


def serve(folder: Path, host: str, port: int, faults: Mapping[str, str] | None = None) -> None:
    """Serve `folder` and the records API until interrupted; prints the API's token where none was given."""
    token = os.environ.get(TOKEN)
    if not token:
        token = secrets.token_urlsafe(24)
        print(f"{RECORDS} (synthetic records) wants the header Authorization: Bearer {token}", flush=True)
    uvicorn.run(application(folder, faults, token), host=host, port=port, log_level="warning")


class _Records:
    """The records API, loaded (numpy, pyarrow, DuckDB) when it is first asked for something."""

    def __init__(self, faults: Mapping[str, str], token: str | None) -> None:
        self._faults, self._token = faults, token
        self._app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._app is None:
            from praya_hk.sources.contact_centre.api import RecordsApi
            from praya_hk.sources.contact_centre.api_settings import from_environment

            token = self._token or os.environ.get(TOKEN) or secrets.token_urlsafe(24)
            self._app = RecordsApi(from_environment(), token, self._faults).app()
        await self._app(scope, receive, send)


def _read(folder: Path, path: str) -> bytes | None:
    try:
        file = (folder / path.lstrip("/")).resolve()
    except (OSError, RuntimeError, ValueError):  # a name that no file can have, a link that leads to itself
        return None
    if not file.is_relative_to(folder.resolve()) or not file.is_file():
        return None
    return file.read_bytes()
