"""The records API of the synthetic 1823, mounted under `/1823/v1`: months, pages of tables, withdrawn rows, truth."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from praya.errors import PrayaError, codes
from praya.text.outside import quote
from praya_hk.sources.contact_centre import api_pages, query
from praya_hk.sources.contact_centre.amendments import Change
from praya_hk.sources.contact_centre.generator import KEYS, TABLES
from praya_hk.sources.contact_centre.source_store import Archive, Month
from praya_hk.sources.faults import CHANGES, FAULTS, INSTEAD, Faults, cut, wait

Handler = Callable[[Request], Response]


class RecordsApi:
    """The handlers. `faults` may change while the server runs; a change of records in it comes after the log's."""

    def __init__(self, archive: Archive, token: str, faults: Mapping[str, str]) -> None:
        self.archive, self._token, self._faults = archive, token.encode(), Faults(faults)

    def app(self) -> ASGIApp:
        """The API as an ASGI app, its paths as seen below the mount."""
        routes = [
            Route("/months", self._guarded(self.months)),
            Route("/months/{month}", self._guarded(self.month)),
            Route("/truth", self._guarded(self.truth)),
            Route("/deleted", self._guarded(self.deleted)),
            Route("/{table}", self._guarded(self.page)),
        ]
        missing = {404: _not_here, 405: _not_here}
        return _Synthetic(Starlette(routes=routes, exception_handlers=missing))

    def months(self, request: Request) -> Response:
        """Every month with its marker; the rows of a month are counted when it is first asked for."""
        query.known(request.query_params, set())
        months = [self._describe_month(request, month, made=False) for month in self.archive.months]
        return JSONResponse({"synthetic": True, "months": months})

    def month(self, request: Request) -> Response:
        """One month with its rows counted."""
        return JSONResponse(self._describe_month(request, request.path_params["month"], made=True))

    def truth(self, request: Request) -> Response:
        """What the records of a month should add up to."""
        query.known(request.query_params, {"month"})
        return JSONResponse(self._state(request, request.query_params.get("month", "")).truth())

    def deleted(self, request: Request) -> Response:
        """The rows of a table that were withdrawn since a time, in the months given out so far."""
        asked = request.query_params
        query.known(asked, {"table", "since"})
        table = asked.get("table", "")
        if table not in TABLES:
            raise PrayaError(
                codes.simulator.REQUEST_NOT_VALID,
                f"table: '{quote(table)}' is not one of {', '.join(TABLES)}",
            )
        since = query.moment("since", asked.get("since", "1970-01-01"))

        def state(month: str) -> Month | None:
            # A month in which nothing was changed has nothing to tell, and need not be made for that.
            return self._state(request, month) if self._changes(request, month) else None

        gone = self.archive.gone(table, since, state)
        rows = [
            {"table": table, **row["key"], **{name: value for name, value in row.items() if name != "key"}}
            for row in gone
        ]
        return JSONResponse({"synthetic": True, "table": table, "key": KEYS[table], "deleted": rows})

    def page(self, request: Request) -> Response:
        """One page of a table, from bytes on disk."""
        table = request.path_params["table"]
        if table not in TABLES:
            return _error(404, f"there is no table {table!r}; there are {', '.join(TABLES)}")
        asked = query.page(table, request.query_params)
        state = self._state(request, asked.month)
        if asked.cursor and asked.cursor.etag != state.etag:
            # The month has changed on the way: go on in the state in which the reading began.
            earlier = self.archive.made(asked.month, asked.cursor.etag)
            if earlier is None:
                raise PrayaError(
                    codes.simulator.REQUEST_NOT_VALID,
                    "cursor: the month has changed and the state it belongs to is gone; begin again",
                )
            state = earlier
        pages = self.archive.pages(state, table, asked.form, asked.since)
        offset = asked.cursor.offset if asked.cursor else 0
        if offset and offset >= pages.rows:
            raise PrayaError(
                codes.simulator.REQUEST_NOT_VALID,
                "cursor: it leads past the end; take it from the Link header, or begin without one",
            )

        shown = max(offset - asked.limit, 0) if request.state.fault == "repeat" else offset
        renamed = request.state.fault == "column-renamed"
        # The state is in it: who is told that a page is unchanged keeps its link to the next one, which is of a state.
        named = f"{state.etag} {table} {asked.form} {asked.since} {shown} {offset} {asked.limit} {renamed}"
        zipped = _takes_gzip(request)
        etag = f'"{hashlib.sha256(named.encode()).hexdigest()[:32]}{"-gzip" if zipped else ""}"'
        headers = {
            "etag": etag,
            "vary": "accept-encoding",
            "cache-control": "private, no-cache",
            "x-total-count": str(pages.rows),
            "x-month-etag": state.etag,
        }
        if offset + asked.limit < pages.rows:
            cursor = query.Cursor(
                state.etag, asked.month, table, asked.form, asked.since, offset + asked.limit
            ).text()
            headers["x-next-cursor"] = cursor
            headers["link"] = f'<{request.url.include_query_params(cursor=cursor)}>; rel="next"'
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers=headers)
        body = _body(pages, shown, asked.limit, zipped, renamed)
        if zipped:
            headers["content-encoding"] = "gzip"
        return Response(body, media_type=api_pages.FORMATS[asked.form], headers=headers)

    def _describe_month(self, request: Request, month: str, *, made: bool) -> dict[str, Any]:
        if month not in self.archive.months:
            self.archive.month(month)  # says what is wrong with it
        changed = self._changes(request, month)
        etag = self.archive.etag(month, changed)
        state = self.archive.month(month, changed) if made else self.archive.made(month, etag)
        rows = state.state()["rows"] if state else dict.fromkeys(TABLES)
        return {
            "month": month,
            "etag": etag,
            "updated_at": self.archive.updated_at(month, changed),
            "changed": bool(changed),
            "synthetic": True,
            "tables": {table: {"rows": rows[table]} for table in TABLES},
        }

    def _state(self, request: Request, month: str) -> Month:
        if month not in self.archive.months:
            return self.archive.month(month)  # says what is wrong with it
        return self.archive.month(month, self._changes(request, month))

    def _changes(self, request: Request, month: str) -> tuple[Change, ...]:
        kind = self._faults.change(f"{request.scope['root_path']}/months/{month}")
        return (*self.archive.changes(month), *([Change(kind)] if kind else []))

    def _guarded(self, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        """The handler with its faults before and after, only for who has the token."""

        async def answer(request: Request) -> Response:
            path = request.url.path
            fault = self._faults.at(f"{path}/{request.query_params.get('month', '')}", path)
            request.state.fault = fault = None if fault in CHANGES else fault
            if fault:
                await wait(fault)
            if fault in INSTEAD:
                return FAULTS[str(fault)](b"")
            if not self._allowed(request):
                return _error(
                    401, "a token is wanted: Authorization: Bearer TOKEN", {"www-authenticate": "Bearer"}
                )
            try:
                response = await run_in_threadpool(handler, request)
            except PrayaError as error:
                return _error(400, str(error))
            return cut(response) if fault in ("cut", "truncated") else response

        return answer

    def _allowed(self, request: Request) -> bool:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and hmac.compare_digest(token.strip().encode(), self._token)


def _body(pages: api_pages.Pages, offset: int, limit: int, zipped: bool, renamed: bool) -> bytes:
    if zipped and not renamed and (ready := pages.ready(offset, limit)) is not None:
        return ready
    text = pages.text(offset, limit)
    if renamed:
        text = _renamed(text)
    return api_pages.compress(text) if zipped else text


def _renamed(text: bytes) -> bytes:
    """The first column under another name, in the header or in every line."""
    if text.startswith(b'{"'):
        first = text[2 : text.index(b'"', 2)]
        return text.replace(b'{"' + first + b'":', b'{"' + first + b' (new)":')
    first, comma, rest = text.partition(b",")
    return first + b" (new)" + comma + rest


def _takes_gzip(request: Request) -> bool:
    for coding in request.headers.get("accept-encoding", "").split(","):
        name, _, quality = coding.strip().partition(";")
        if name.strip().lower() in ("gzip", "*"):
            return quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _error(status: int, sentence: str, headers: Mapping[str, str] | None = None) -> Response:
    return JSONResponse({"error": sentence, "synthetic": True}, status, headers)


async def _not_here(request: Request, _: Exception) -> Response:
    return _error(404, f"there is no {request.method} {request.url.path}; read /1823/v1/months first")


class _Synthetic:
    """Marks every answer as synthetic, errors and faults included."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"x-synthetic", b"true")]
            await send(message)

        await self._app(scope, receive, marked)
