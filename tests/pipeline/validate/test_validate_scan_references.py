"""A rule that tolerates some missing references is answered by the one on every reference, and as GX answers it."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from pipeline.validate.scanned import agree, views
from pipeline.validate.staged import contract, field
from praya.pipeline.validate import table_scan
from praya.pipeline.validate.suite import from_contract

TOLERATED = 2
CALLS = contract(
    "calls",
    [field("id", "integer"), field("kind", "string")],
    ["id"],
    foreign_keys=[{"fields": ["kind"], "reference": {"resource": "all-kinds", "fields": ["code"]}}],
    quality={"max_quarantined_rows": TOLERATED},
)


@pytest.mark.parametrize("missing", [0, 1, TOLERATED, TOLERATED + 1])
def test_both_rules_are_answered_as_gx_answers_them(
    missing: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table, kinds = tmp_path / "table.parquet", tmp_path / "kinds.parquet"
    with duckdb.connect() as con:
        con.execute(
            f"copy (select i as id, case when i < {missing} then 'unknown' when i > 8 then null else 'a' end as kind "
            f"from range(10) as rows(i)) to '{table}' (format parquet)"
        )
        con.execute(f"copy (select 'a' as code) to '{kinds}' (format parquet)")
    asked, references = from_contract(CALLS), {"all_kinds": kinds}
    ours, _ = agree(table, asked, references)
    held = {asked[i]["id"] for i in ours}
    assert ("contract:kind:foreignKey:all-kinds:every" in held) == (missing == 0)
    assert ("contract:kind:foreignKey:all-kinds" in held) == (missing <= TOLERATED)

    run: list[str] = []
    finds_none = table_scan.finds_none
    monkeypatch.setattr(table_scan, "finds_none", lambda con, sql: run.append(sql) or finds_none(con, sql))
    with views(table, references) as connection:
        table_scan.scan(connection, asked)
    assert len(run) == (1 if missing == 0 else 2)


def test_another_query_with_such_an_id_is_run_itself(tmp_path: Path) -> None:
    """The names alone prove nothing: the query has to be the same one with a limit."""
    table = tmp_path / "table.parquet"
    with duckdb.connect() as con:
        con.execute(f"copy (select 1 as id, 'a' as kind) to '{table}' (format parquet)")
    asked = [
        {
            "id": id_,
            "type": "unexpected_rows_expectation",
            "kwargs": {"unexpected_rows_query": f"select a.id from {{batch}} as a {what}"},
        }
        for id_, what in (
            ("contract:x", "join {batch} as b using (id)"),
            ("contract:x:every", "anti join {batch} as b using (id)"),
        )
    ]
    ours, _ = agree(table, asked)
    assert ours == [1]
