"""The ASGI app of the released area. It reads that area and nothing else; a static host can take its place, with the
redirects that the catalogue writes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from praya.site.serve.log import logged
from praya.site.serve.respond import file_response, missing_response, moved_response
from praya.site.serve.stable import Missing, Moved, find
from praya.site.serve.tree import Tree

if TYPE_CHECKING:
    from praya.store import Store

METHODS = ["GET", "HEAD", "OPTIONS"]
# Pages bring their own styles; whatever else they load comes from here, and nobody puts them into a frame.
POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
SAFE = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}
# Open data: any page may read it.
OPEN = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "Accept-Ranges, Content-Length, Content-Range, ETag, Location",
    "cross-origin-resource-policy": "cross-origin",
}
ASKED_BEFORE = {
    "access-control-allow-methods": "GET, HEAD",
    "access-control-allow-headers": "If-Match, If-None-Match, If-Range, Range",
    "access-control-max-age": "86400",
    "allow": ", ".join(METHODS),
}


def application(folder: Path) -> ASGIApp:
    """An ASGI app that serves `folder`, a released area or a copy of one, and its stable addresses."""
    tree = Tree(folder)

    # Not a coroutine: it waits for the disk, in a thread of its own.
    def answer(request: Request) -> Response:
        path = request.path_params["path"]
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=ASKED_BEFORE)
        found = find(tree, path)
        if isinstance(found, Moved):
            return moved_response(found, path)
        if isinstance(found, Missing):
            return missing_response(found, path, request)
        return file_response(tree, found, request)

    app = Starlette(routes=[Route("/{path:path}", answer, methods=METHODS)])
    return with_headers(app, SAFE | OPEN)


def with_headers(app: ASGIApp, headers: dict[str, str]) -> ASGIApp:
    """The same app, whose every answer has these headers."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                told = MutableHeaders(scope=message)
                for name, value in headers.items():
                    told[name] = value
            await send(message)

        await app(scope, receive, sending)

    return wrapped


def serve(
    host: str, port: int, folder: Path | None = None, previews: Store | None = None, logs: Path | None = None
) -> None:
    """Serve `folder` until interrupted, or the previews of a store, and nothing beside them; what is handed out of the
    folder is logged below `logs`."""
    import uvicorn  # who only asks where an address leads needs no server

    if previews is None:
        app = application(folder or Path())
        app = logged(app, logs) if logs else app
    else:
        from praya.site.serve.previews import application as previewing

        app = previewing(previews)
    # Uvicorn's own log has readers' addresses, and of previews their tokens.
    uvicorn.run(app, host=host, port=port, log_level="warning", access_log=False, server_header=False)
