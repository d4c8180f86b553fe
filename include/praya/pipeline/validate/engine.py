"""Expectations held against a Parquet file in DuckDB: expectations in, results out, no rows in Python.

What surely holds is found by Praya's own scan (scan.py); all else is put to Great Expectations, here.
"""

from __future__ import annotations

import logging
import os
import re
import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from praya.pipeline.validate.result import SAMPLES, Result, json_safe
from praya.pipeline.validate.row_query import ROWS_QUERY
from praya.pipeline.validate.verdict_words import columns_of, describe
from praya.text.outside import quote

if TYPE_CHECKING:
    from praya.pipeline.validate.conditions import Answer

MESSAGE_LENGTH = 600

Expectation = Mapping[str, Any]


def evaluate(
    table: Path,
    expectations: Sequence[Expectation],
    *,
    name: str,
    references: Mapping[str, Path] | None = None,
    scan: bool = True,
) -> list[Result]:
    """Check every expectation on the Parquet file `table`; one Result each, in the order given.

    `expectations` are plain GX dicts (type, kwargs, id, severity, description, meta). In an
    `unexpected_rows_query`, `{batch}` is the table and each key of `references` a view on that Parquet file.
    What raises inside GX or DuckDB becomes a Result with status "error"; nothing is raised for one.
    Without `scan` GX answers all of them; the Results are the same but for `engine`.
    """
    if not expectations:
        return []
    from praya.pipeline.validate.table_scan import scan as scanned
    from praya.pipeline.validate.table_views import open_views

    paths = {key: Path(path) for key, path in (references or {}).items()}
    with (
        tempfile.TemporaryDirectory(prefix="praya-validate-") as work,
        open_views(Path(table), paths, Path(work)) as connection,
    ):
        answers = scanned(connection, expectations) if scan else {}
        left = [index for index in range(len(expectations)) if index not in answers]
        outcomes = _ask_gx(connection, expectations, left, name)
    return [
        _holds(each, answers[index]) if index in answers else _result(each, outcomes[index])
        for index, each in enumerate(expectations)
    ]


def unchecked(expectation: Expectation, why: str) -> Result:
    """The Result of an expectation that could not be put to the engine at all."""
    return Result(**_about(expectation), status="error", error=why)


Outcome = tuple[str, Any]
"""("done", GX's result) or ("error", the message)."""


def _ask_gx(
    connection: Any, expectations: Sequence[Expectation], chosen: list[int], name: str
) -> dict[int, Outcome]:
    """GX's outcomes by position. Importing GX takes seconds: with nothing to ask it stays away."""
    if not chosen:
        return {}
    with _quiet(), _batch(connection, name) as batch:
        return _run_all(batch, expectations, chosen)


def _run_all(batch: Any, expectations: Sequence[Expectation], chosen: list[int]) -> dict[int, Outcome]:
    """Values come in GX's short form, rows of queries only in its complete one."""
    queries = [i for i in chosen if _kind(expectations[i]) == ROWS_QUERY]
    rest = [i for i in chosen if i not in queries]
    outcomes = _run(batch, expectations, rest, "SUMMARY")
    for index in queries:
        outcomes |= _run(batch, expectations, [index], "COMPLETE")
    return outcomes


def _run(batch: Any, expectations: Sequence[Expectation], chosen: list[int], form: str) -> dict[int, Outcome]:
    """Run the chosen expectations together; those that raise, again each alone.

    GX asks for many figures in one statement. All that fail in it get the message of one of them, and an
    exception it does not foresee ends everything: alone, each says what is wrong with itself.
    """
    outcomes: dict[int, Outcome] = {}
    built: dict[int, dict[str, Any]] = {}
    for index in chosen:
        try:
            built[index] = _build(expectations[index], index)
        except Exception as error:
            outcomes[index] = ("error", _sentence(str(error)))
    outcomes |= _validate(batch, built, form)
    for index in [i for i in built if outcomes[i][0] == "error" and len(built) > 1]:
        outcomes |= _validate(batch, {index: built[index]}, form)
    return outcomes


def _validate(batch: Any, built: Mapping[int, dict[str, Any]], form: str) -> dict[int, Outcome]:
    from great_expectations import ExpectationSuite

    if not built:
        return {}
    wanted = {"result_format": form, "partial_unexpected_count": SAMPLES}
    try:
        suite = ExpectationSuite(name="praya", expectations=list(built.values()))
        results = batch.validate(suite, result_format=wanted).results
    except Exception as error:
        # GX catches most; what it lets through is still not the data's fault.
        return {index: ("error", _sentence(str(error))) for index in built}
    outcomes: dict[int, Outcome] = dict.fromkeys(built, ("error", "GX gave no result"))
    for result in results:
        message = _raised(result.exception_info)
        outcomes[int(result.expectation_config.id)] = ("error", message) if message else ("done", result)
    return outcomes


def _kind(expectation: Expectation) -> str:
    return str(expectation.get("type", ""))


