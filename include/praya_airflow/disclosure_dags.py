"""The DAGs of disclosure control: a second person approves that it became weaker; its methods side by side."""

from __future__ import annotations

import datetime as dt

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import DAG, Param

from praya_airflow import disclosure_tasks as tasks
from praya_airflow.dag_names import APPROVAL, METHODS
from praya_airflow.retries import make_task_defaults
from praya_airflow.second_person import SecondPersonOperator

ANSWERED_WITHIN = dt.timedelta(days=14)


def build_approval_dag() -> DAG:
    """propose → approve → record → the dataset again. Who triggers it proposes; another answers."""
    with DAG(
        dag_id=APPROVAL,
        schedule=None,
        catchup=False,
        max_active_runs=50,  # one that waits for a person must not hold up the others
        description="A second person approves that disclosure control became weaker",
        doc_md="Where a contract's disclosure section or the policy protects less than at the last decision, nothing "
        "of the dataset is released until somebody else than who wants it has agreed.\n\n"
        "1. *Trigger* with the dataset (or `all` that wait) and the reason: whoever triggers it proposes the change.\n"
        "2. Another person, whom `include/policy.yaml` lets, answers under *Browse → Required Actions*. "
        "An approval by who proposed it, or by somebody whom the policy does not let, changes nothing: the log says "
        "so, and the request stays open.\n"
        "3. The approval goes into the ledger, for exactly this change, and the dataset runs again.",
        tags=["praya", "disclosure"],
        params={
            "dataset": Param(type="string", minLength=2, description="a dataset, or `all` that wait"),
            "reason": Param(type="string", minLength=10, description="why less protection is right"),
        },
        default_args=make_task_defaults(hours=1),
        dagrun_timeout=ANSWERED_WITHIN + dt.timedelta(days=1),
    ) as dag:
        asked = SecondPersonOperator(
            task_id="approve",
            subject="Weaker disclosure control: {{ params.dataset }}",
            body="{{ ti.xcom_pull(task_ids='propose')['text'] }}",
            response_timeout=ANSWERED_WITHIN,
            execution_timeout=None,  # it waits for a person, and holds no slot
        )
        recorded = tasks.record_approval()
        tasks.propose() >> asked >> recorded
        TriggerDagRunOperator.partial(task_id="release", fail_when_dag_is_paused=True).expand(
            trigger_dag_id=recorded
        )
    return dag


def build_methods_dag() -> DAG:
    """compare: whenever somebody asks."""
    with DAG(
        dag_id=METHODS,
        schedule=None,
        catchup=False,
        max_active_runs=1,
        description="Sets the disclosure methods side by side for a dataset",
        doc_md="*Trigger* with a dataset of counts whose table has been accepted. What each method would withhold and "
        "change then stands under the tab *Disclosure* of the dataset's DAG. Nothing is published by it.",
        tags=["praya", "disclosure"],
        params={"dataset": Param(type="string", minLength=2, description="a dataset of aggregated counts")},
        default_args=make_task_defaults(hours=1),
    ) as dag:
        tasks.compare_methods()
    return dag
