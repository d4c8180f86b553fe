"""The dataset's own suite file, in Great Expectations' JSON, read with errors that say where."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from pathlib import Path
from typing import Any

from praya.contract import Contract
from praya.errors import ContractError
from praya.lineage import SqlRefused, check_select
from praya.pipeline.validate.field_expectations import Expectation, from_contract
from praya.pipeline.validate.guard_rules import guards_of
from praya.pipeline.validate.table_views import BATCH
from praya.pipeline.validate.verdict_words import ROWS_QUERY
from praya.store import table_name
from praya.store.duck import connect
from praya.text.outside import describe_error, quote

__all__ = ["expectations_of", "from_contract", "load_suite"]

SEVERITIES = ("critical", "warning")

_QUERY_INSTEAD = f"write an {ROWS_QUERY} with regexp_full_match"
# Kwargs of GX that hold conditions in SQL or in another language for any expectation.
CONDITIONS = ("row_condition", "condition_parser")
_TYPES_ARE_CHECKED = "leave it out, the types of the contract's fields are checked already"
NOT_ON_DUCKDB = {
    "expect_column_values_to_match_regex": _QUERY_INSTEAD,
    "expect_column_values_to_not_match_regex": _QUERY_INSTEAD,
    "expect_column_values_to_match_regex_list": _QUERY_INSTEAD,
    "expect_column_values_to_not_match_regex_list": _QUERY_INSTEAD,
    "expect_column_values_to_be_of_type": _TYPES_ARE_CHECKED,
    "expect_column_values_to_be_in_type_list": _TYPES_ARE_CHECKED,
    "expect_query_results_to_match_comparison": f"write an {ROWS_QUERY}",
}


def expectations_of(contract: Contract, suites: Path) -> list[Expectation]:
    """All expectations on a dataset's table: its contract's, then those of `suites/<dataset>.json`.

    Raises ContractError where the suite is wrong, or where a waiver names none of the critical ones.
    """
    found = [*from_contract(contract), *load_suite(suites / f"{contract.dataset}.json")]
    critical = {str(each["id"]) for each in [*found, *guards_of(contract)] if each["severity"] == "critical"}
    if wrong := sorted({waiver.expectation for waiver in contract.waivers} - critical):
        raise ContractError(
            [
                f"{contract.dataset}: waivers: '{quote(name)}' is no critical expectation of the dataset; its "
                "validation report shows their ids"
                for name in wrong
            ]
        )
    return found


def load_suite(path: Path) -> list[Expectation]:
    """The expectations of a GX suite file, every one with a severity, `meta`, and an id that can be read.

    GX itself takes nothing but UUIDs for ids; here the id is `suite:<meta.name>`, or where there is no name
    `suite:<column or table>:<type>`, numbered from the second on. `meta.references` lists the datasets that a
    query joins. A file that is not there is an empty suite: what the contract says may be all. Raises
    ContractError with every problem there is: which file, which expectation, what was expected.
    """
    if not path.exists():
        return []
    try:
        suite = json.loads(path.read_text("utf-8"))
    except (ValueError, RecursionError) as error:
        raise ContractError(
            [f"{path}: expected a Great Expectations suite in JSON: {describe_error(error)}"]
        ) from error
    if not isinstance(suite, dict) or not isinstance(suite.get("expectations"), list):
        raise ContractError([f"{path}: expected an object with a list `expectations`, as GX saves a suite"])
    problems: list[str] = []
    if suite.get("name") != path.stem:
        problems.append(
            f"{path}: name: expected {path.stem!r} as the file is, got '{quote(suite.get('name'))}'"
        )
    loaded: list[Expectation] = []
    seen: Counter[str] = Counter()
    for index, each in enumerate(suite["expectations"]):
        found = _problems(each)
        problems += [f"{path}: expectations[{index}]{problem}" for problem in found]
        if not found:
            given = {key: value for key, value in each.items() if value is not None}
            loaded.append({"severity": "critical", "meta": {}, **given, "id": _id(each, seen)})
    names = Counter((each.get("meta") or {}).get("name") for each in loaded)
    problems += [
        f"{path}: the name '{quote(name)}' is there more than once: names must differ"
        for name, times in names.items()
        if name and times > 1
    ]
    if problems:
        raise ContractError(problems)
    return loaded


def _problems(each: Any) -> list[str]:
    if not isinstance(each, dict):
        return [f": expected an object with type and kwargs, got {type(each).__name__}"]
    found = [*_type_problems(each.get("type")), *_kwargs_problems(each.get("type"), each.get("kwargs"))]
    if not found and each.get("type") == ROWS_QUERY:
        found += _sql_problems(each)
    severity = each.get("severity") or "critical"
    if severity not in SEVERITIES:
        found.append(f".severity: expected {' or '.join(SEVERITIES)}, got '{quote(severity)}'")
    if each.get("id") is not None and not _is_uuid(each["id"]):
        found.append(".id: expected a UUID, which is all that GX takes; name it in `meta.name`")
    meta = each.get("meta") or {}
    if not isinstance(meta, dict):
        return [*found, f".meta: expected an object, got '{quote(meta)}'"]
    references = meta.get("references", [])
    if not isinstance(references, list) or not all(isinstance(name, str) for name in references):
        found.append(".meta.references: expected a list of dataset names")
    return found


def _type_problems(kind: Any) -> list[str]:
    if not isinstance(kind, str) or not kind:
        return ['.type: expected a GX expectation such as "expect_column_values_to_not_be_null"']
    if kind in NOT_ON_DUCKDB:
        return [f".type: {kind} does not work on DuckDB: {NOT_ON_DUCKDB[kind]}"]
    return []


def _kwargs_problems(kind: Any, kwargs: Any) -> list[str]:
    if not isinstance(kwargs, dict):
        return [f".kwargs: expected an object, got {kwargs!r}"]
    if kind == ROWS_QUERY and "{batch}" not in str(kwargs.get("unexpected_rows_query")):
        return [".kwargs.unexpected_rows_query: expected SQL that selects the bad rows from {batch}"]
    return [
        f".kwargs.{name}: is not read here; write an {ROWS_QUERY} with the condition"
        for name in CONDITIONS
        if name in kwargs
    ]


def _sql_problems(each: dict[str, Any]) -> list[str]:
    """What a query may not do; it reads the table and what `meta.references` lists, and nothing else."""
    where, sql = ".kwargs.unexpected_rows_query", str(each["kwargs"]["unexpected_rows_query"])
    references = (each.get("meta") or {}).get("references", [])
    if not isinstance(references, list) or not all(isinstance(name, str) for name in references):
        return []  # said of the references already
    try:
        text = sql.format(batch=BATCH)
    except (LookupError, ValueError) as error:
        return [f"{where}: a brace that is no {{batch}} is written twice: {quote(error)}"]
    with connect() as con:
        try:
            check_select(con, text.rstrip("; \t\r\n"), {BATCH, *map(table_name, references)})
        except SqlRefused as error:
            return [f"{where}: {error}"]
    return []


def _is_uuid(value: Any) -> bool:
    try:
        uuid.UUID(str(value))
    except ValueError:
        return False
    return True


def _id(each: dict[str, Any], seen: Counter[str]) -> str:
    if name := (each.get("meta") or {}).get("name"):
        return f"suite:{name}"
    about = each["kwargs"].get("column") or each["kwargs"].get("column_A") or "table"
    id_ = f"suite:{about}:{each['type'].removeprefix('expect_')}"
    seen[id_] += 1
    return id_ if seen[id_] == 1 else f"{id_}:{seen[id_]}"
