"""Every rule of the 1823 suites says what it is, has a change that breaks it, and loads in a stock GX context."""

from __future__ import annotations

import os
import shutil
import uuid
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from made.centre import EXPECTATIONS, MARTS, RECORDS, Tables, contract, load, rules

BREAKS: dict[str, dict[str, str]] = yaml.safe_load(Path(__file__).with_name("breaks.yaml").read_text("utf-8"))
SUITES = sorted(BREAKS)
ROWS_QUERY = "unexpected_rows_expectation"


def rule(dataset: str, name: str) -> dict[str, Any]:
    (found,) = [each for each in rules(dataset) if each["meta"]["name"] == name]
    return found


def unexpected(con: duckdb.DuckDBPyConnection, each: dict[str, Any]) -> list[Any]:
    return con.execute(each["kwargs"]["unexpected_rows_query"].format(batch="t")).fetchall()


@pytest.fixture(scope="module")
def clocks(march: Tables) -> Any:
    """March as suites see it: moments on the clock of Hong Kong."""
    with load([march]) as con:
        for name in RECORDS:
            moments = [field.name for field in contract(f"1823-{name}").fields if field.type == "datetime"]
            clock = ", ".join(f"timezone('Asia/Hong_Kong', {moment}) as {moment}" for moment in moments)
            con.execute(
                f'create or replace table "1823_{name}" as select * replace ({clock}) from "1823_{name}"'
            )
        yield con


def test_there_is_a_suite_for_every_dataset() -> None:
    assert {*SUITES} == {f"1823-{name}" for name in RECORDS} | {name.replace("_", "-") for name in MARTS}


@pytest.mark.parametrize("dataset", SUITES)
def test_every_rule_says_what_it_is_and_has_its_break(dataset: str) -> None:
    for each in rules(dataset):
        assert each["severity"] in ("critical", "warning")
        assert str(uuid.UUID(each["id"])) == each["id"]
        assert len(each["description"]) > 20
        assert each["meta"]["notes"]
    assert {each["meta"]["name"] for each in rules(dataset) if each["type"] == ROWS_QUERY} == {
        *BREAKS[dataset]
    }


@pytest.mark.parametrize(
    ("dataset", "name"), [(dataset, name) for dataset in SUITES for name in BREAKS[dataset]]
)
def test_a_rule_breaks_when_its_rows_do(
    clocks: duckdb.DuckDBPyConnection, year: duckdb.DuckDBPyConnection, dataset: str, name: str
) -> None:
    con = clocks if dataset.removeprefix("1823-") in RECORDS else year
    con.execute(f'create or replace temp table t as from "{dataset.replace("-", "_")}"')
    if name == "no-hour-missing":  # at this scale no hour has 15: one of 20 records an hour has
        moment = "queued_at" if dataset == "1823-calls" else "received_at"
        hourly = f"timestamp '2023-02-28 16:00' + interval 1 hour * hour as {moment}"
        con.execute(
            f"create or replace temp table t as select one.* replace ({hourly})"
            " from (from t limit 1) as one, range(31 * 24) as hours(hour), range(20)"
        )
    if name != "near-the-print":  # a small year never is
        assert unexpected(con, rule(dataset, name)) == []
    (touched,) = con.execute(BREAKS[dataset][name]).fetchone() or (0,)
    assert touched > 0
    assert unexpected(con, rule(dataset, name)) != []


def test_the_suites_load_in_a_stock_file_context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "GX_ANALYTICS_ENABLED", "false")
    import great_expectations as gx

    context = gx.get_context(mode="file", project_root_dir=tmp_path)
    for dataset in SUITES:
        shutil.copy(EXPECTATIONS / f"{dataset}.json", tmp_path / "gx" / "expectations")
    loaded = {suite.name: {each.id for each in suite.expectations} for suite in context.suites.all()}
    assert loaded == {dataset: {each["id"] for each in rules(dataset)} for dataset in SUITES}
