"""The last task of a run: whatever states Airflow has given the others, it passes only where the work is done."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException

from made import project
from praya.contract import load_contracts
from praya.errors import codes
from praya_airflow import last_task
from praya_airflow.dataset_dags import build_dataset_dag
from praya_airflow.task_results import ENDED_EARLY, STORED

STEPS = ("collect", "stage", "validate", "release")
STATES = ("success", "skipped", "failed", "upstream_failed")
KEY = "released/head-135-provision/1"


class Instance:
    """What the running task asks Airflow: the states of the run's tasks, and what they left."""

    def __init__(self, states: dict[str, str], left: dict[tuple[str, str], Any]) -> None:
        self.states, self.left = states, left

    def get_task_states(self, _dag_id: str, run_ids: list[str]) -> dict[str, Any]:
        return {run_ids[0]: self.states | {"finished": "running"}}

    def xcom_pull(self, task_ids: list[str], key: str = "return_value") -> list[Any]:
        return [self.left.get((name, key)) for name in task_ids]


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs the last task of a dataset's DAG over these states and these things left."""
    monkeypatch.setenv("PRAYA_STORE", str(tmp_path / "store"))
    (tmp_path / "store" / KEY).mkdir(parents=True)
    contract = next(one for one in load_contracts(project()) if one.dataset == "head-135-provision")
    dag = build_dataset_dag(contract)

    def run(states: dict[str, str], left: dict[tuple[str, str], Any]) -> dict[str, int]:
        context = {"dag": dag, "run_id": "r", "ti": Instance(states, left)}
        monkeypatch.setattr(last_task, "get_current_context", lambda: context)
        return dict(dag.get_task("finished").python_callable())

    return run


def receipts(*names: str) -> dict[tuple[str, str], Any]:
    return {(name, "return_value"): {"rows": 1} for name in names}


def test_a_run_whose_every_step_left_a_receipt_is_done(check: Any) -> None:
    left = receipts(*STEPS[:3]) | {("release", "return_value"): {STORED: [KEY]}}
    assert check(dict.fromkeys(STEPS, "success"), left) == {"done": 4, "skipped": 0}


def test_a_source_without_news_ends_a_run_well(check: Any) -> None:
    states = {"collect": "success"} | dict.fromkeys(STEPS[1:], "skipped")
    assert check(states, {("collect", ENDED_EARLY): "nothing new"}) == {"done": 1, "skipped": 3}


def test_no_other_states_are_green_without_word_of_why(check: Any) -> None:
    """Each of the 256 ways in which four tasks can end, without word that there was nothing to do."""
    for states in product(STATES, repeat=len(STEPS)):
        ended = dict(zip(STEPS, states, strict=True))
        left = receipts(*(name for name, state in ended.items() if state == "success"))
        if set(states) == {"success"}:
            check(ended, left)
            continue
        with pytest.raises(AirflowFailException):
            check(ended, left)


def test_word_of_a_later_task_does_not_excuse_an_earlier_one(check: Any) -> None:
    states = dict.fromkeys(STEPS, "success") | {"stage": "skipped"}
    left = receipts("collect", "validate", "release") | {("release", ENDED_EARLY): "nothing new"}
    with pytest.raises(AirflowFailException, match=f"{codes.run.TASK_WITHOUT_WORK}: stage "):
        check(states, left)


def test_what_was_marked_as_a_success_by_hand_has_left_no_receipt(check: Any) -> None:
    for name in STEPS:
        with pytest.raises(AirflowFailException, match=f"{codes.run.TASK_WITHOUT_WORK}: {name} "):
            check(dict.fromkeys(STEPS, "success"), receipts(*(one for one in STEPS if one != name)))


def test_what_a_receipt_names_and_the_store_has_not_is_named(check: Any) -> None:
    left = receipts(*STEPS[:3]) | {("release", "return_value"): {STORED: [KEY, "released/gone"]}}
    with pytest.raises(AirflowFailException, match=f"{codes.run.RESULT_MISSING}: .*released/gone"):
        check(dict.fromkeys(STEPS, "success"), left)
