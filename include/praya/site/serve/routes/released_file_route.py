"""The files of the released area, and where a stable address leads."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from praya.site.serve.api_route import LAST, Handler, ReleasedRoute
from praya.site.serve.respond import file_response, missing_response, moved_response
from praya.site.serve.stable import Missing, Moved, find
from praya.site.serve.tree import Tree

METHODS = ("GET", "HEAD", "OPTIONS")
ASKED_BEFORE = {
    "access-control-allow-methods": "GET, HEAD",
    "access-control-allow-headers": "If-Match, If-None-Match, If-Range, Range",
    "access-control-max-age": "86400",
    "allow": ", ".join(METHODS),
}


def make_handler(tree: Tree) -> Handler:
    """A handler that answers with a file of `tree`, with another address, or with what is there instead."""

    def answer(request: Request) -> Response:
        path = request.path_params["path"]
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=ASKED_BEFORE)
        target = find(tree, path)
        if isinstance(target, Moved):
            return moved_response(target, path)
        if isinstance(target, Missing):
            return missing_response(target, path, request)
        return file_response(tree, target, request)

    return answer


RELEASED_FILE = ReleasedRoute(
    name="released-file",
    path="/{path:path}",
    methods=METHODS,
    summary="A released file by its path, or a redirect from its stable address to where it is now.",
    precedence=LAST,
    make_handler=make_handler,
)
