"""The ASGI app of previews: `/preview/<token>/` has the files of a version that is not out, for who holds the token.

Each file that is handed out is on record before its first byte goes. Nothing here is kept by caches, shown by search
engines, or named in a log.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from praya.contract.text import Text
from praya.contract.zone import show_moment
from praya.history.grants import Grant, looked, of_token
from praya.site.serve.released_app import SAFE, with_headers
from praya.site.serve.respond import TEMPLATES, media_type, page, sentence_response
from praya.site.serve.tree import Tree
from praya.store import Store
from praya.text.templating import templates

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
UNKNOWN = Text(en="There is no such preview.", zh_hant="沒有這項預覽。")
LIST = "(list of files)"

Clock = Callable[[], dt.datetime]


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def application(store: Store, clock: Clock = _now) -> ASGIApp:
    """An ASGI app that answers for every grant of the store, at the time that `clock` tells (UTC)."""

    def answer(request: Request) -> Response:
        grant = of_token(store, request.path_params["token"])
        if grant is None:
            return sentence_response(404, UNKNOWN, request)
        now = clock()
        if (state := grant.state(store, now)) != "open":
            status = 403 if state == "not yet" else 410
            return sentence_response(status, _closed(store, grant, state), request)
        file = request.path_params.get("file", "")
        path = Tree(grant.files(store)).file(file) if file else None
        if file and path is None:
            return sentence_response(404, _nothing(file), request)
        looked(store, grant, file or LIST, now)
        return _file(grant, path) if path else _list(store, grant)

    def slash(request: Request) -> Response:
        return Response(status_code=308, headers={"location": f"{request.path_params['token']}/"})

    def nothing(request: Request) -> Response:
        return sentence_response(404, UNKNOWN, request)

    routes = [
        Route("/preview/{token}", slash, methods=["GET"]),
        Route("/preview/{token}/", answer, methods=["GET"]),
        Route("/preview/{token}/{file}", answer, methods=["GET"]),
        Route("/{path:path}", nothing, methods=["GET"]),
    ]
    return with_headers(Starlette(routes=routes), HIDDEN)


def _file(grant: Grant, path: Path) -> Response:
    """A file as it will be released; a page has the mark on top, and is the released one without it."""
    listed = {file["name"]: file for file in _manifest(path.parent)["files"]}
    kind = listed.get(path.name, {}).get("media_type") or media_type(path.name)
    if not kind.startswith("text/html"):
        return FileResponse(path, media_type=kind, stat_result=path.stat())
    mark = templates(TEMPLATES).get_template("mark.html").render(grant=grant, show=show_moment)
    before, body, after = path.read_text("utf-8").partition("<body>")
    return Response(f"{before}{body}\n{mark}{after}" if body else f"{mark}{before}", media_type=kind)


def _list(store: Store, grant: Grant) -> Response:
    manifest = _manifest(grant.files(store))
    return page(
        "preview.html",
        200,
        {},
        grant=grant,
        manifest=manifest,
        start=show_moment(grant.start, zone=False),
        until=show_moment(grant.until),
        show=show_moment,
    )


def _manifest(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "manifest.json").read_bytes()))


def _closed(store: Store, grant: Grant, state: str) -> Text:
    """Why the token opens nothing now; times in Hong Kong."""
    if state == "not yet":
        return Text(
            en=f"This preview opens at {show_moment(grant.start)}.",
            zh_hant=f"這項預覽於{show_moment(grant.start, 'zh-Hant')}開放。",
        )
    if state == "released":
        out = store.exists(f"released/{grant.dataset}/{grant.version}/manifest.json")
        what = f"{grant.dataset} {grant.version}" if out else grant.dataset
        return Text(
            en=f"{what} has been released; this preview is over.",
            zh_hant=f"{what}已經發布，這項預覽已結束。",
        )
    if state == "ended":
        return Text(en="This preview was taken back.", zh_hant="這項預覽已被收回。")
    return Text(
        en=f"This preview ended at {show_moment(grant.until)}.",
        zh_hant=f"這項預覽已於{show_moment(grant.until, 'zh-Hant')}結束。",
    )


def _nothing(file: str) -> Text:
    return Text(
        en=f"There is no {file} in this preview.",
        zh_hant=f"這項預覽內沒有{file}。",
    )
