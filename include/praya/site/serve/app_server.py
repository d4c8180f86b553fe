"""Runs the apps as servers, until they are interrupted."""

from __future__ import annotations

from pathlib import Path

from starlette.types import ASGIApp

from praya.project import Clock
from praya.site.serve.log import log_answers
from praya.site.serve.preview_app import make_previews_app
from praya.site.serve.released_app import make_released_app
from praya.store import Store


def serve_released(folder: Path, host: str, port: int, clock: Clock, logs: Path | None = None) -> None:
    """Serve `folder`, a released area or a copy of one; what is handed out is logged below `logs`, at the time of
    `clock`."""
    app = make_released_app(folder)
    _run_server(log_answers(app, logs, clock) if logs else app, host, port)


def serve_previews(store: Store, host: str, port: int) -> None:
    """Serve the previews of a store, and nothing that is released."""
    _run_server(make_previews_app(store), host, port)


def _run_server(app: ASGIApp, host: str, port: int) -> None:
    import uvicorn  # who only asks where an address leads needs no server

    # Uvicorn's own log has readers' addresses, and of previews their tokens.
    uvicorn.run(app, host=host, port=port, log_level="warning", access_log=False, server_header=False)
