"""The ASGI app of previews: `/preview/<token>/` has the files of a version that is not out, for who holds the token.

Each file that is handed out is on record before its first byte goes. Nothing here is kept by caches, shown by search
engines, or named in a log.
"""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.types import ASGIApp

from praya.site.serve.api_route import PreviewRoute, Previews, find_routes, mount_routes
from praya.site.serve.response_headers import HIDDEN, add_headers
from praya.store import Store


def make_previews_app(store: Store) -> ASGIApp:
    """An ASGI app that answers for every grant of the store, at the time of the project's clock."""
    previews = Previews(store, store.project.clock)
    routes = mount_routes([(route, route.make_handler(previews)) for route in find_routes(PreviewRoute)])
    return add_headers(Starlette(routes=routes), HIDDEN)
