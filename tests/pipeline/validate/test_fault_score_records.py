"""The fault score of the tables of records: their rules go by the table itself, so a small month is judged too."""

from __future__ import annotations

from pathlib import Path

import pytest

from made.centre import EXPECTATIONS, RECORDS, contract, load
from praya.pipeline.validate.fault_score import measure
from praya.pipeline.validate.suite import expectations_of
from praya_hk.sources.contact_centre import month

pytestmark = pytest.mark.slow

LEAST = 0.9
MONTH = "2023-03"


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A month's tables of records at a fiftieth of the volume, as files, by the name of their table."""
    folder = tmp_path_factory.mktemp("records")
    paths = {f"1823_{name}": folder / f"{name}.parquet" for name in RECORDS}
    with load([month(MONTH, scale=0.02)]) as con:
        for name, path in paths.items():
            con.execute(f"copy \"{name}\" to '{path}' (format parquet)")
    return paths


@pytest.mark.parametrize("name", RECORDS)
def test_contract_and_suite_notice_nine_in_ten(tables: dict[str, Path], name: str) -> None:
    one = contract(f"1823-{name}").at(MONTH)
    found = measure(one, tables[f"1823_{name}"], expectations_of(one, EXPECTATIONS), tables)
    missed = [each["fault"] for each in found["faults"] if each["outcome"] == "missed"]
    assert found["applied"] >= 12
    assert found["score"] >= LEAST, missed
