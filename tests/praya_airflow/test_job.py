"""The job of make run against an Airflow that is played by a small fake."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from praya_airflow.dag_names import ROLL_UP
from praya_airflow.local import job as module
from praya_airflow.local.display import Display
from praya_airflow.local.follow import Run, Watch, find_last_error
from praya_airflow.local.instance import Problem
from praya_airflow.local.job import Job, end_homeless, wait_parsed

START = datetime(2026, 1, 1, tzinfo=UTC)
EXPECTED = [
    ("a", "dataset"),
    ("m", "mart-dataset"),
    ("programme_metrics", "metrics"),
    ("catalogue", "catalogue"),
]


class Airflow:
    """Ends every triggered run at the next look; `events` lists what a DAG's success starts."""

    def __init__(self, events: dict[str, list[str]] | None = None, failing: tuple[str, ...] = ()) -> None:
        self.events = events or {}
        self.failing = failing
        self.triggered: list[str] = []
        self.states: list[tuple[str, str]] = []
        self.all: list[dict[str, Any]] = []
        self.errors: list[dict[str, str]] = []
        self.due: list[str] = []  # which start by themselves when they are unpaused, if `is_prompt`
        self.is_prompt = True
        self.done: Callable[[str], None] = lambda _: None

    def list_dags(self) -> list[dict[str, Any]]:
        parsed = {"last_parsed_time": START.isoformat()}
        ours = [
            {"dag_id": name, "fileloc": "datasets.py"} | parsed for name, _ in [*EXPECTED, ("just-gone", "")]
        ]
        for dag in ours:
            dag["next_dagrun_run_after"] = (
                START.isoformat() if dag["dag_id"] in self.due else "9999-01-01T00:00:00Z"
            )
        return [*ours, {"dag_id": "by-hand", "fileloc": "by_hand.py"} | parsed]

    def list_import_errors(self) -> list[dict[str, str]]:
        return self.errors

    def unpause_all(self) -> None:
        for dag_id in self.due if self.is_prompt else ():
            self._begin(dag_id)

    def trigger(self, dag_id: str) -> None:
        self.triggered.append(dag_id)
        self._begin(dag_id)

    def _begin(self, dag_id: str) -> None:
        number = len(self.all)
        run = {"dag_id": dag_id, "dag_run_id": f"r{number}", "state": "running", "duration": None}
        self.all.append(run | {"queued_at": f"{number:03}", "run_after": None})

    def list_runs(self, *, states: Any = (), since: Any = None) -> list[dict[str, Any]]:
        if states:
            return [run for run in self.all if run["state"] in states]
        shown = [dict(run) for run in self.all]
        for run in [run for run in self.all if run["state"] == "running"]:
            name = run["dag_id"]
            run["state"] = "failed" if name in self.failing else "success"
            if run["state"] == "success":
                self.done(name)
                for follower in self.events.get(name, []):
                    self._begin(follower)
        return shown

    def list_tasks(self, *, since: Any) -> list[dict[str, Any]]:
        keys = {"task_id": "work", "map_index": -1, "try_number": 1, "end_date": "x"}
        return [{**keys, **{key: run[key] for key in ("dag_id", "dag_run_id", "state")}} for run in self.all]

    def read_log(self, task: Any) -> list[dict[str, Any]]:
        return [
            {"event": "Task failed", "error_detail": [{"exc_type": "X", "exc_value": "the source is empty"}]}
        ]

    def set_task_state(self, run: dict[str, Any], task_id: str, state: str) -> None:
        pass

    def set_run_state(self, run: dict[str, Any], state: str, note: str) -> None:
        self.states.append((run["dag_run_id"], state))


@pytest.fixture(autouse=True)
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "POLL", 0.001)
    monkeypatch.setattr(module, "OWN_RUN", 0.0)


def work(
    airflow: Any, needs: dict[str, str], after: dict[str, str] | None = None
) -> tuple[module.Outcome, str]:
    """Runs the job; `needs` maps what is pending to the DAG whose success makes it current, `after` to what must not be
    pending before."""
    pending = dict.fromkeys(needs, "not yet")

    def done(name: str) -> None:
        made = [item for item, dag_id in needs.items() if dag_id == name]
        for item in [item for item in made if (after or {}).get(item) not in pending]:
            pending.pop(item, None)

    airflow.done = done
    goal = SimpleNamespace(
        find_pending=lambda: {name: why for name, why in pending.items() if name != "catalogue"},
        is_catalogued=lambda: "catalogue" not in pending,
        months=(),
    )
    output = io.StringIO()
    display = Display(Console(file=output, width=200))
    dags = {"dags": lambda: EXPECTED, "dag_ids": lambda: [name for name, _ in EXPECTED]}
    job = Job(airflow, goal, display, lambda: None, patience=0.02, **dags)
    return job.run(START), output.getvalue()


NEEDS = {"a": "a", "mart x": "programme_metrics", "m": "m", "catalogue": "catalogue"}


