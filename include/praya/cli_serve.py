"""The command that hands out what is released."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from praya import paths
from praya.terminal import USAGE, say, stop


def serve(
    port: Annotated[int, typer.Option(help="port to listen on")] = 8000,
    host: Annotated[str, typer.Option(help="address to listen on")] = "127.0.0.1",
    folder: Annotated[
        Path | None, typer.Option(help="what to serve: a copy of the released area (default: the store's)")
    ] = None,
) -> None:
    """Serve the released area with its stable addresses (`DATASET/latest/FILE`).

    Example: `praya serve`
    """
    from praya.serve import serve as run

    folder = folder or paths.store() / "released"
    if not folder.is_dir():
        stop(f"{folder}: is no folder: nothing has been released yet, or --folder names another", USAGE)
    say(f"serving {folder} at http://{host}:{port}/ (Ctrl-C ends)")
    run(host, port, folder)
