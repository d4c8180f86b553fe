"""The dataset's own suite file, in Great Expectations' JSON, read with errors that say where."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from praya.contract import Contract
from praya.contract.base import Problem
from praya.contract.description import describe_problems
from praya.contract.load import lines_of
from praya.errors import ContractError, FileProblem, codes
from praya.lineage import SqlRefused, check_select
from praya.pipeline.validate.field_expectations import Expectation, from_contract
from praya.pipeline.validate.guard_rules import guards_of
from praya.pipeline.validate.row_query import ROWS_QUERY
from praya.pipeline.validate.table_views import BATCH
from praya.store import table_name
from praya.text.outside import describe_error, quote

__all__ = ["expectations_of", "from_contract", "load_suite"]

SEVERITIES = ("critical", "warning")
QUERY = ("kwargs", "unexpected_rows_query")

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
    expectations = [*from_contract(contract), *load_suite(suites / f"{contract.dataset}.json")]
    if wrong := [*unknown_waivers(contract, expectations)]:
        raise ContractError(
            [
                FileProblem(problem.code, f"{contract.dataset}: waivers: {problem.sentence}")
                for problem in wrong
            ]
        )
    return expectations


def unknown_waivers(contract: Contract, expectations: Sequence[Expectation]) -> Iterator[Problem]:
    """The waivers of a contract that name none of its critical expectations."""
    each_one = [*expectations, *guards_of(contract)]
    critical = {str(each["id"]) for each in each_one if each["severity"] == "critical"}
    for number, waiver in enumerate(contract.waivers):
        if waiver.expectation not in critical:
            yield Problem(
                ("waivers", number, "expectation"),
                f"'{quote(waiver.expectation)}' is no critical expectation of the dataset; its validation report "
                "shows their ids",
                codes.validate.WAIVER_UNKNOWN,
            )


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
        said = f"{path}: expected a Great Expectations suite in JSON: {describe_error(error)}"
        raise ContractError([FileProblem(codes.validate.SUITE_NOT_READABLE, said)]) from error
    if not isinstance(suite, dict) or not isinstance(suite.get("expectations"), list):
        said = f"{path}: expected an object with a list `expectations`, as GX saves a suite"
        raise ContractError([FileProblem(codes.validate.SUITE_NOT_READABLE, said)])
    problems: list[Problem] = []
    if suite.get("name") != path.stem:
        named = f"expected '{quote(path.stem)}' as the file is, got '{quote(suite.get('name'))}'"
        problems.append(Problem(("name",), named))
    loaded: list[Expectation] = []
    seen: Counter[str] = Counter()
    for index, each in enumerate(suite["expectations"]):
        of_expectation = _problems(each)
        problems += [
            problem._replace(keys=("expectations", index, *problem.keys)) for problem in of_expectation
        ]
        if not of_expectation:
            values = {key: value for key, value in each.items() if value is not None}
            loaded.append({"severity": "critical", "meta": {}, **values, "id": _id(each, seen)})
    problems += _names_that_are_there(suite["expectations"])
    if problems:
        found_here = (problem._replace(code=codes.validate.EXPECTATION_NOT_VALID) for problem in problems)
        raise ContractError(describe_problems(path, lines_of(path), found_here))
    return loaded


def _names_that_are_there(expectations: list[Any]) -> Iterator[Problem]:
    """Names in `meta` that an expectation before has."""
    seen = set[str]()
    for index, each in enumerate(expectations):
        meta = each.get("meta") if isinstance(each, dict) else None
        name = meta.get("name") if isinstance(meta, dict) else None
        if isinstance(name, str) and name in seen:
            sentence = f"the name '{quote(name)}' is there more than once: names must differ"
            yield Problem(("expectations", index, "meta", "name"), sentence)
        if isinstance(name, str) and name:
            seen.add(name)


def _problems(each: Any) -> list[Problem]:
    """What is wrong with one expectation, under its own keys."""
    if not isinstance(each, dict):
        return [Problem((), f"expected an object with type and kwargs, got {type(each).__name__}")]
    problems = [*_type_problems(each.get("type")), *_kwargs_problems(each.get("type"), each.get("kwargs"))]
    if not problems and each.get("type") == ROWS_QUERY:
        problems += _sql_problems(each)
    severity = each.get("severity") or "critical"
    if severity not in SEVERITIES:
        said = f"expected {' or '.join(SEVERITIES)}, got '{quote(severity)}'"
        problems.append(Problem(("severity",), said))
    if each.get("id") is not None and not _is_uuid(each["id"]):
        said = "expected a UUID, which is all that GX takes; name it in `meta.name`"
        problems.append(Problem(("id",), said))
    meta = each.get("meta") or {}
    if not isinstance(meta, dict):
        return [*problems, Problem(("meta",), f"expected an object, got {type(meta).__name__}")]
    references = meta.get("references", [])
    if not isinstance(references, list) or not all(isinstance(name, str) for name in references):
        problems.append(Problem(("meta", "references"), "expected a list of dataset names"))
    return problems


def _type_problems(kind: Any) -> list[Problem]:
    if not isinstance(kind, str) or not kind:
        said = 'expected a GX expectation such as "expect_column_values_to_not_be_null"'
        return [Problem(("type",), said)]
    if kind in NOT_ON_DUCKDB:
        return [Problem(("type",), f"{kind} does not work on DuckDB: {NOT_ON_DUCKDB[kind]}")]
    return []


def _kwargs_problems(kind: Any, kwargs: Any) -> list[Problem]:
    if not isinstance(kwargs, dict):
        return [Problem(("kwargs",), f"expected an object, got {type(kwargs).__name__}")]
    if kind == ROWS_QUERY and "{batch}" not in str(kwargs.get("unexpected_rows_query")):
        return [Problem(QUERY, "expected SQL that selects the bad rows from {batch}")]
    return [
        Problem(("kwargs", name), f"is not read here; write an {ROWS_QUERY} with the condition")
        for name in CONDITIONS
        if name in kwargs
    ]


def _sql_problems(each: dict[str, Any]) -> list[Problem]:
    """What a query may not do; it reads the table and what `meta.references` lists, and nothing else."""
    sql = str(each["kwargs"]["unexpected_rows_query"])
    references = (each.get("meta") or {}).get("references", [])
    if not isinstance(references, list) or not all(isinstance(name, str) for name in references):
        return []  # said of the references already
    try:
        text = sql.format(batch=BATCH)
    except (LookupError, ValueError) as error:
        return [Problem(QUERY, f"a brace that is no {{batch}} is written twice: {quote(error)}")]
    try:
        check_select(text.rstrip("; \t\r\n"), {BATCH, *map(table_name, references)})
    except SqlRefused as error:
        return [Problem(QUERY, str(error))]
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
