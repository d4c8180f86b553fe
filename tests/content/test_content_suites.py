"""Every rule of the suites holds on the sources as they are, and breaks when its figures do."""

from __future__ import annotations

import json
import os
import shutil
import uuid
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from made.tables import ROOT

EXPECTATIONS = ROOT / "expectations"

BREAKS: dict[str, dict[str, str]] = yaml.safe_load(Path(__file__).with_name("breaks.yaml").read_text("utf-8"))
SUITES = sorted(BREAKS)


def rules(dataset: str) -> list[dict[str, Any]]:
    suite = json.loads((EXPECTATIONS / f"{dataset}.json").read_text("utf-8"))
    assert suite["name"] == dataset
    return list(suite["expectations"])


def rule(dataset: str, start: str) -> dict[str, Any]:
    (found,) = [each for each in rules(dataset) if each["description"].startswith(start)]
    return found


def unexpected(con: duckdb.DuckDBPyConnection, each: dict[str, Any], table: str) -> list[Any]:
    return con.execute(each["kwargs"]["unexpected_rows_query"].format(batch=f'"{table}"')).fetchall()


@pytest.mark.parametrize("dataset", SUITES)
def test_every_rule_holds_on_the_sources(content: duckdb.DuckDBPyConnection, dataset: str) -> None:
    for each in rules(dataset):
        assert unexpected(content, each, dataset.replace("-", "_")) == [], each["description"]


@pytest.mark.parametrize("dataset", SUITES)
def test_every_rule_says_what_it_is(dataset: str) -> None:
    for each in rules(dataset):
        assert each["type"] == "unexpected_rows_expectation"
        assert each["severity"] in ("critical", "warning")
        assert str(uuid.UUID(each["id"])) == each["id"]
        assert len(each["description"]) > 20
        assert each["meta"]["notes"]
    assert {each["description"] for each in rules(dataset)} == {
        rule(dataset, start)["description"] for start in BREAKS[dataset]
    }


@pytest.mark.parametrize(
    ("dataset", "start"), [(dataset, start) for dataset in SUITES for start in BREAKS[dataset]]
)
def test_a_rule_breaks_when_its_figures_do(
    content: duckdb.DuckDBPyConnection, dataset: str, start: str
) -> None:
    content.execute(f'create or replace temp table t as from "{dataset.replace("-", "_")}"')
    (touched,) = content.execute(BREAKS[dataset][start]).fetchone() or (0,)
    assert touched > 0
    assert unexpected(content, rule(dataset, start), "t") != []


def test_suites_load_in_a_stock_file_context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "GX_ANALYTICS_ENABLED", "false")
    import great_expectations as gx

    context = gx.get_context(mode="file", project_root_dir=tmp_path)
    for dataset in SUITES:
        shutil.copy(EXPECTATIONS / f"{dataset}.json", tmp_path / "gx" / "expectations")
    loaded = {suite.name: {each.id for each in suite.expectations} for suite in context.suites.all()}
    assert loaded == {dataset: {each["id"] for each in rules(dataset)} for dataset in SUITES}
