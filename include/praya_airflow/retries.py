"""How often a task is tried again: a few times after an error of its own, many times after it was cut off.

Airflow counts every try alike: one that failed, and one whose process was killed, whose worker is gone, or whose
machine was started anew. Errors are counted here, in Airflow's store of the task's state, which outlives its tries; a
try that was cut off never comes here and costs nothing. It holds for any executor.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from airflow.sdk import RetryPolicy
from airflow.sdk.definitions.retry_policy import RetryDecision

FAILURES = 2  # after which a task is tried again
CUT_OFF = 20  # tries that may be cut off before a task is given up: something ends it each time
AGAIN = dt.timedelta(seconds=10)  # after a try was cut off
LONGEST = dt.timedelta(hours=1)
COUNTED = "failures"


class OwnFailures(RetryPolicy):
    """Asked in the task's own process, where it failed by an error, and nowhere else."""

    def evaluate(
        self,
        exception: BaseException,  # noqa: ARG002  the signature is Airflow's
        try_number: int,  # noqa: ARG002
        max_tries: int,  # noqa: ARG002
        context: Any = None,
    ) -> RetryDecision:
        """Try again after the first failures, each time later; not after more."""
        kept = context["task_state_store"]
        failures = int(kept.get(COUNTED) or 0) + 1
        if failures > FAILURES:
            kept.delete(COUNTED)  # who clears the task by hand starts anew
            return RetryDecision.fail(reason=f"failed {failures} times")
        kept.set(COUNTED, failures)
        return RetryDecision.retry(
            compute_pause(failures), reason=f"failure {failures}; tried again after {FAILURES}"
        )

    def serialize(self) -> dict[str, Any]:
        return {}


def compute_pause(failures: int) -> dt.timedelta:
    """How long to wait after so many failures; the first time as long as Airflow is set to."""
    from airflow.sdk.configuration import conf

    first = dt.timedelta(seconds=conf.getfloat("core", "default_task_retry_delay"))
    return min(first * float(2 ** (failures - 1)), LONGEST)


def make_task_defaults(owner: str = "praya", *, hours: int) -> dict[str, Any]:
    """The default arguments of the tasks of a DAG: tried again, each time later, and a try takes at most `hours`."""
    return {
        "owner": owner,
        "retries": CUT_OFF,
        "retry_delay": AGAIN,
        "retry_policy": OwnFailures(),
        "execution_timeout": dt.timedelta(hours=hours),
    }
