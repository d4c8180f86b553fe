"""Which DAGs there should be, as the contracts say."""

from __future__ import annotations

from praya_airflow.dag_names import (
    APPROVAL,
    AUDIT,
    CATALOGUE,
    CHANGES,
    FAULTS,
    METHODS,
    METRICS,
    MONTH_END,
    REPORTS,
    RETENTION,
    YEARS,
)
from praya_airflow.environment import read_project
from praya_airflow.facts_cache import read_all_facts
from praya_airflow.records_dags import list_providers
from praya_airflow.refused_dags import (
    build_refused_records,
    list_refused_datasets,
    list_refused_providers,
)


def list_expected_dags() -> list[tuple[str, str]]:
    """(DAG id, kind) of every DAG there should be; kinds: dataset, mart-dataset, records with changes and years,
    and those that are for all: metrics, reports, close, catalogue, retention, audit, faults, approval, methods."""
    contracts, _ = read_all_facts(read_project())
    datasets = [
        (facts.dataset, "mart-dataset" if facts.mart else "dataset")
        for facts in contracts
        if not facts.has_months
    ]
    records = [
        dag_and_kind
        for name in list_providers(contracts)
        for dag_and_kind in ((name, "records"), (name + CHANGES, "changes"), (name + YEARS, "years"))
    ]
    common = [
        (METRICS, "metrics"),
        (REPORTS, "reports"),
        (MONTH_END, "close"),
        (CATALOGUE, "catalogue"),
        (RETENTION, "retention"),
        (AUDIT, "audit"),
        (FAULTS, "faults"),
        (APPROVAL, "approval"),
        (METHODS, "methods"),
    ]
    return [*datasets, *records, *common]


def list_refused_dags() -> list[str]:
    """The DAGs that are there only to say that their contract is refused."""
    contracts, _ = read_all_facts(read_project())
    records = list_refused_providers(list_providers(contracts))
    return [
        *list_refused_datasets({facts.dataset for facts in contracts}),
        *(dag.dag_id for name in records for dag in build_refused_records(name)),
    ]
