"""What each step logs: that it starts, and then its end with duration and counts, that there was nothing to do, or the
code of the error that stopped it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from praya.errors import PrayaError, codes
from praya.observe import bind_log_fields, get_logger
from praya.store.disk import disk_error

log = get_logger(__name__)

LogFields = dict[str, bool | int | str | None]
UNCHANGED_INPUTS = "its result is there, made from the same inputs"


@dataclass
class StepEnd:
    """How a step ends: the fields that the log has of its result; where there was nothing to do, the reason."""

    fields: LogFields = field(default_factory=dict)
    skipped: str = ""


@contextmanager
def log_step(
    step: str, dataset: str | None = None, partition: str | None = None, mart: str | None = None
) -> Iterator[StepEnd]:
    """Log start and end of a step; every event inside has the fields of the step. The step fills in what it yields.

    A stop is logged as information: whoever runs the step shows the error.
    """
    began = time.monotonic()
    about = {"mart": mart} if mart else {}
    end = StepEnd()

    def log_end(event: str, **fields: object) -> None:
        log.info(event, **about, **fields, seconds=round(time.monotonic() - began, 2), **end.fields)

    with bind_log_fields(dataset=dataset, partition=partition, step=step):
        log.info("step started", **about)
        try:
            yield end
        except Exception as error:
            log_end("step stopped", code=_find_code(error))
            raise
        if end.skipped:
            log_end("step skipped", reason=end.skipped)
        else:
            log_end("step ended")


def _find_code(error: Exception) -> str:
    known = error if isinstance(error, PrayaError) else disk_error(error)
    return str(known.code if known else codes.internal.CRASH)