def test_datasets_are_started_and_events_do_the_rest() -> None:
    airflow = Airflow({"a": ["programme_metrics"], "programme_metrics": ["m"], "m": ["catalogue"]})
    outcome, shown = work(airflow, NEEDS)
    assert outcome == module.Outcome({}, {})
    assert airflow.triggered == ["a"]
    assert "a: work done (1 of 1)" in shown


@pytest.mark.parametrize("is_prompt", [True, False])
def test_a_dataset_that_is_due_runs_once_whether_or_not_airflow_starts_it(is_prompt: bool) -> None:
    airflow = Airflow({"a": ["programme_metrics"], "programme_metrics": ["m"], "m": ["catalogue"]})
    airflow.due, airflow.is_prompt = ["a", "programme_metrics"] if is_prompt else ["a"], is_prompt
    outcome, _ = work(airflow, NEEDS)
    assert outcome == module.Outcome({}, {})
    assert airflow.triggered == ([] if is_prompt else ["a"])
    assert [run["dag_id"] for run in airflow.all].count("a") == 1


def test_what_a_lost_event_should_have_started_is_started_once_and_in_order() -> None:
    airflow = Airflow()
    outcome, shown = work(airflow, NEEDS)
    assert outcome.pending == {}
    assert airflow.triggered == ["a", "programme_metrics", "m", "catalogue"]
    assert "no event has started it" in shown


def test_marts_and_their_datasets_take_turns_until_nothing_changes_any_more() -> None:
    """A mart that reads releases is left while a dataset made of another is behind; no event follows on that one."""

    airflow = Airflow()
    outcome, _ = work(airflow, NEEDS | {"mart of releases": "programme_metrics"}, {"mart of releases": "m"})
    assert outcome.pending == {}
    assert airflow.triggered == ["a", "programme_metrics", "m", "programme_metrics", "catalogue"]


def test_what_stays_pending_is_not_tried_for_ever() -> None:
    airflow = Airflow()
    outcome, _ = work(airflow, {"mart x": "nobody", "m": "nobody"})
    assert outcome.pending == {"mart x": "not yet", "m": "not yet"}
    assert airflow.triggered == ["a", "programme_metrics", "m"]


def test_a_failure_is_told_by_its_last_sentence_and_stays_pending() -> None:
    outcome, shown = work(Airflow(failing=("a",)), {"a": "a"})
    assert outcome.failed == {"a": "work: the source is empty"}
    assert outcome.pending == {"a": "not yet"}
    assert "a: the run failed" in shown


def test_an_import_error_is_a_sentence_with_the_file() -> None:
    airflow: Any = Airflow()
    late = (START + timedelta(seconds=1)).isoformat()
    early = (START - timedelta(seconds=1)).isoformat()
    airflow.errors = [
        {"timestamp": late, "filename": "datasets.py", "stack_trace": "Traceback\n  x\nValueError: no\n"},
        {"timestamp": early, "filename": "old.py", "stack_trace": "mended since"},
    ]
    with pytest.raises(Problem) as caught:
        wait_parsed(airflow, ["a"], START, lambda: None)
    assert str(caught.value) == "The DAG file datasets.py cannot be read: ValueError: no"


def test_dags_that_never_appear_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PARSED_WITHIN", 0.0)
    airflow: Any = Airflow()
    with pytest.raises(Problem, match="new-dataset"):
        wait_parsed(airflow, ["a", "new-dataset"], START, lambda: None)


def test_runs_of_dags_that_are_gone_are_ended_and_no_others() -> None:
    airflow: Any = Airflow()
    for name in ("a", "removed", "just-gone", "by-hand"):
        airflow.trigger(name)
    assert end_homeless(airflow, {"a", "b"}) == ["just-gone", "removed"]
    assert airflow.states == [("r1", "failed"), ("r2", "failed")]


def test_a_run_that_waits_for_its_release_time_is_not_waited_for() -> None:
    states = {"collect": "success", "validate": "success", "release": "up_for_reschedule"}
    run = Run("a", "r", "running", tasks={name: {"state": state} for name, state in states.items()})
    assert not run.is_active
    run.tasks["other"] = {"state": "running"}
    assert run.is_active


def test_a_roll_up_that_waits_for_months_is_waited_for() -> None:
    run = Run(
        "a-years", "r", "running", tasks={ROLL_UP: {"state": "up_for_reschedule"}, "measure": {"state": None}}
    )
    assert run.is_active


def test_a_failure_that_a_later_run_made_good_is_none() -> None:
    watch = Watch(Airflow(), START)  # type: ignore[arg-type]
    watch.runs = {
        ("a", "1"): Run("a", "1", "failed", queued="1"),
        ("a", "2"): Run("a", "2", "success", queued="2"),
    }
    assert watch.list_failed_runs() == []


@pytest.mark.parametrize(
    ("records", "sentence"),
    [
        ([{"event": "x", "error_detail": [{"exc_value": "first"}]}, {"event": "later"}], "first"),
        ([{"event": "went wrong", "level": "error"}], "went wrong"),
        ([{"event": "fine", "level": "info"}], "its log holds no error"),
    ],
)
def test_the_last_error_of_a_log(records: list[dict[str, Any]], sentence: str) -> None:
    assert find_last_error(records) == sentence
