"""A small HTTP server of a folder of source files that can be told to misbehave, path by path."""

from __future__ import annotations

import asyncio
import hashlib
import mimetypes
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

Answer = Callable[[bytes], Response]
SILENCE_SECONDS = 3600


def application(folder: Path, faults: Mapping[str, str] | None = None) -> Starlette:
    """An ASGI app that serves `folder` with ETags; `faults` maps paths to names of FAULTS.

    `faults` is read at every request, so that a test may change it while the server runs.
    """
    broken = faults if faults is not None else {}

    async def answer(request: Request) -> Response:
        path = request.url.path
        if fault := broken.get(path):
            if fault == "silent":
                await asyncio.sleep(SILENCE_SECONDS)
            return FAULTS[fault](_read(folder, path) or b"")
        body = _read(folder, path)
        if body is None:
            return PlainTextResponse(f"there is no {path} here\n", status_code=404)
        etag = f'"{hashlib.sha256(body).hexdigest()}"'
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers={"etag": etag})
        kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
        return Response(body, media_type=kind, headers={"etag": etag})

    return Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "HEAD"])])


def serve(folder: Path, host: str, port: int, faults: Mapping[str, str] | None = None) -> None:
    """Serve `folder` until interrupted."""
    uvicorn.run(application(folder, faults), host=host, port=port, log_level="warning")


def _read(folder: Path, path: str) -> bytes | None:
    file = (folder / path.lstrip("/")).resolve()
    if not file.is_relative_to(folder.resolve()) or not file.is_file():
        return None
    return file.read_bytes()


def _truncated(body: bytes) -> Response:
    async def half() -> AsyncIterator[bytes]:
        yield body[: len(body) // 2]

    return StreamingResponse(half(), headers={"content-length": str(len(body))})


def _renamed(body: bytes) -> Response:
    """The first column of a CSV file under another name."""
    header, _, rest = body.partition(b"\n")
    first, comma, others = header.partition(b",")
    return Response(first + b" (new)" + comma + others + b"\n" + rest, media_type="text/csv")


FAULTS: dict[str, Answer] = {
    "500": lambda _: PlainTextResponse("broken on purpose\n", status_code=500),
    "503": lambda _: PlainTextResponse("busy on purpose\n", status_code=503, headers={"retry-after": "1"}),
    "404": lambda _: PlainTextResponse("gone on purpose\n", status_code=404),
    "html": lambda _: HTMLResponse("<!DOCTYPE html><title>Log in</title><p>Please log in.</p>"),
    "empty": lambda _: Response(b"", media_type="text/csv"),
    "truncated": _truncated,
    "renamed": _renamed,
    "silent": lambda body: Response(body),
}
