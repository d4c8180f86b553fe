"""The ASGI app of the released area. It reads that area and nothing else; a static host can take its place, with the
redirects that the catalogue writes."""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.types import ASGIApp

from praya.site.serve.api_route import ReleasedRoute, find_routes, mount_routes
from praya.site.serve.response_headers import OPEN, SAFE, add_headers
from praya.site.serve.tree import Tree


def make_released_app(folder: Path) -> ASGIApp:
    """An ASGI app that serves `folder`, a released area or a copy of one, and its stable addresses."""
    tree = Tree(folder)
    routes = mount_routes([(route, route.make_handler(tree)) for route in find_routes(ReleasedRoute)])
    return add_headers(Starlette(routes=routes), SAFE | OPEN)
