"""Contracts, code lists, marts, register and reconciliation of the synthetic 1823 fit together."""

from __future__ import annotations

import re

import duckdb
import pytest

from made.centre import CONTRACTS, INCLUDE, MARTS, RECORDS, TYPES, Tables, contract, rows, sql
from praya.contract.register import load_register
from praya_hk.sources.contact_centre import centre_codes

DATASETS = sorted(path.stem for path in CONTRACTS.glob("*.yaml"))
PERSONAL = {"caller_phone", "location_text", "description", "contact_name", "contact_phone", "hkid", "email"}


@pytest.mark.parametrize("dataset", DATASETS)
def test_every_contract_says_synthetic(dataset: str) -> None:
    one = contract(dataset)
    assert one.synthetic
    assert one.title.en.startswith("Synthetic 1823")
    assert one.title.zh_hant.startswith("模擬1823")
    assert "synthetic" in one.tags


def test_generated_data_names_no_office_as_its_publisher() -> None:
    names = {contract(dataset).contact.name.en for dataset in DATASETS}
    assert names == {"Praya generator of synthetic data"}


def test_there_is_a_contract_for_every_table_and_mart() -> None:
    assert {*DATASETS} == {f"1823-{name}" for name in RECORDS} | {name.replace("_", "-") for name in MARTS}


@pytest.mark.parametrize("name", RECORDS)
def test_records_have_the_columns_that_the_source_has(march: Tables, name: str) -> None:
    one = contract(f"1823-{name}")
    assert [field.name for field in one.fields] == march[name].column_names
    assert one.partition == "month"
    assert one.source.path == f"/1823/v1/{name}"
    assert one.disclosure.class_ == "personal records"
    assert {field.name for field in one.fields if field.personal} == PERSONAL & {*march[name].column_names}
    assert one.retention is not None
    assert one.retention.raw_days == 30


@pytest.mark.parametrize("name", RECORDS)
def test_code_lists_are_the_source_s(name: str) -> None:
    lists = {
        "team": centre_codes.TEAMS,
        "language": centre_codes.LANGUAGES,
        "channel": centre_codes.CHANNELS,
        "case_type": centre_codes.CASE_TYPES,
        "status": centre_codes.STATUSES,
        "outcome": centre_codes.OUTCOMES,
        "district": centre_codes.DISTRICTS,
        "department": centre_codes.DEPARTMENTS,
        "reassigned_from": centre_codes.DEPARTMENTS,
        "subject_group": [item.group for item in centre_codes.SUBJECTS],
        "subject": [item.code for item in centre_codes.SUBJECTS],
    }
    found = {
        field.name: field.constraints.enum
        for field in contract(f"1823-{name}").fields
        if field.constraints.enum
    }
    assert {field: {*values} for field, values in found.items()} == {
        field: {*lists[field]} for field in found
    }


@pytest.mark.parametrize("mart", MARTS)
def test_a_mart_gives_what_its_contract_says(year: duckdb.DuckDBPyConnection, mart: str) -> None:
    one = contract(mart.replace("_", "-"))
    described = {row["column_name"]: row["column_type"] for row in rows(year, f'describe "{mart}"')}
    left = {name: kind for name, kind in described.items() if name not in one.source.ignore_columns}
    kinds = {
        field.name: f"DECIMAL(18,{field.decimals})"
        if field.decimals is not None
        else TYPES[field.type].upper()
        for field in one.fields
    }
    assert list(left) == list(kinds)
    assert left == kinds
    key = ", ".join(one.primary_key)
    assert rows(year, f'select {key} from "{mart}" group by all having count(*) > 1') == []
    for field in one.fields:
        if field.constraints.required:
            assert rows(year, f'select {key} from "{mart}" where {field.name} is null') == []
        if field.constraints.enum:
            found = {row[field.name] for row in rows(year, f'select distinct {field.name} from "{mart}"')} - {
                None
            }
            assert found <= {*field.constraints.enum}


@pytest.mark.parametrize("mart", [mart for mart in MARTS if mart != "1823_reconciliation"])
def test_every_figure_that_is_released_is_protected(mart: str) -> None:
    one = contract(mart.replace("_", "-"))
    numbers = {field.name for field in one.released_fields if field.type in ("integer", "number")}
    derived = {each.field for each in (*one.disclosure.rates, *one.disclosure.means)}
    assert one.disclosure.class_ == "aggregated counts"
    assert numbers == {*one.disclosure.counts, *derived}


def test_targets_of_reconciliation_and_register_are_the_same(year: duckdb.DuckDBPyConnection) -> None:
    (programme,) = [
        one for one in load_register(INCLUDE / "metrics" / "register") if one.programme == "synthetic-1823"
    ]
    metrics = {metric.id.removeprefix("synthetic-1823-"): metric for metric in programme.metrics}
    found = rows(year, 'select distinct measure, unit, target_value from "1823_reconciliation"')
    for row in found:
        metric = metrics[row["measure"]]
        assert (metric.unit, metric.target.value) == (
            row["unit"],
            row["target_value"] and float(row["target_value"]),
        )
    # Of 2025, whose months are not here, the reconciliation gives no row: all targets are read from its SQL.
    written = re.findall(
        r"\('([a-z0-9-]+)', '(?:at least|under|over)', ([0-9.]+)\)", sql("1823_reconciliation")
    )
    assert {name: float(value) for name, value in written} == {
        name: metric.target.value for name, metric in metrics.items() if metric.target.value is not None
    }
    assert all(metric.title.en.startswith("Synthetic") for metric in programme.metrics)
