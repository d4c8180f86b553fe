"""The whole of 2023 through real Airflow: `make test FULL=every ARGS=tests/e2e/test_full_year.py` (some minutes)."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from e2e.conftest import bench_in
from full import EVERY
from made.centre import differences
from praya_hk.sources.contact_centre import month, total, truth

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(3600),
    pytest.mark.skipif(not EVERY, reason="takes minutes: set FULL=every"),
]


def test_every_measure_of_the_year_equals_the_truth(tmp_path: Path) -> None:
    bench = bench_in(tmp_path, FULL="1")
    status, printed = bench.run(3000)
    assert status == 0, printed
    truths = {name: truth(month(name)) for name in (f"2023-{number:02}" for number in range(1, 13))}
    with duckdb.connect(str(tmp_path / "var" / "store" / "warehouse.duckdb"), read_only=True) as con:
        for name, told in truths.items():
            assert differences(con, told, name) == {}
        assert differences(con, total(truths.values()), "2023") == {}
