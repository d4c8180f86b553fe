"""Personal records by month: their contract, and a paged API that gives them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from made.basics import field, make_contract
from praya.contract import Contract


def records(dataset: str = "the-calls", **more: Any) -> Contract:
    said = {
        "retention": {"raw_days": 30, "ground": "kept no longer than the purpose needs"},
        "disclosure": {"class": "personal records", "reason": "made up for a test"},
    }
    return make_contract(
        field("id", "integer"),
        field("caller", personal="pseudonym"),
        field("name", personal="drop"),
        field("score", "integer", constraints={"maximum": 5}),
        dataset=dataset,
        partition="month",
        **(said | more),
    )


def paged(**source: Any) -> Contract:
    return records(source={"url": None, "connection": "api", "path": "/calls", "pages": "cursor", **source})


class Api:
    """Pages of CSV by month; each names the next one. What is asked is kept, and pages may be changed."""

    def __init__(self) -> None:
        self.pages = {
            "2023-01": [
                b"id,caller,name,score\n1,51234567,A,5\n",
                b"id,caller,name,score\n2,51234568,B,4\n3,,,\n",
            ],
            "2023-02": [b"id,caller,name,score\n4,51234567,A,5\n"],
        }
        self.asked: list[tuple[str, str | None]] = []
        self.next: Callable[[int], int] = lambda number: number + 1

    def app(self) -> Starlette:
        async def answer(request: Request) -> Response:
            month, number = request.query_params["month"], int(request.query_params.get("cursor", 0))
            self.asked.append((str(request.url.query), request.headers.get("if-none-match")))
            if request.headers.get("authorization") != "Bearer s3cret":
                return Response(status_code=401)
            body = self.pages[month][number]
            etag = f'"{hash(body)}"'
            following = self.next(number)
            headers = {"etag": etag}
            if following < len(self.pages[month]):
                headers["link"] = f'</calls?month={month}&cursor={following}>; rel="next"'
            if request.headers.get("if-none-match") == etag:
                return Response(status_code=304, headers=headers)
            return Response(body, headers=headers, media_type="text/csv")

        return Starlette(routes=[Route("/calls", answer)])
