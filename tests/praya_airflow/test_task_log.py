"""What is logged while a task runs carries dataset, run, partition and step, and nothing of the task before."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk import task
from airflow.sdk.exceptions import AirflowException
from airflow.sdk.execution_time.context import set_current_context

from praya.errors import PrayaError, StoreBusy, codes
from praya.observe import LogFormat, get_logger, write_logs
from praya_airflow import common_tasks, dataset_tasks, disclosure_tasks, last_task, month_tasks, report_tasks
from praya_airflow.assets import make_partition_key
from praya_airflow.common_dags import (
    build_audit_dag,
    build_catalogue_dag,
    build_faults_dag,
    build_metrics_dag,
    build_retention_dag,
)
from praya_airflow.dataset_dags import build_dataset_dags
from praya_airflow.disclosure_dags import build_approval_dag, build_methods_dag
from praya_airflow.records_dags import build_records_dags
from praya_airflow.refused_dags import build_refused_dag
from praya_airflow.report_dags import build_month_end_dag, build_reports_dag
from praya_airflow.task_wrapper import wrap_task

pytestmark = pytest.mark.slow

RUN = "manual__2026-11-22T00:00:00+00:00"
FIELDS = ("dataset", "run", "partition", "step")


@pytest.fixture(autouse=True)
def _empty_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "contracts").mkdir()
    monkeypatch.setenv("PRAYA_CONTRACTS", str(tmp_path / "contracts"))
    monkeypatch.setenv("PRAYA_STORE", str(tmp_path / "store"))


def run_task(function: Callable[..., object], *arguments: object, **context: Any) -> list[dict[str, Any]]:
    """The events of a task's function, which may fail as Airflow lets tasks fail."""
    lines: list[str] = []
    ti = SimpleNamespace(
        task_id="t", xcom_push=lambda **_: None, xcom_pull=lambda **_: {}, get_task_states=lambda *_, **__: {}
    )
    dag = SimpleNamespace(dag_id="synthetic-1823-years", tasks=[])
    dag_run = SimpleNamespace(run_type="manual", triggering_user_name="Mary Chan")
    full: Any = {"run_id": RUN, "params": {}, "ti": ti, "dag": dag, "dag_run": dag_run} | context
    with (
        write_logs(lines.append, LogFormat.JSON),
        set_current_context(full),
        suppress(AirflowException, PrayaError),
    ):
        function(*arguments)
    return [json.loads(line) for line in lines]


def fields_of(event: dict[str, Any]) -> dict[str, Any]:
    return {name: event[name] for name in FIELDS if name in event}


FAILED_MART = {"programme_observations": {"failed": "PRAYA-MEASURE-001: no"}}
MONTH = make_partition_key("2023-01")


@pytest.mark.parametrize(
    ("function", "arguments", "context", "expected"),
    [
        (dataset_tasks.collect, ["sample"], {}, {"dataset": "sample", "step": "collect"}),
        (dataset_tasks.stage, ["sample"], {}, {"dataset": "sample", "step": "stage"}),
        (dataset_tasks.validate, ["sample"], {}, {"dataset": "sample", "step": "validate"}),
        (dataset_tasks.release, ["sample"], {}, {"dataset": "sample", "step": "release"}),
        (common_tasks.report_failures, [FAILED_MART], {}, {"step": "report_failures"}),
        (common_tasks.verify, [], {}, {"step": "verify"}),
        (
            month_tasks.take_month,
            ["1823-calls"],
            {"partition_key": MONTH},
            {"dataset": "1823-calls", "partition": "2023-01", "step": "take_month"},
        ),
        (
            month_tasks.take_month,
            ["1823-calls", "2023-02"],
            {},
            {"dataset": "1823-calls", "partition": "2023-02", "step": "take_month"},
        ),
        (
            month_tasks.roll_up,
            [],
            {"partition_key": "2023"},
            {"partition": "2023", "step": "roll_up"},
        ),
        (month_tasks.find_changed_months, ["synthetic-1823"], {}, {"step": "find_changed_months"}),
        (
            disclosure_tasks.compare_methods,
            [],
            {"params": {"dataset": "sample"}},
            {"dataset": "sample", "step": "compare_methods"},
        ),
        (
            disclosure_tasks.propose,
            [],
            {"params": {"dataset": "sample", "reason": "less is enough"}},
            {"dataset": "sample", "step": "propose"},
        ),
        (report_tasks.make_report, ["head-135"], {}, {"step": "make_report"}),
        (
            report_tasks.count_downloads,
            [],
            {"params": {"month": "2026-10"}},
            {"partition": "2026-10", "step": "count_downloads"},
        ),
    ],
    ids=lambda value: getattr(getattr(value, "function", None), "__name__", ""),
)
def test_events_of_a_task_carry_its_fields(
    function: Any, arguments: list[object], context: dict[str, Any], expected: dict[str, str]
) -> None:
    events = run_task(function.function, *arguments, **context)
    assert events, "a task that logs nothing proves nothing"
    for event in events:
        assert fields_of(event) == {"run": RUN} | expected, event


