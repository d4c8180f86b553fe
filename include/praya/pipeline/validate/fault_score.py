"""The fault score: of the standard faults that can happen to a dataset, the share that contract and suite notice."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from praya.contract import Contract
from praya.contract.text import Text
from praya.errors import StageError, codes
from praya.pipeline.validate.engine import evaluate
from praya.pipeline.validate.result import Result
from praya.pipeline.validate.rule_specs import Fault, LeftOut
from praya.pipeline.validate.shape import GOOD, Shape
from praya.pipeline.validate.standard_faults import faults_of
from praya.pipeline.validate.suite import expectations_of
from praya.store import Store, content_key, layout, table_name
from praya.store.duck import INTERNAL, connect, literal
from praya.store.states import Accepted, FaultScore
from praya.store.verdict_documents import FaultOutcome, FaultScoreRecord, FaultSums, read_fault_score
from praya.text.three_languages import Words

FAULT_SCORE_VERSION = 1


def score_faults(contract: Contract, store: Store, suites: Path) -> FaultScoreRecord:
    """Put each standard fault into a copy of the last accepted table and see what notices it; the same inputs are
    measured once. Returns the content of `verdicts/<dataset>/faults-<key>/faults.json`, to which the state `faults` of
    the dataset points.

    A fault counts as noticed when an expectation fails that held before, and as `blocked` when that one is critical.
    Of a dataset with months, `contract` is that of one month. Raises StageError where nothing has been accepted yet.
    """
    accepted = store.state(Accepted, contract.subject)
    if accepted is None:
        raise StageError(
            codes.validate.NO_TABLE_ACCEPTED,
            f"{contract.subject}: no table has been accepted yet; run the dataset first",
        )
    expectations = expectations_of(contract, suites)
    references = _references(contract, store, expectations)
    key = _key(accepted, expectations, references)
    path = layout.fault_score(contract.subject, key)
    if not store.exists(path):
        tables = {table_name(name): store.local(state.table) for name, state in references.items()}
        # What refers to a table that is not there cannot be held against any copy.
        askable = [
            each
            for each in expectations
            if {*(each.get("meta") or {}).get("references", [])} <= {*references}
        ]
        score = measure(contract, store.local(accepted.table), askable, tables)
        record: FaultScoreRecord = {**score, "key": key, "synthetic": accepted.synthetic}
        store.put_json(path, record)
    store.set_state(contract.dataset, FaultScore(key=key, path=path))
    return read_fault_score(store, path)


def is_current(contract: Contract, store: Store, suites: Path, score: FaultScoreRecord) -> bool:
    """Whether a score was measured on the table that is accepted, by today's rules; `score` as `faults.json` has it."""
    month = score["dataset"].partition("/")[2]
    dated = contract.at(month) if month else contract
    accepted = store.state(Accepted, dated.subject)
    if accepted is None:
        return False
    expectations = expectations_of(dated, suites)
    return score["key"] == _key(accepted, expectations, _references(dated, store, expectations))


def _references(
    contract: Contract, store: Store, expectations: Sequence[Mapping[str, Any]]
) -> dict[str, Accepted]:
    names = sorted({name for each in expectations for name in (each.get("meta") or {}).get("references", [])})
    return {name: state for name in names if (state := _accepted(contract, store, name))}


def _key(
    accepted: Accepted, expectations: Sequence[Mapping[str, Any]], references: Mapping[str, Accepted]
) -> str:
    return content_key(
        {
            "version": FAULT_SCORE_VERSION,
            "accepted": accepted.key,
            "expectations": expectations,
            "references": {name: state.key for name, state in references.items()},
        }
    )


def _accepted(contract: Contract, store: Store, name: str) -> Accepted | None:
    whole = store.state(Accepted, name)
    return (store.state(Accepted, f"{name}/{contract.month}") or whole) if contract.month else whole


def measure(
    contract: Contract,
    table: Path,
    expectations: Sequence[Mapping[str, Any]],
    references: Mapping[str, Path],
    faults: Sequence[Fault] | None = None,
) -> FaultSums:
    """The score of the Parquet file `table`: each fault with its outcome (`blocked`, `warned`, `missed`, `left out`)
    and the expectations that notice it, and their sums."""
    with tempfile.TemporaryDirectory(prefix="praya-faults-") as name, connect(Path(name)) as connection:
        work = Path(name)
        numbered = f"select *, row_number() over () as _row from read_parquet({literal(str(table))})"
        connection.execute(f"create table {GOOD} as {numbered}")
        shape = Shape(connection, contract)
        wrong = _failing(evaluate(table, expectations, name=contract.dataset, references=references))
        outcomes = []
        for fault in faults_of(contract) if faults is None else faults:
            copy = work / f"{fault.name}.parquet"
            why = _write(connection, shape, fault, copy)
            noticed = {}
            if why is None:
                results = evaluate(copy, expectations, name=contract.dataset, references=references)
                noticed = {id_: each for id_, each in _failing(results).items() if id_ not in wrong}
            outcomes.append(_outcome(fault, why, list(noticed.values())))
    tried = [each["outcome"] for each in outcomes if each["outcome"] != "left out"]
    caught = len(tried) - tried.count("missed")
    return {
        "dataset": contract.subject,
        "faults": outcomes,
        "applied": len(tried),
        "caught": caught,
        "blocked": tried.count("blocked"),
        "score": round(caught / len(tried), 4) if tried else 0.0,
    }


def _failing(results: Sequence[Result]) -> dict[str, Result]:
    return {each.id: each for each in results if each.status == "failed"}


def _write(connection: duckdb.DuckDBPyConnection, shape: Shape, fault: Fault, copy: Path) -> Text | None:
    """Write the table with the fault; says why where it cannot have it, or looks the same with it."""
    try:
        sql = fault.inject(shape)
    except LeftOut as left:
        return left.why
    try:
        connection.execute(f"copy ({sql}) to {literal(str(copy))} ({INTERNAL})")
    except duckdb.ConversionException:
        # What no longer fits the type of its column would never have become a table.
        return Text(en="the typed column cannot hold it", zh_hant="欄位類型無法容納")
    faulty = f"read_parquet({literal(str(copy))})"
    good = f"select * exclude (_row) from {GOOD}"
    for first, other in ((good, f"from {faulty}"), (f"from {faulty}", good)):
        if connection.execute(f"select 1 from ({first} except all {other}) limit 1").fetchone():
            return None
    return Text(en="the table is the same with it", zh_hant="數據表不受影響")


def _outcome(fault: Fault, why: Text | None, noticed: list[Result]) -> FaultOutcome:
    outcome = "missed"
    if why is not None:
        outcome = "left out"
    elif any(each.severity == "critical" for each in noticed):
        outcome = "blocked"
    elif noticed:
        outcome = "warned"
    return {
        "fault": fault.name,
        "title": _words(fault.title),
        "outcome": outcome,
        "why": _words(why) if why else None,
        "caught_by": [each.id for each in noticed],
    }


def _words(text: Text) -> Words:
    return {
        "en": text.en,
        "zh-Hant": text.zh_hant,
        "zh-Hans": text.in_language("zh-Hans"),
    }
