"""Where events are written to by a process that no other logging is set up in: text for people, or JSON lines."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

import structlog

from praya.text.outside import quote

OWN = ("praya", "praya_hk", "praya_airflow")
FIRST = ("timestamp", "level", "event")  # of a JSON line, which people read too
LENGTH = 1_000  # characters of what another library says


class LogFormat(StrEnum):
    """How events are written: a line of text, or one JSON object a line."""

    TEXT = "text"
    JSON = "json"


@contextmanager
def write_logs(
    write: Callable[[str], object], form: LogFormat, zone: dt.tzinfo = dt.UTC, level: str = "INFO"
) -> Iterator[None]:
    """Give each event to `write`, as one text without a line end, until the block ends.

    Written are Praya's own events from `level` up, and warnings of other libraries. Times in text are those of `zone`,
    in JSON those of UTC.
    """
    handler = _Handler(write)
    handler.setFormatter(_formatter(form, zone))
    root, own = logging.getLogger(), [logging.getLogger(name) for name in OWN]
    before = [(logger, logger.level) for logger in own]
    root.addHandler(handler)
    for logger in own:
        logger.setLevel(level)
    logging.captureWarnings(True)
    try:
        yield
    finally:
        logging.captureWarnings(False)
        for logger, was in before:
            logger.setLevel(was)
        root.removeHandler(handler)


class _Handler(logging.Handler):
    def __init__(self, write: Callable[[str], object]) -> None:
        super().__init__()
        self._write = write

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._write(self.format(record))
        except Exception:
            self.handleError(record)


def _formatter(form: LogFormat, zone: dt.tzinfo) -> structlog.stdlib.ProcessorFormatter:
    last: list[structlog.typing.Processor] = (
        [_moment_first, structlog.processors.JSONRenderer(ensure_ascii=False)]
        if form is LogFormat.JSON
        else [_local_time(zone), structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0, pad_level=False)]
    )
    return structlog.stdlib.ProcessorFormatter(
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        foreign_pre_chain=[
            _show_foreign,
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
    )


def _show_foreign(
    _logger: Any, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """What another library logs may quote what it has read."""
    return {**event, "event": quote(event["event"], LENGTH)}


def _moment_first(
    _logger: Any, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    return {**{name: event[name] for name in FIRST}, **event}


def _local_time(zone: dt.tzinfo) -> structlog.typing.Processor:
    def convert(_logger: Any, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
        moment = dt.datetime.fromisoformat(event["timestamp"]).astimezone(zone)
        return {**event, "timestamp": f"{moment:%Y-%m-%d %H:%M:%S}"}

    return convert