def test_the_last_task_of_a_run_carries_its_fields() -> None:
    ti = SimpleNamespace(task_id="finished", get_task_states=lambda *_, **__: {RUN: {}})
    dag = SimpleNamespace(dag_id="sample", tasks=[SimpleNamespace(task_id="finished")])
    (event,) = run_task(last_task.check_run.function, ti=ti, dag=dag)
    assert fields_of(event) == {"run": RUN, "step": "check_run"}


def test_nothing_of_a_task_stays_for_the_next() -> None:
    run_task(month_tasks.take_month.function, "1823-calls", "2023-02")
    for event in run_task(common_tasks.report_failures.function, FAILED_MART, run_id="scheduled__1"):
        assert fields_of(event) == {"run": "scheduled__1", "step": "report_failures"}
    (event,) = run_task(lambda: get_logger("praya").info("between two tasks"))
    assert fields_of(event) == {}


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (StoreBusy(codes.store.LOCKED, "busy"), codes.store.LOCKED),
        (PrayaError(codes.store.LOCKED, "busy"), codes.store.LOCKED),
        (KeyError("x"), codes.internal.CRASH),
    ],
)
def test_a_task_that_stops_logs_the_code_with_its_fields(error: Exception, code: object) -> None:
    @wrap_task
    def stop(dataset: str) -> None:
        raise error

    (event,) = run_task(stop, "sample")
    assert (event["event"], event["level"], event["code"]) == ("task stopped", "error", str(code))
    assert fields_of(event) == {"dataset": "sample", "run": RUN, "step": "stop"}


def test_airflow_sees_the_signature_of_a_wrapped_function() -> None:
    @task
    @wrap_task
    def several(dataset: str) -> dict[str, Any]:
        return {"dataset": dataset}

    @task
    @wrap_task
    def single(dataset: str) -> str:
        return dataset

    assert several.multiple_outputs and not single.multiple_outputs
    assert list(several.function_signature.parameters) == ["dataset"]


def all_tasks() -> Iterator[tuple[str, Any]]:
    """Every task that runs a function of Praya, by DAG and task."""
    builders = (
        build_audit_dag,
        build_catalogue_dag,
        build_faults_dag,
        build_metrics_dag,
        build_retention_dag,
        build_approval_dag,
        build_methods_dag,
    )
    dags = [builder() for builder in (*builders, build_reports_dag, build_month_end_dag)]
    dags += [build_refused_dag("sample"), *build_dataset_dags().values(), *build_records_dags().values()]
    for dag in dags:
        for one in dag.tasks:
            function = getattr(one, "python_callable", None) or getattr(one, "partial_kwargs", {}).get(
                "python_callable"
            )
            if function is not None:
                yield f"{dag.dag_id}.{one.task_id}", function


def test_every_task_goes_through_the_wrapper(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PRAYA_CONTRACTS")
    wrapped = wrap_task(lambda: None).__code__  # type: ignore[attr-defined]
    found = dict(all_tasks())
    assert len(found) > 100 and {name.partition(".")[0] for name in found} >= {"synthetic-1823", "audit"}
    assert [name for name, function in found.items() if function.__code__ is not wrapped] == []
