"""Every other address of the app of previews."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from praya.site.serve.api_route import LAST, Handler, PreviewRoute, Previews
from praya.site.serve.preview_access import UNKNOWN
from praya.site.serve.respond import sentence_response


def make_handler(_previews: Previews) -> Handler:
    """A handler that says the same as of a token that nobody has."""

    def answer(request: Request) -> Response:
        return sentence_response(404, UNKNOWN, request)

    return answer


PREVIEW_UNKNOWN = PreviewRoute(
    name="preview-unknown",
    path="/{path:path}",
    summary="That there is no such preview, for every other address.",
    precedence=LAST,
    make_handler=make_handler,
)
