"""What commands log, on standard error as `PRAYA_LOG` asks: `text`, `json`, or warnings only where it is not set.

With `json`, standard error is one JSON object a line: what else is printed there are events too, and there is no
progress.
"""

from __future__ import annotations

import datetime as dt
import io
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO, cast

import typer
from rich.console import Console

from praya.contract.zone import HONG_KONG
from praya.observe import LogFormat, bind_log_fields, get_logger, write_logs
from praya.text.outside import quote

VARIABLE = "PRAYA_LOG"


@contextmanager
def log_command(console: Console, environment: Mapping[str, str] = os.environ) -> Iterator[None]:
    """Write the events of a command while inside. `console` is that of standard error.

    A run of a command is named by its moment (UTC) and its process. Raises BadParameter for another value than the
    known ones.
    """
    asked = environment.get(VARIABLE, "")
    if asked not in ("", *LogFormat):
        raise typer.BadParameter(f"{VARIABLE} is '{quote(asked)}'; it is text, json or not set")
    run = f"praya-{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%SZ}-{os.getpid()}"
    output = (
        _json_lines(console)
        if asked == LogFormat.JSON
        else _text_lines(console, "INFO" if asked else "WARNING")
    )
    with bind_log_fields(run=run), output:
        yield


def is_for_people(console: Console) -> bool:
    """Whether what is printed there is text, and may be progress."""
    return not isinstance(console.file, _EventStream)


@contextmanager
def _text_lines(console: Console, level: str) -> Iterator[None]:
    with write_logs(lambda line: console.print(line, soft_wrap=True), LogFormat.TEXT, HONG_KONG, level):
        yield


@contextmanager
def _json_lines(console: Console) -> Iterator[None]:
    console.file = cast("IO[str]", _EventStream())
    try:
        with write_logs(lambda line: sys.stderr.write(f"{line}\n"), LogFormat.JSON):
            yield
    finally:
        console.file = cast("IO[str]", None)  # Rich then takes standard error as it is at each print


class _EventStream(io.TextIOBase):
    """Takes what a console prints: each text is an event."""

    def write(self, text: str) -> int:
        if event := text.strip():
            log = get_logger("praya.cli")
            (log.warning if event.startswith("warning: ") else log.error)(event)
        return len(text)
