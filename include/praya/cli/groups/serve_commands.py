"""The commands that serve the released area or the previews over HTTP, and count the downloads."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from praya.cli.command_group import CommandGroup
from praya.cli.terminal import USAGE, WRONG, By, month_of, open_store, person_of, project, say, stop
from praya.errors import PrayaError

PORT, PREVIEW_PORT = 8000, 8001

LEFT_OUT = {
    "other_months": "of other months",
    "no_data": "pages, metadata and the like",
    "not_whole": "not answered with a whole file",
    "robots": "by robots",
    "unreadable": "unreadable lines",
}

app = typer.Typer()
SERVE = CommandGroup("serve", app, position=500)


@app.command()
def serve(
    port: Annotated[int | None, typer.Option(help="port (default: 8000; of previews 8001)")] = None,
    host: Annotated[str, typer.Option(help="address to listen on")] = "127.0.0.1",
    folder: Annotated[
        Path | None, typer.Option(help="what to serve: a copy of the released area (default: the store's)")
    ] = None,
    previews: Annotated[
        bool, typer.Option(help="serve previews to people with a token, and nothing else")
    ] = False,
    log: Annotated[
        Path | None,
        typer.Option(
            help="log what is handed out there, without readers' addresses, for `praya downloads`",
            envvar="PRAYA_ACCESS_LOGS",
        ),
    ] = None,
) -> None:
    """Serve the released area with its stable addresses (`DATASET/latest/FILE`), or with `--previews` the previews.

    Example: `praya serve` or `praya serve --previews --port 8001`
    """
    from praya.site.serve import serve_previews, serve_released

    port = port or (PREVIEW_PORT if previews else PORT)
    if previews:
        if folder:
            stop("--folder goes with what is released; previews lie in the store", USAGE)
        say(f"serving previews at http://{host}:{port}/preview/ (Ctrl-C ends)")
        serve_previews(open_store(), host, port)
        return
    folder = folder or project().store_folder / "released"
    if not folder.is_dir():
        stop(f"{folder}: is no folder: nothing has been released yet, or --folder names another", USAGE)
    say(f"serving {folder} at http://{host}:{port}/ (Ctrl-C ends)")
    serve_released(folder, host, port, project().clock, log)


@app.command()
def downloads(
    month: Annotated[str, typer.Argument(metavar="YYYY-MM", help="a month that is over, Hong Kong time")],
    logs: Annotated[
        list[Path] | None,
        typer.Argument(
            help="access logs in the Combined Log Format, also .gz, which hold the whole month (default: those in the "
            "folder PRAYA_ACCESS_LOGS)",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    by: By = None,
) -> None:
    """Count the downloads of a month, and put them on record; the next release of `open-data-progress` has them.

    Example: `praya downloads 2026-10 /var/log/nginx/access.log /var/log/nginx/access.log.1.gz`
    """
    from praya.site.downloads import count, logs_in

    month, folder, by = month_of(month), project().access_logs, person_of(by)
    files = logs or (logs_in(folder) if folder else [])
    if not files:
        stop("name the logs, or set PRAYA_ACCESS_LOGS to the folder that they are in", USAGE)
    try:
        counted = count(open_store(), month, files, dt.datetime.now(dt.UTC), by)
    except PrayaError as error:
        stop(error.with_code, WRONG)
    total = sum(sum(formats.values()) for formats in counted["counts"].values())
    say(f"{month}: {total:,} downloads of {len(counted['counts'])} datasets, on record")
    for dataset, formats in counted["counts"].items():
        if formats:
            say(f"  {dataset}: {', '.join(f'{name} {n:,}' for name, n in formats.items())}")
    left_out = ", ".join(f"{words} {counted['left_out'][kind]:,}" for kind, words in LEFT_OUT.items())
    say(f"  left out: {left_out}")