def _build(expectation: Expectation, index: int) -> dict[str, Any]:
    """The expectation as GX takes it, under its position as id; raises what GX raises when it does not."""
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

    kwargs = dict(expectation.get("kwargs") or {})
    if _kind(expectation) == ROWS_QUERY:
        kwargs["unexpected_rows_query"] = _in_order(str(kwargs.get("unexpected_rows_query", "")))
    built = {"type": _kind(expectation), "kwargs": kwargs}
    # A suite drops without a word what it cannot build; this says why.
    ExpectationConfiguration(**built).to_domain_obj()
    return {**built, "id": str(index), "severity": expectation.get("severity", "critical")}


def _in_order(query: str) -> str:
    """The query with its rows in one fixed order: a join gives them in any, and samples must not change."""
    from great_expectations.expectations.metrics.query_metric_provider import has_top_level_token

    if "{batch}" not in query:
        raise ValueError("the query does not name {batch}, so it does not look at this table")
    query = query.rstrip("; \t\r\n")
    if has_top_level_token(query, "ORDER BY"):
        return query
    return f"select * from (\n{query}\n) as unexpected order by all"


# --- results --------------------------------------------------------------------------------------


def _about(expectation: Expectation) -> dict[str, Any]:
    """What a Result says of the expectation itself."""
    kind = _kind(expectation)
    notes = (expectation.get("meta") or {}).get("notes") or []
    return {
        "id": str(expectation.get("id") or f"{kind}:{','.join(columns_of(expectation)) or 'table'}"),
        "type": kind,
        "description": describe(expectation),
        "severity": str(expectation.get("severity", "critical")),
        "columns": columns_of(expectation),
        "kwargs": json_safe(dict(expectation.get("kwargs") or {})),
        "notes": [notes] if isinstance(notes, str) else [str(note) for note in notes],
        "description_zh_hant": (expectation.get("meta") or {}).get("description_zh_hant"),
    }


def _holds(expectation: Expectation, answer: Answer) -> Result:
    return Result(**_about(expectation), status="passed", engine="scan", **answer._asdict())


def _result(expectation: Expectation, outcome: Outcome) -> Result:
    """GX's answer."""
    about = {**_about(expectation), "engine": "great expectations"}
    state, answer = outcome
    if state == "error":
        return Result(**about, status="error", error=str(answer))
    values = answer.result
    details = values.get("details") or {}
    samples = values.get("partial_unexpected_list") or details.get("unexpected_rows") or []
    rows_query = _kind(expectation) == ROWS_QUERY
    return Result(
        **about,
        # GX spells some outcomes as numpy.bool or as text.
        status="passed" if str(answer.success) == "True" else "failed",
        observed=json_safe(values.get("observed_value")),
        checked=values.get("element_count"),
        unexpected=values.get("observed_value") if rows_query else values.get("unexpected_count"),
        missing=values.get("missing_count"),
        samples=json_safe(list(samples[:SAMPLES])),
    )


def _raised(info: Mapping[str, Any] | None) -> str | None:
    """The exception's message, or None; GX gives one exception, or one by metric."""
    if not info:
        return None
    entries = [info] if "raised_exception" in info else list(info.values())
    messages = sorted(
        {
            _sentence(str(entry.get("exception_message") or "an exception without a message"))
            for entry in entries
            if isinstance(entry, Mapping) and entry.get("raised_exception")
        }
    )
    return messages[0] if messages else None


def _sentence(message: str) -> str:
    """An engine's message without its traceback, statement, link and addresses: the same on every machine."""
    text = re.split(r"\[SQL:|\n\s*LINE \d+:|\(Background on this error|Traceback \(most recent", message)[0]
    text = re.sub(r"^\s*\(?_?duckdb\.(\w+)\)\s*", r"\1: ", text)
    text = re.sub(r" at 0x[0-9a-f]+", "", text)
    text = re.sub(r"(?<!\w)(?:/[\w.-]+)+/", "", text)
    text = " ".join(text.split())
    return quote(text, MESSAGE_LENGTH) or "an exception without a message"


# --- keeping GX quiet and at home -----------------------------------------------------------------


@contextmanager
def _quiet() -> Iterator[None]:
    """No analytics, no progress bars, no warnings, no log lines: what matters comes back in the results."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    loggers = [logging.getLogger(name) for name in ("great_expectations", "sqlalchemy")]
    levels = [logger.level for logger in loggers]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for logger in loggers:
            logger.setLevel(logging.CRITICAL + 1)
        try:
            yield
        finally:
            for logger, level in zip(loggers, levels, strict=True):
                logger.setLevel(level)


@contextmanager
def _batch(connection: Any, name: str) -> Iterator[Any]:
    """The view `_batch` as a GX batch, in a context that is kept nowhere."""
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    from praya.pipeline.validate.connection import URL, Connection
    from praya.pipeline.validate.table_views import BATCH

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    source = context.data_sources.add_sql(
        name,
        connection_string=URL,
        create_temp_table=False,
        kwargs={"creator": lambda: Connection(connection.cursor())},
    )
    try:
        asset = source.add_table_asset(name, table_name=BATCH)
        yield asset.add_batch_definition_whole_table(name).get_batch()
    finally:
        source.get_execution_engine().close()
        source.get_engine().dispose()
