"""A file of a preview, for who holds its token."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from praya.contract.text import Text
from praya.contract.zone import show_moment
from praya.history.grants import Grant, looked
from praya.history.manifests import read_manifest_in
from praya.site.serve.api_route import Handler, PreviewRoute, Previews
from praya.site.serve.preview_access import open_preview
from praya.site.serve.respond import TEMPLATES, media_type, sentence_response
from praya.site.serve.tree import Tree
from praya.text.templating import templates


def make_handler(previews: Previews) -> Handler:
    """A handler that puts the look on record before the first byte of the file goes."""

    def answer(request: Request) -> Response:
        now = previews.clock()
        grant = open_preview(previews.store, request, now)
        if isinstance(grant, Response):
            return grant
        file = request.path_params["file"]
        served = Tree(grant.files(previews.store)).file(file)
        if served is None:
            return sentence_response(404, _say_missing(file), request)
        looked(previews.store, grant, file, now)
        return _make_response(grant, served.path)

    return answer


def _make_response(grant: Grant, path: Path) -> Response:
    """A file as it will be released; a page has the mark on top, and is the released one without it."""
    types = {file["name"]: file.get("media_type") for file in read_manifest_in(path.parent)["files"]}
    kind = types.get(path.name) or media_type(path.name)
    if not kind.startswith("text/html"):
        return FileResponse(path, media_type=kind, stat_result=path.stat())
    mark = templates(TEMPLATES).get_template("mark.html").render(grant=grant, show=show_moment)
    before, body, after = path.read_text("utf-8").partition("<body>")
    return Response(f"{before}{body}\n{mark}{after}" if body else f"{mark}{before}", media_type=kind)


def _say_missing(file: str) -> Text:
    return Text(
        en=f"There is no {file} in this preview.",
        zh_hant=f"這項預覽內沒有{file}。",
    )


PREVIEW_FILE = PreviewRoute(
    name="preview-file",
    path="/preview/{token}/{file}",
    summary="A file of a version that is not released yet.",
    precedence=300,
    make_handler=make_handler,
)
