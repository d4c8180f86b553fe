"""`praya sources`: the departments' side on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from praya.cli.command_group import CommandGroup
from praya.cli.terminal import USAGE, out, project, stop

app = typer.Typer()
SOURCES = CommandGroup("sources", app)


@app.command()
def sources(
    port: Annotated[int, typer.Option(help="port on loopback")] = 8023,
    host: Annotated[str, typer.Option(help="address to listen on")] = "127.0.0.1",
    folder: Annotated[Path | None, typer.Option(help="what to serve")] = None,
    fault: Annotated[
        list[str] | None,
        typer.Option(
            help="PATH=KIND: misbehave there (500, 503, 404, 429, html, empty, truncated, cut, slow, silent, "
            "renamed …; with x2 behind it twice only)",
            envvar="PRAYA_SOURCES_FAULTS",
        ),
    ] = None,
) -> None:
    """Serve the source documents' facts as departments would, over HTTP.

    Example: `praya sources --fault /head-135/provision.csv=500`
    """
    from praya_hk.sources import FAULTS, serve

    faults = dict(item.partition("=")[::2] for item in fault or [])
    if wrong := sorted(set(faults.values()) - set(FAULTS)):
        stop(f"--fault: {', '.join(wrong)} is not one of {', '.join(FAULTS)}", USAGE)
    out.print(f"serving {folder or project().sources} at http://{host}:{port}/ (Ctrl-C ends)")
    serve(folder or project().sources, host, port, faults)
