"""Headers that every answer of an app has."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

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
# What is not released is kept by no cache, and shown by no search engine.
HIDDEN = SAFE | {
    "content-security-policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
    "cache-control": "no-store",
    "x-robots-tag": "noindex, nofollow, noarchive",
    "x-praya-preview": "not released",
    "cross-origin-resource-policy": "same-origin",
}


def add_headers(app: ASGIApp, headers: dict[str, str]) -> ASGIApp:
    """The same app, whose every answer has these headers."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = MutableHeaders(scope=message)
                for name, value in headers.items():
                    present[name] = value
            await send(message)

        await app(scope, receive, sending)

    return wrapped
