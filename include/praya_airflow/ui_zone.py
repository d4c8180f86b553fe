"""The Airflow UI in the time of Hong Kong: what it shows before somebody chooses another zone there.

Airflow 3 has no setting for that: its UI takes the browser's zone and keeps the choice in the browser. So its page
says, before anything else runs, what the choice is where none was made.
"""

from __future__ import annotations

import json
from typing import Any

ZONE = "Asia/Hong_Kong"  # here too: every process of Airflow imports this module, and it must cost nothing
KEY = "timezone"  # by which the UI keeps the choice, as JSON
HEAD = b"<head>"
NAME, CHOICE = json.dumps(KEY), json.dumps(json.dumps(ZONE))
SCRIPT = (
    f"<script>try{{if(localStorage.getItem({NAME})===null)localStorage.setItem({NAME},{CHOICE})}}catch(e){{}}</script>"
).encode()


class InHongKong:
    """ASGI middleware: puts the script into the page of the UI, and leaves every other answer as it is."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"].startswith("/praya"):
            await self.app(scope, receive, send)
            return
        held: list[Any] = []

        async def pass_on(message: Any) -> None:
            if message["type"] == "http.response.start" and _is_page(message):
                held.append(message)
            elif held and message["type"] == "http.response.body":
                held.append(message)
                if not message.get("more_body"):
                    for each in _add_script(held):
                        await send(each)
                    held.clear()
            else:
                await send(message)

        await self.app(scope, receive, pass_on)


def _is_page(start: Any) -> bool:
    headers = {name.lower(): value for name, value in start["headers"]}
    packed = b"content-encoding" in headers
    return (
        start["status"] == 200 and headers.get(b"content-type", b"").startswith(b"text/html") and not packed
    )


def _add_script(held: list[Any]) -> list[Any]:
    """The start and the one body of a page with the script in its head, and its length."""
    body = b"".join(part.get("body", b"") for part in held[1:]).replace(HEAD, HEAD + SCRIPT, 1)
    others = [(name, value) for name, value in held[0]["headers"] if name.lower() != b"content-length"]
    length = (b"content-length", str(len(body)).encode())
    return [{**held[0], "headers": [*others, length]}, {"type": "http.response.body", "body": body}]
