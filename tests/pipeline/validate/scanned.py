"""What Great Expectations and the scan say, side by side, for tests of `praya.pipeline.validate.table_scan`."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from praya.pipeline.validate import engine
from praya.pipeline.validate.table_scan import scan
from praya.pipeline.validate.table_views import open_views

Expectation = dict[str, Any]
References = Mapping[str, Path]


def rows_query(query: str, **rest: Any) -> Expectation:
    return {"type": "unexpected_rows_expectation", "kwargs": {"unexpected_rows_query": query}, **rest}


@contextmanager
def views(table: Path, references: References | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    with tempfile.TemporaryDirectory() as work, open_views(table, references or {}, Path(work)) as connection:
        yield connection


def agree(
    table: Path, asked: Sequence[Expectation], references: References | None = None, *, cautious: bool = False
) -> tuple[list[int], list[int]]:
    """Hold the scan against GX; returns which it answered, and which GX finds clean.

    It must answer those that GX passes with nothing unexpected, as GX does to the letter, and no others;
    when `cautious`, it may leave some of them to GX.
    """
    theirs = engine.evaluate(table, asked, name="t", references=references, scan=False)
    assert {each.engine for each in theirs} <= {"great expectations"}
    clean = [i for i, each in enumerate(theirs) if each.status == "passed" and not each.unexpected]
    with views(table, references) as connection:
        ours = sorted(scan(connection, asked))
    apart = set(ours) - set(clean) if cautious else set(ours) ^ set(clean)
    assert not apart, [(asked[i], theirs[i], "scan says clean" if i in ours else "scan asks") for i in apart]
    answered = engine.evaluate(table, [asked[i] for i in ours], name="t", references=references)
    assert answered == [replace(theirs[i], engine="scan") for i in ours]
    return ours, clean


def rows_by_gx(table: Path, asked: Sequence[Expectation]) -> dict[int, set[int]]:
    """The column `row` of every row that GX calls unexpected, by position; what raises is left out."""
    with views(table) as connection, engine._quiet(), engine._batch(connection, "t") as batch:
        from great_expectations import ExpectationSuite

        built = []
        for index, each in enumerate(asked):
            with suppress(ValueError):  # a suite with one that GX cannot build is no suite
                built.append(engine._build(each, index))
        form = {"result_format": "COMPLETE", "unexpected_index_column_names": ["row"]}
        suite = ExpectationSuite(name="t", expectations=built)
        results = batch.validate(suite, result_format=form).results
    found: dict[int, set[int]] = {}
    for each in results:
        if engine._raised(each.exception_info) is None:
            details = each.result.get("details") or {}
            rows = each.result.get("unexpected_index_list") or details.get("unexpected_rows") or []
            found[int(each.expectation_config.id)] = {row["row"] for row in rows}
    return found
