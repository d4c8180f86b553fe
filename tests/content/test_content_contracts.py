"""The checked-in contracts, sources, marts and register fit together."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import duckdb
import pytest

from made import project
from made.tables import INCLUDE, SHARED, SOURCES, records
from praya.contract import Contract, load_contracts
from praya.contract.register import Programme, load_register, load_units
from praya.contract.text import to_simplified

HERE = Path(__file__).parent
DATASETS = {
    "1823-performance-measures": 15,
    "head-135-by-year": 16,
    "head-135-changes": 19,
    "head-135-commitments": 2,
    "head-135-establishment": 12,
    "head-135-fiscal": 12,
    "head-135-operational-expenses": 28,
    "head-135-provision": 16,
    "head-135-subheads": 36,
    "itf-figures": 10,
    "management-services-officers": 15,
    "open-data-plans": 28,
    "open-data-progress": 28,
    "programme-cross-checks": 111,
    "programme-figures": 70,
    "programme-initiatives": 159,
    "programme-lists": 134,
    "programme-milestones": 83,
    "programme-observations": 239,
    "public-holidays": 51,
    "source-documents": 5,
}
MARTS = (
    "head-135-by-year",
    "head-135-fiscal",
    "open-data-progress",
    "programme-cross-checks",
    "programme-observations",
)
OBSERVATION = [
    "metric",
    "programme",
    "period",
    "period_kind",
    "stage",
    "value",
    "unit",
    "qualifier",
    "obs_status",
    "conf_status",
    "source_document",
    "source_locator",
    "note_en",
    "note_tc",
    "note_sc",
    "decimals",
]


def observed() -> list[Programme]:
    """The programmes whose figures are observations; what is generated has marts of its own."""
    register = load_register(INCLUDE / "metrics" / "register")
    return [programme for programme in register if not programme.programme.startswith("synthetic-")]


@pytest.mark.parametrize("dataset", DATASETS)
def test_a_dataset_loads_with_its_rows_and_a_key_that_is_one(
    content: duckdb.DuckDBPyConnection, contracts: dict[str, Contract], dataset: str
) -> None:
    contract, table = contracts[dataset], dataset.replace("-", "_")
    key = ", ".join(f'"{name}"' for name in contract.primary_key)
    rows, keys = content.execute(f'select count(*), count(distinct ({key})) from "{table}"').fetchone() or (
        0,
        0,
    )
    assert (rows, keys) == (DATASETS[dataset], DATASETS[dataset])
    missing = [f.name for f in contract.fields if f.constraints.required]
    there = " and ".join(f'count(*) = count("{name}")' for name in missing)
    assert content.execute(f'select {there} from "{table}"').fetchone() == (True,)


@pytest.mark.parametrize("dataset", MARTS)
def test_a_mart_has_the_columns_of_its_contract_in_their_order(
    content: duckdb.DuckDBPyConnection, contracts: dict[str, Contract], dataset: str
) -> None:
    found = [name for name, *_ in content.execute(f"describe {dataset.replace('-', '_')}").fetchall()]
    assert found == [field.name for field in contracts[dataset].fields]
    if dataset == "programme-observations":
        assert found == OBSERVATION


def test_every_source_file_belongs_to_a_contract(contracts: dict[str, Contract]) -> None:
    served = {
        f"/{path.relative_to(SOURCES).as_posix()}"
        for path in SOURCES.rglob("*.*")
        if path.suffix in (".csv", ".json")
    }
    asked = {
        path for c in contracts.values() for path in [c.source.path, *(c.source.parts or {}).values()] if path
    }
    assert served - asked == set()


@pytest.mark.parametrize("dataset", sorted(set(DATASETS) - set(MARTS)))
def test_a_source_has_the_columns_that_its_contract_names(
    contracts: dict[str, Contract], dataset: str
) -> None:
    contract = contracts[dataset]
    for part, path in (contract.source.parts or {None: contract.source.path}).items():
        wanted = {f.source_name.partition("[")[0] for f in contract.fields if f.part in (None, part)}
        for record in records(str(path)):
            assert set(record) - set(contract.source.ignore_columns) == wanted


def test_observations_are_the_golden_ones(content: duckdb.DuckDBPyConnection) -> None:
    golden = {
        (
            row["metric"],
            row["period"],
            row["period_kind"],
            row["stage"],
            float(row["value"]),
            row["unit"],
            row["qualifier"],
        )
        for path in sorted(HERE.glob("golden_observations*.csv"))
        for row in csv.DictReader(path.read_text("utf-8").splitlines())
    }
    found = content.execute(
        "select metric, period, period_kind, stage, value, unit, coalesce(qualifier, '')"
        " from programme_observations"
    ).fetchall()
    assert len(golden) == DATASETS["programme-observations"]
    assert set(found) == golden


def test_register_and_mart_have_the_same_metrics_in_the_same_units(
    content: duckdb.DuckDBPyConnection,
) -> None:
    described = {
        (p.programme, metric.id, metric.unit) for p in observed() for metric in p.metrics if not metric.gap
    }
    computed = content.execute(
        "select distinct programme, metric, unit from programme_observations"
    ).fetchall()
    assert described == set(computed)


def test_a_target_of_the_register_is_the_one_that_is_observed(content: duckdb.DuckDBPyConnection) -> None:
    targets = {
        (m.id, m.target.period, m.target.stage, m.target.value, m.target.unit)
        for p in observed()
        for m in p.metrics
        if m.target.value is not None
    }
    found = content.execute(
        "select metric, period, stage, value, unit from programme_observations"
    ).fetchall()
    assert targets - set(found) == set()
    assert {row[0] for row in found if row[2] == "target"} <= {target[0] for target in targets}


@pytest.mark.parametrize(
    ("path", "bom", "crlf"),
    [
        ("common/ical/en.json", True, True),
        ("common/ical/tc.json", False, True),
        ("common/ical/sc.json", True, False),
        ("head-135/subheads.csv", True, True),
        ("head-135/provision.csv", False, False),
    ],
)
def test_sources_keep_the_quirks_that_departments_have(path: str, bom: bool, crlf: bool) -> None:
    data = (SOURCES / path).read_bytes()
    assert data.startswith(b"\xef\xbb\xbf") == bom
    assert (data.count(b"\r\n") == data.count(b"\n")) == crlf


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("public_holidays", "name"),
        ("programme_milestones", "title"),
        ("programme_initiatives", "title"),
        ("programme_lists", "name"),
        ("management_services_officers", "name"),
        ("head_135_provision", "note"),
        ("head_135_changes", "note"),
        ("head_135_establishment", "note"),
        ("head_135_by_year", "note"),
        ("1823_performance_measures", "note"),
        ("itf_figures", "note"),
        ("programme_figures", "note"),
        ("programme_milestones", "note"),
        ("programme_initiatives", "note"),
        ("management_services_officers", "note"),
        ("programme_counts", "note"),
        ("programme_observations", "note"),
        ("programme_cross_checks", "note"),
    ],
)
def test_simplified_texts_are_converted_from_the_traditional(
    content: duckdb.DuckDBPyConnection, table: str, column: str
) -> None:
    for traditional, simplified in content.execute(
        f'select distinct {column}_tc, {column}_sc from "{table}" where {column}_tc is not null'
    ).fetchall():
        assert simplified == to_simplified(traditional)


@pytest.mark.parametrize("language", ["en", "tc"])
def test_holidays_are_those_of_1823(language: str) -> None:
    real = SHARED / "hkdata" / f"1823_public_holidays_{language}.json"
    if not real.exists():
        pytest.skip(f"1823's own file is not here: {real}")
    published = json.loads(real.read_text("utf-8-sig"))["vcalendar"][0]["vevent"]
    ours = records(f"/common/ical/{language}.json")
    facts = [(e["uid"], e["dtstart"], e["dtend"], e["summary"]) for e in published]
    assert [(e["uid"], e["dtstart"], e["dtend"], e["summary"]) for e in ours] == facts
    assert len(facts) == 51


def test_units_are_the_same_everywhere(contracts: dict[str, Contract]) -> None:
    register = load_register(INCLUDE / "metrics" / "register")
    assert set(load_units(INCLUDE / "metrics" / "units.yaml")) == {
        m.unit for p in register for m in p.metrics
    }
    units = {metric.unit for programme in observed() for metric in programme.metrics}
    for dataset in ("programme-figures", "programme-observations"):
        (unit,) = [field for field in contracts[dataset].fields if field.name == "unit"]
        assert set(unit.constraints.enum or []) == units, dataset


def test_every_contract_is_read_again_as_it_was_written_out() -> None:
    """The ledger keeps contracts written out, with every key; to reproduce is to read them again."""
    for one in load_contracts(project(contracts=INCLUDE / "contracts")):
        again = type(one).model_validate_json(one.model_dump_json(by_alias=True))
        assert again.model_dump() == one.model_dump()
