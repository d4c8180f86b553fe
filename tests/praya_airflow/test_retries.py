"""How often a task is tried again: its own errors are counted, tries that were cut off are not."""

from __future__ import annotations

import datetime as dt
from typing import Any

from airflow.sdk.definitions.retry_policy import RetryAction

from praya_airflow.retries import CUT_OFF, FAILURES, LONGEST, OwnFailures, compute_pause, make_task_defaults


class Kept(dict[str, Any]):
    """Airflow's store of a task's state, which outlives its tries."""

    def set(self, key: str, value: Any) -> None:
        self[key] = value

    def delete(self, key: str) -> None:
        del self[key]


def failure(kept: Kept, try_number: int) -> RetryAction:
    asked = {"exception": ValueError("no"), "try_number": try_number, "max_tries": CUT_OFF}
    return OwnFailures().evaluate(**asked, context={"task_state_store": kept}).action


def test_a_source_that_fails_is_asked_a_few_times_however_often_the_task_was_cut_off() -> None:
    kept = Kept()
    tries = [1, 5, 9]  # those between ended without an error: nobody is asked
    assert [failure(kept, number) for number in tries] == [RetryAction.RETRY] * FAILURES + [RetryAction.FAIL]


def test_who_clears_a_failed_task_starts_anew() -> None:
    kept = Kept()
    first = [failure(kept, number) for number in range(1, FAILURES + 2)]
    assert [failure(kept, number) for number in range(FAILURES + 2, 2 * FAILURES + 3)] == first


def test_each_pause_is_longer_up_to_an_hour() -> None:
    pauses = [compute_pause(failures) for failures in range(1, 9)]
    assert pauses[0] == dt.timedelta(seconds=300) and pauses[1] == 2 * pauses[0] and pauses[-1] == LONGEST


def test_airflow_counts_to_more_than_the_policy_does() -> None:
    """Else a task that was cut off a few times would be given up by the count."""
    assert make_task_defaults(hours=1)["retries"] > FAILURES
