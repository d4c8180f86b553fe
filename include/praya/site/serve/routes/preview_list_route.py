"""The list of a preview's files, for who holds its token."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from praya.contract.zone import show_moment
from praya.history.grants import Grant, looked
from praya.history.manifests import read_manifest_in
from praya.site.serve.api_route import Handler, PreviewRoute, Previews
from praya.site.serve.preview_access import open_preview
from praya.site.serve.respond import page
from praya.store import Store

LIST = "(list of files)"


def make_handler(previews: Previews) -> Handler:
    """A handler that puts the look on record and answers with the list."""

    def answer(request: Request) -> Response:
        now = previews.clock()
        grant = open_preview(previews.store, request, now)
        if isinstance(grant, Response):
            return grant
        looked(previews.store, grant, LIST, now)
        return _render_list(previews.store, grant)

    return answer


def _render_list(store: Store, grant: Grant) -> Response:
    return page(
        "preview.html",
        200,
        {},
        grant=grant,
        manifest=read_manifest_in(grant.files(store)),
        start=show_moment(grant.start, zone=False),
        until=show_moment(grant.until),
        show=show_moment,
    )


PREVIEW_LIST = PreviewRoute(
    name="preview-list",
    path="/preview/{token}/",
    summary="The list of a preview's files, as a page.",
    precedence=200,
    make_handler=make_handler,
)
