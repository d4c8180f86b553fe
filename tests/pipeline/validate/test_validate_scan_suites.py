"""Every contract and every suite of the project: on its own tables the scan says what Great Expectations says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from made import centre, project, tables
from pipeline.validate.scanned import agree, views
from praya.contract import Contract, load_contracts
from praya.pipeline.validate.suite import from_contract, load_suite
from praya.pipeline.validate.table_scan import scan
from praya.store import table_name
from praya.store.duck import identifier, literal
from praya_hk.sources.contact_centre import month

pytestmark = pytest.mark.slow

TESTS = Path(__file__).parents[2]
CONTRACTS = {each.dataset: each for each in load_contracts(project(contracts=centre.INCLUDE / "contracts"))}
BREAKS: dict[str, dict[str, str]] = {
    dataset: breaks
    for folder in ("praya_hk", "content")
    for dataset, breaks in yaml.safe_load((TESTS / folder / "breaks.yaml").read_text("utf-8")).items()
}


@pytest.fixture(scope="module")
def everything() -> Iterator[duckdb.DuckDBPyConnection]:
    """Every table of every contract: a synthetic year of 1823 with its marts, and what the documents say."""
    with centre.load([month(f"2023-{number:02d}", scale=0.003) for number in range(1, 13)]) as con:
        centre.run_marts(con)
        con.execute("set timezone = 'UTC'")
        for contract in CONTRACTS.values():
            ours = contract.source.connection == "praya_sources" or contract.source.register_
            if ours and not contract.partition:
                con.execute(f"drop table if exists {identifier(table_name(contract.dataset))}")
                tables.load(con, contract)
        con.execute(tables.CATALOGUE)
        for name in (
            "head_135_by_year",
            "head_135_fiscal",
            "programme_counts",
            "programme_observations",
            "programme_cross_checks",
            "open_data_progress",
        ):
            tables.mart(con, name)
        yield con


def asked_of(contract: Contract) -> list[dict[str, Any]]:
    return [*from_contract(contract), *load_suite(centre.EXPECTATIONS / f"{contract.dataset}.json")]


def write(con: duckdb.DuckDBPyConnection, table: str, path: Path) -> Path:
    con.execute(f"copy {identifier(table)} to {literal(str(path))} (format parquet)")
    return path


def written(con: duckdb.DuckDBPyConnection, asked: list[dict[str, Any]], folder: Path) -> dict[str, Path]:
    needed = {table_name(name) for each in asked for name in each["meta"].get("references", [])}
    return {name: write(con, name, folder / f"{name}.parquet") for name in sorted(needed)}


@pytest.mark.parametrize("dataset", CONTRACTS)
def test_contract_and_suite_come_to_the_same(
    everything: duckdb.DuckDBPyConnection, dataset: str, tmp_path: Path
) -> None:
    asked = asked_of(CONTRACTS[dataset])
    table = write(everything, table_name(dataset), tmp_path / "table.parquet")
    answered, _ = agree(table, asked, written(everything, asked, tmp_path))
    assert len(answered) >= 0.8 * len(asked)


@pytest.mark.parametrize("dataset", CONTRACTS)
def test_contract_and_suite_come_to_the_same_on_no_rows(
    everything: duckdb.DuckDBPyConnection, dataset: str, tmp_path: Path
) -> None:
    asked = asked_of(CONTRACTS[dataset])
    name = identifier(table_name(dataset))
    everything.execute(f"create or replace temp table nothing as from {name} limit 0")
    table = write(everything, "nothing", tmp_path / "table.parquet")
    agree(table, asked, written(everything, asked, tmp_path))


@pytest.mark.parametrize("dataset", sorted(BREAKS))
def test_what_a_query_finds_is_left_to_gx(
    everything: duckdb.DuckDBPyConnection, dataset: str, tmp_path: Path
) -> None:
    """Each change that must break a rule of the suite, and whatever other rules it breaks."""
    con = everything
    asked = load_suite(centre.EXPECTATIONS / f"{dataset}.json")
    references = written(con, asked, tmp_path)
    queries = [
        (index, each["kwargs"]["unexpected_rows_query"])
        for index, each in enumerate(asked)
        if each["type"] == "unexpected_rows_expectation"
    ]
    broken = set()
    for change in BREAKS[dataset].values():
        clocks = _clocks(con, dataset)
        con.execute(
            f"create or replace temp table t as select {clocks} from {identifier(table_name(dataset))}"
        )
        con.execute(change)
        table = write(con, "t", tmp_path / "table.parquet")
        with views(table, references) as connection:
            answers = scan(connection, asked)
            for index, query in queries:
                rows = f"select count(*) from ({query.format(batch='_batch')})"
                (found,) = connection.execute(rows).fetchone() or (0,)
                assert (index in answers) == (found == 0), asked[index]
                broken |= {index} if found else set()
    assert len(broken) >= 0.8 * len(BREAKS[dataset])


def _clocks(con: duckdb.DuckDBPyConnection, dataset: str) -> str:
    """All columns, with moments as suites see them: the clock of Hong Kong."""
    described = con.execute(f"describe {identifier(table_name(dataset))}").fetchall()
    moments = [identifier(name) for name, kind, *_ in described if kind == "TIMESTAMP WITH TIME ZONE"]
    clocks = ", ".join(f"timezone('Asia/Hong_Kong', {name}) as {name}" for name in moments)
    return f"* replace ({clocks})" if moments else "*"
