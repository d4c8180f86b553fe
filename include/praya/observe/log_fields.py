"""Loggers whose events carry dataset, run, partition and step, as whoever runs a step has bound them.

Events go through the standard `logging`, so that whoever runs the library decides where they are written. Fields are
kept where structlog keeps them (`structlog.contextvars`): Airflow reads them from there too.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import structlog

from praya.text.outside import clean, describe_crash, quote

LENGTH = 500  # characters of a field's text
NUMBERS = (bool, int, float, type(None))


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """The logger of a module: `get_logger(__name__).info("step ended", rows_in=3)`.

    The text of an event is the same each time; what changes is given as fields. Texts in fields are shown as values
    from outside: shortened, escaped, with secrets and personal data masked.
    """
    return cast(
        "structlog.stdlib.BoundLogger",
        structlog.wrap_logger(
            logging.getLogger(name), processors=PROCESSORS, wrapper_class=structlog.stdlib.BoundLogger
        ),
    )


@contextmanager
def bind_log_fields(
    *,
    dataset: str | None = None,
    run: str | None = None,
    partition: str | None = None,
    step: str | None = None,
) -> Iterator[None]:
    """Put these fields on every event that is logged inside, also by other modules; None leaves a field as it is."""
    fields = {"dataset": dataset, "run": run, "partition": partition, "step": step}
    known = {name: clean(value) for name, value in fields.items() if value is not None}
    with structlog.contextvars.bound_contextvars(**known):
        yield


def _show_values(_logger: Any, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Mask and shorten what an event says. Of an exception that is logged, its kind and place are kept: a traceback
    as Python writes it would quote what was read."""
    error = event.pop("exc_info", None)
    shown = {name: clean(str(value)) if name == "event" else _show(value) for name, value in event.items()}
    if error:
        shown["error"] = describe_crash(error if isinstance(error, BaseException) else _current_error())
    return shown


def _show(value: Any) -> Any:
    if isinstance(value, NUMBERS):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [_show(item) for item in (sorted(value) if isinstance(value, set | frozenset) else value)]
    return quote(value, LENGTH)


def _current_error() -> BaseException:
    return sys.exc_info()[1] or RuntimeError("no error was being handled")


PROCESSORS: list[structlog.typing.Processor] = [
    structlog.stdlib.filter_by_level,
    structlog.stdlib.PositionalArgumentsFormatter(),
    _show_values,
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
]
