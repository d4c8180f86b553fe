"""What every DAG must keep: light to parse, the same at every parse, named, timed, and wired by assets."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from airflow.sdk.exceptions import AirflowFailException

from made import project
from praya.contract import load_contracts
from praya.errors import ContractError, codes

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("pandas", "numpy", "duckdb", "pyarrow", "great_expectations", "opencc")
DAG_FILES = sorted((ROOT / "dags").glob("*.py"))
# The files that build DAGs from contracts; every other one holds the DAG of its name.
OF_CONTRACTS = {"datasets", "records", "contract_errors"}
PARSE = """
import importlib.util, json, sys
from airflow.sdk import DAG
dags = {}
for path in sys.argv[2:]:
    spec = importlib.util.spec_from_file_location("dag_file", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    dags |= {dag.dag_id: dag for dag in vars(module).values() if isinstance(dag, DAG)}
heavy = [name for name in sys.argv[1].split(",") if name in sys.modules]
from airflow.serialization.serialized_objects import DagSerialization
dags = {name: DagSerialization.to_dict(dag)["dag"] for name, dag in dags.items()}
print(json.dumps({"heavy": heavy, "dags": dags}, sort_keys=True))
"""


def parse(seed: str) -> dict[str, Any]:
    """What a fresh process gets from all DAG files: which heavy modules came along, and the DAGs."""
    done = subprocess.run(
        [sys.executable, "-c", PARSE, ",".join(HEAVY), *map(str, DAG_FILES)],
        env={**os.environ, "PYTHONPATH": str(ROOT / "include"), "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout.splitlines()[-1]))


@pytest.fixture(scope="module")
def parsed() -> dict[str, Any]:
    return parse("1")


def test_dag_files_import_nothing_heavy(parsed: dict[str, Any]) -> None:
    assert parsed["heavy"] == []


def test_there_is_one_dag_a_contract_and_those_that_are_for_all(parsed: dict[str, Any]) -> None:
    contracts = load_contracts(project())
    wanted = {contract.dataset for contract in contracts if not contract.partition}
    providers = {contract.provider for contract in contracts if contract.partition}
    wanted |= {name + end for name in providers for end in ("", "-changes", "-years")}
    assert set(parsed["dags"]) == wanted | {path.stem for path in DAG_FILES} - OF_CONTRACTS


def test_a_dag_is_the_same_at_every_parse(parsed: dict[str, Any]) -> None:
    assert parse("2")["dags"] == parsed["dags"]


def test_every_dag_says_whose_it_is_and_what_it_does(parsed: dict[str, Any]) -> None:
    for name, dag in parsed["dags"].items():
        assert dag["tags"] and dag["doc_md"] and dag["description"], name
        assert not dag["catchup"], name
        assert dag["max_active_runs"] == 1 or name == "disclosure_approval", name
        for task in dag["tasks"]:
            task = task["__var"] | task["__var"].get("partial_kwargs", {})
            assert task["owner"] != "airflow", name
            assert task["retries"] >= 2, name
            # A task that waits for a person has no time in which it must be done.
            assert task["task_type"] == "SecondPersonOperator" or task["execution_timeout"], name


def test_contract_names_owner_tags_and_timetable(parsed: dict[str, Any]) -> None:
    contract = next(one for one in load_contracts(project()) if one.dataset == "head-135-provision")
    dag = parsed["dags"]["head-135-provision"]
    assert {task["__var"]["owner"] for task in dag["tasks"]} == {contract.owner}
    assert {contract.provider, contract.category, contract.frequency} <= set(dag["tags"])
    assert "Asia/Hong_Kong" in json.dumps(dag["timetable"])
    assert contract.title.en in dag["doc_md"] and contract.title.zh_hant in dag["doc_md"]
    assert [task["__var"]["task_id"] for task in dag["tasks"]] == [
        "collect",
        "stage",
        "validate",
        "release",
        "finished",
    ]


def test_assets_wire_datasets_to_metrics_to_marts_to_catalogue(parsed: dict[str, Any]) -> None:
    dags = parsed["dags"]
    metrics, catalogue = (json.dumps(dags[name]["timetable"]) for name in ("programme_metrics", "catalogue"))
    for contract in load_contracts(project()):
        if contract.partition:
            assert f"praya://table/{contract.dataset}" in json.dumps(
                parsed["dags"][contract.provider]["tasks"]
            )
            # An event of a month starts only what has months: the year, which starts the marts.
            assert f"praya://table/{contract.dataset}" not in metrics
            assert f'praya://release/{contract.dataset}"' not in catalogue, "records are never released"
            continue
        assert f"praya://release/{contract.dataset}" in catalogue
        tasks = json.dumps(dags[contract.dataset]["tasks"])
        assert f"praya://table/{contract.dataset}" in tasks and f"praya://release/{contract.dataset}" in tasks
        if contract.source.mart:
            assert f"praya://mart/{contract.source.mart}" in json.dumps(dags[contract.dataset]["timetable"])
        else:
            assert f"praya://table/{contract.dataset}" in metrics


@pytest.fixture
def many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """450 contracts, alike but for their names."""
    model = yaml.safe_load((project().contracts / "hk-itib" / "head-135-provision.yaml").read_text())
    folder = tmp_path / "contracts" / "hk-itib"
    folder.mkdir(parents=True)
    for number in range(450):
        name = f"dataset-{number:03}"
        (folder / f"{name}.yaml").write_text(yaml.safe_dump({**model, "dataset": name}, allow_unicode=True))
    monkeypatch.setenv("PRAYA_CONTRACTS", str(tmp_path / "contracts"))
    return folder


def test_one_file_builds_the_dags_of_all_contracts(many: Path) -> None:
    found: dict[str, Any] = {"__name__": "datasets"}
    exec(compile((ROOT / "dags" / "datasets.py").read_text(), "datasets.py", "exec"), found)
    assert [*dags_in(found)] == [f"dataset-{number:03}" for number in range(450)]


def test_a_contract_costs_far_less_than_its_part_of_the_import_timeout(many: Path) -> None:
    from praya_airflow.dataset_dags import build_dataset_dags

    began = time.process_time()
    assert len(build_dataset_dags()) == 450
    # 7 ms were measured (docs/decisions/0031-dag-files.md); 2,000 contracts then take half of Airflow's 30 seconds.
    assert (time.process_time() - began) / 450 < 0.03


def dags_in(module: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in module.items() if hasattr(value, "dag_id")}


def test_a_task_run_builds_only_its_own_dag(many: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import praya_airflow.dataset_dags as dataset_dags

    loaded = []
    monkeypatch.setattr(
        dataset_dags,
        "load_contract",
        lambda path, *rest, load=dataset_dags.load_contract: loaded.append(path) or load(path, *rest),
    )
    monkeypatch.setattr(
        dataset_dags, "read_all_facts", lambda project: pytest.fail("read all contracts for one task")
    )
    monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_DAG_ID", "dataset-321")
    monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_TASK_ID", "collect")
    assert list(dataset_dags.build_dataset_dags()) == ["dataset-321"]
    assert [path.stem for path in loaded] == ["dataset-321"]


def test_one_wrong_contract_is_reported_and_the_others_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from praya_airflow.dataset_dags import build_dataset_dags

    folder = tmp_path / "contracts"
    shutil.copytree(project().contracts, folder)
    path = folder / "hk-itib" / "head-135-provision.yaml"
    path.write_text(
        path.read_text().replace("category: finance", "category: money").replace("disclosure:", "disclosed:")
    )
    monkeypatch.setenv("PRAYA_CONTRACTS", str(folder))
    found = build_dataset_dags()
    assert "refused" not in found["head-135-subheads"].tags
    # What was running when the contract broke ends by failing with the reason, and nothing starts it anew.
    refused = found["head-135-provision"]
    assert "refused" in refused.tags and not refused.timetable.can_be_scheduled
    assert [task.task_id for task in refused.tasks] == ["collect", "stage", "validate", "release"]
    with pytest.raises(ContractError) as caught:
        exec(compile((ROOT / "dags" / "contract_errors.py").read_text(), "contract_errors.py", "exec"), {})
    assert len(caught.value.problems) == 3, caught.value
    assert any(
        problem.code is codes.contract.VALUE_NOT_VALID and "category: is 'money'" in problem
        for problem in caught.value.problems
    )


def test_a_task_of_a_contract_that_broke_or_went_finds_its_dag(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from praya_airflow.dataset_dags import build_dataset_dags

    folder = tmp_path / "contracts"
    shutil.copytree(project().contracts, folder)
    (folder / "hk-itib" / "head-135-provision.yaml").write_text("dataset: [")
    (folder / "hk-dpo" / "public-holidays.yaml").unlink()
    monkeypatch.setenv("PRAYA_CONTRACTS", str(folder))
    for name, code in (
        ("head-135-provision", codes.contract.NOT_YAML),
        ("public-holidays", codes.contract.REFUSED_DURING_RUN),
    ):
        monkeypatch.setenv("_AIRFLOW_PARSING_CONTEXT_DAG_ID", name)
        dag = build_dataset_dags()[name]
        assert "refused" in dag.tags and "stage" in dag.task_dict
        with pytest.raises(AirflowFailException, match=f"{code}: .*{name}"):
            raise_of(dag, "stage")


def raise_of(dag: Any, task_id: str) -> None:
    """Run one task's function as Airflow would, as far as it asks for the run."""
    import praya_airflow.refused_dags as refused

    patch = pytest.MonkeyPatch()
    task = dag.get_task(task_id)
    patch.setattr(refused, "get_current_context", lambda: {"dag": dag, "ti": task})
    try:
        task.python_callable(*task.op_args)
    finally:
        patch.undo()


def test_records_of_which_every_contract_is_refused_say_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from praya_airflow.expected_dags import list_expected_dags, list_refused_dags
    from praya_airflow.records_dags import build_records_dags

    folder = tmp_path / "contracts"
    shutil.copytree(project().contracts, folder)
    for path in (folder / "synthetic-1823").glob("*.yaml"):
        path.write_text(path.read_text("utf-8") + "nonsense: true\n", "utf-8")
    monkeypatch.setenv("PRAYA_CONTRACTS", str(folder))
    names = {"synthetic-1823", "synthetic-1823-changes", "synthetic-1823-years"}
    assert {name for name, dag in build_records_dags().items() if "refused" in dag.tags} == names
    assert names <= set(list_refused_dags()) and not names & {name for name, _ in list_expected_dags()}


def test_the_last_task_of_a_run_is_never_skipped_and_decides(parsed: dict[str, Any]) -> None:
    """A teardown: what is skipped when a run is marked as ended is everything else."""
    for name, dag in parsed["dags"].items():
        tasks = {task["__var"]["task_id"]: task["__var"] for task in dag["tasks"]}
        if len(tasks) == 1 or name == "disclosure_approval":  # which a person answers
            continue
        last = tasks.pop("finished")
        assert last["is_teardown"] and last["on_failure_fail_dagrun"], name
        assert all("finished" in task["downstream_task_ids"] for task in tasks.values()), name


def test_records_run_a_month_at_a_time_and_what_they_refer_to_comes_first(parsed: dict[str, Any]) -> None:
    dag = parsed["dags"]["synthetic-1823"]
    assert "CronPartitionTimetable" in json.dumps(dag["timetable"])
    assert "synthetic" in dag["tags"]
    after = {
        task["__var"]["task_id"]: set(task["__var"].get("downstream_task_ids", [])) for task in dag["tasks"]
    }
    tables = {"1823-calls", "1823-cases", "1823-assignments", "1823-surveys"}
    assert set(after) == {*tables, "switch_in", "finished"}
    assert "1823-cases" in after["1823-calls"]
    assert after["1823-cases"] == {"1823-assignments", "1823-surveys", "switch_in", "finished"}
    assert all("switch_in" in after[name] for name in tables), "all tables or none"


def test_a_month_that_is_switched_in_starts_its_year_and_that_the_marts(parsed: dict[str, Any]) -> None:
    dags = parsed["dags"]
    for name in ("synthetic-1823", "synthetic-1823-changes"):
        assert "praya://months/synthetic-1823" in json.dumps(dags[name]["tasks"])
    timetable = json.dumps(dags["synthetic-1823-years"]["timetable"])
    assert "praya://months/synthetic-1823" in timetable and "StartOfYearMapper" in timetable
    assert '"trigger_dag_id": "programme_metrics"' in json.dumps(dags["synthetic-1823-years"]["tasks"])


def test_changes_take_a_month_by_the_same_tasks(parsed: dict[str, Any]) -> None:
    months, changes = (
        {task["__var"]["task_id"].removeprefix("month.") for task in parsed["dags"][name]["tasks"]}
        for name in ("synthetic-1823", "synthetic-1823-changes")
    )
    assert changes == months | {"changed_months"}


def test_an_approval_is_proposed_answered_recorded_and_then_the_dataset_runs(parsed: dict[str, Any]) -> None:
    dag = parsed["dags"]["disclosure_approval"]
    tasks = {task["__var"]["task_id"]: task["__var"] for task in dag["tasks"]}
    after = {name: task.get("downstream_task_ids", []) for name, task in tasks.items()}
    assert after == {"propose": ["approve"], "approve": ["record"], "record": ["release"], "release": []}
    assert tasks["approve"]["task_type"] == "SecondPersonOperator"
    assert sorted(dict(dag["params"])) == ["dataset", "reason"]
    assert not dag["timetable"].get("__var", {}), "nothing but a person starts it"
