"""A route of what is served: one module that declares an `ApiRoute`, found in the packages of `praya.api_routes`.

Two apps are put together from routes: that of the released area from `ReleasedRoute`s, which reads this area and
nothing else, and that of the previews from `PreviewRoute`s.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from praya.errors import ExtensionError, codes
from praya.extensions import API_ROUTES, discover_specs
from praya.project import Clock
from praya.site.serve.tree import Tree
from praya.store import Store
from praya.text.outside import quote

# Not a coroutine: it waits for the disk, and Starlette calls it in a thread of its own.
Handler = Callable[[Request], Response]

# What answers for every path comes after all other routes.
LAST = 1000


@dataclass(frozen=True, kw_only=True)
class ApiRoute:
    """A path with its methods, and one sentence on what it answers, for a listing of the API.

    `path` is Starlette's, with `{parameters}`. Of several routes that fit a request the one of lowest `precedence`
    answers.
    """

    name: str
    path: str
    summary: str
    methods: tuple[str, ...] = ("GET",)
    precedence: int = 500


@dataclass(frozen=True, kw_only=True)
class ReleasedRoute(ApiRoute):
    """A route of the released area; its handler is made for the files that are served."""

    make_handler: Callable[[Tree], Handler]


@dataclass(frozen=True)
class Previews:
    """What the routes of previews answer from: the store that holds them, and the time (UTC)."""

    store: Store
    clock: Clock


@dataclass(frozen=True, kw_only=True)
class PreviewRoute(ApiRoute):
    """A route of the previews; its handler is made for the store that holds them."""

    make_handler: Callable[[Previews], Handler]


R = TypeVar("R", bound=ApiRoute)


def find_routes(kind: type[R]) -> list[R]:
    """The routes of one app, in the order in which they are tried.

    Raises ExtensionError where two routes have one path and a method in common: the later one would never answer.
    """
    routes = [route for route in discover_specs(ApiRoute, API_ROUTES).values() if isinstance(route, kind)]
    routes.sort(key=lambda route: route.precedence)
    taken: dict[tuple[str, str], str] = {}
    for route in routes:
        for method in route.methods:
            if (other := taken.setdefault((route.path, method), route.name)) != route.name:
                raise ExtensionError(
                    codes.package.EXTENSION_NAME_TAKEN,
                    f"the API route '{quote(route.name)}' answers {method} {quote(route.path)}, and so does the route "
                    f"'{quote(other)}'; give one of them another path",
                )
    return routes


def mount_routes(handlers: Sequence[tuple[ApiRoute, Handler]]) -> list[Route]:
    """The routes with their handlers, for Starlette."""
    return [
        Route(route.path, handler, methods=list(route.methods), name=route.name)
        for route, handler in handlers
    ]
