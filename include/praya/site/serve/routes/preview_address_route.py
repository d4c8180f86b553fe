"""The address of a preview without the slash at its end."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from praya.site.serve.api_route import Handler, PreviewRoute, Previews


def make_handler(_previews: Previews) -> Handler:
    """A handler that leads to the list of files, whatever the token."""

    def answer(request: Request) -> Response:
        return Response(status_code=308, headers={"location": f"{request.path_params['token']}/"})

    return answer


PREVIEW_ADDRESS = PreviewRoute(
    name="preview-address",
    path="/preview/{token}",
    summary="A redirect to the list of a preview's files.",
    precedence=100,
    make_handler=make_handler,
)
