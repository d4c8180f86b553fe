"""Utility: what each method would leave of a dataset's accepted table, side by side, so that a person can choose.

The figures say how much is hidden altogether. They are for those who may see the table's reports, and are rounded, as
of a single hidden count its share would be the count.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, TypedDict

import duckdb

from praya.contract import Contract, load_policy
from praya.contract.disclosure_method import disclosure_methods
from praya.contract.structure import Structure
from praya.disclosure.protect.gate import Gate
from praya.disclosure.protect.joint import look_jointly
from praya.errors import DisclosureError, codes
from praya.store import Store, content_key, layout
from praya.store.duck import connect, identifier, literal, scan
from praya.store.states import Accepted, Utility
from praya.text.outside import quote
from praya.text.templating import templates
from praya.text.three_languages import Words

UTILITY_VERSION = 1
DIGITS = 2  # of a share or an error
TEMPLATES = Path(__file__).parent / "templates"


class CountEffect(TypedDict):
    """What a method would do to a count: numbers of cells, and shares from 0 to 1."""

    count: str
    title: Words
    cells: int
    withheld: int
    withheld_for_others: int
    changed: int
    share_withheld: float
    share_misplaced: float
    mean_error: float | None


class DerivedEffect(TypedDict):
    """How many rates and means there are, and how many of them a method would withhold."""

    cells: int
    withheld: int


class MethodRecord(TypedDict, total=False):
    """What a method would do to each count, and to rates and means; or why it cannot be used."""

    not_possible: str
    counts: list[CountEffect]
    rates_and_means: DerivedEffect


class MethodsRecord(TypedDict):
    """`methods.json`: all methods on the accepted table of a dataset."""

    dataset: str
    title: Words
    synthetic: bool
    received_at: str
    version: int
    chosen: str
    threshold: int
    methods: dict[str, MethodRecord]


class Compared(NamedTuple):
    """A comparison of the methods, and the store keys of it as JSON and as a page."""

    path: str
    report: str
    record: MethodsRecord


def compare(contract: Contract, store: Store) -> Compared:
    """What every method would do to the accepted table, together with what is out of other datasets.

    Nothing is published by it. Raises DisclosureError where the table needs no method or is not accepted yet.
    """
    if not contract.disclosure.counts:
        raise DisclosureError(
            codes.disclosure.METHOD_NOT_APPLICABLE,
            f"{contract.dataset}: has no counts to hide; there is no method to choose",
        )
    accepted = store.state(Accepted, contract.dataset)
    if accepted is None:
        raise DisclosureError(
            codes.validate.NO_TABLE_ACCEPTED,
            f"{contract.dataset}: no table has been accepted yet; run validate first",
        )
    table = store.local(accepted.table)
    comparison: MethodsRecord = {
        "dataset": contract.dataset,
        "title": contract.title.as_dict(),
        "synthetic": accepted.synthetic,
        "received_at": accepted.received_at,
        "version": UTILITY_VERSION,
        "chosen": contract.disclosure.method,
        "threshold": contract.disclosure.threshold,
        "methods": {name: _with(name, contract, store, table) for name in disclosure_methods()},
    }
    tree = layout.methods(contract.dataset, content_key(comparison)[:16])
    if not store.exists(tree):
        with store.scratch() as work:
            folder = work / "tree"
            folder.mkdir()
            text = json.dumps(comparison, indent=2, ensure_ascii=False, allow_nan=False)
            (folder / "methods.json").write_text(text + "\n", "utf-8")
            (folder / "methods.html").write_text(_page(comparison), "utf-8")
            store.adopt_tree(folder, tree)
    state = Utility(path=f"{tree}/methods.json", report=f"{tree}/methods.html")
    store.set_state(contract.dataset, state)
    return Compared(state.path, state.report, comparison)


def _page(comparison: MethodsRecord) -> str:
    page = templates(TEMPLATES, share=in_percent).get_template("methods.html")
    return str(page.render(found=comparison, methods=disclosure_methods().values()))


def _with(method: str, contract: Contract, store: Store, true: Path) -> MethodRecord:
    """One method: what it would do to each count, or why it cannot be used."""
    policy, hides = load_policy(store.project.policy_file), disclosure_methods()[method]
    rules = contract.disclosure.model_copy(update={"method": method})
    if method not in policy.methods:
        return {"not_possible": "policy.yaml does not name it"}
    if hides.needs_cell_keys and (keyless := sorted({*rules.counts} - {*rules.cell_keys})):
        return {"not_possible": f"its mart has no cell keys for {', '.join(keyless)}"}
    other = contract.model_copy(update={"disclosure": rules})
    with store.scratch() as work, connect(work) as con:
        row_by_row, shown = work / "row-by-row.parquet", work / "shown.parquet"
        try:
            _copy(con, hides.select_protected(other, scan(true)), row_by_row)
            gate = Gate(store, without=contract.dataset)
            looked = look_jointly(con, other, store, true, row_by_row, policy.values(rules), gate)
        except (duckdb.InvalidInputException, DisclosureError) as error:
            return {"not_possible": quote(str(error).partition(": ")[2] or error, 1_000)}
        con.register("looked", looked.rows)
        _copy(con, "select * from looked", shown)
        return {
            "counts": list(_counts(con, other, true, row_by_row, shown)),
            "rates_and_means": _derived(con, other, shown),
        }


def _counts(
    con: duckdb.DuckDBPyConnection, contract: Contract, true: Path, row_by_row: Path, shown: Path
) -> Iterator[CountEffect]:
    keys = ", ".join(map(identifier, contract.primary_key))
    for name in contract.disclosure.counts:
        column = identifier(name)
        cells, withheld, others, changed, lost, misplaced, error = con.execute(
            f"select count(*), count(*) filter (where shown.{column} is null), "
            f"count(*) filter (where shown.{column} is null and before.{column} is not null), "
            f"count(*) filter (where shown.{column} <> truth.{column}), "
            f"sum(truth.{column}) filter (where shown.{column} is null) / sum(truth.{column}), "
            f"sum(abs(shown.{column} - truth.{column})) / sum(truth.{column}), "
            f"avg(abs(shown.{column} - truth.{column})) "
            f"from {scan(true)} as truth join {scan(row_by_row)} as before using ({keys}) "
            f"join {scan(shown)} as shown using ({keys}) where truth.{column} > 0 and {_single(contract)}"
        ).fetchone() or (0, 0, 0, 0, None, None, None)
        yield {
            "count": name,
            "title": next(field.title.as_dict() for field in contract.fields if field.name == name),
            "cells": cells,
            "withheld": withheld,
            "withheld_for_others": others,
            "changed": changed,
            "share_withheld": _rounded(lost or 0.0),
            "share_misplaced": _rounded(misplaced or 0.0),
            "mean_error": None if error is None else _rounded(error),
        }


def _derived(con: duckdb.DuckDBPyConnection, contract: Contract, shown: Path) -> DerivedEffect:
    """Rates and means: how many there are, and how many of them are withheld."""
    names = [name for name in contract.disclosure.guarded if name not in contract.disclosure.counts]
    cells = withheld = 0
    for name in names:
        status = identifier(f"{name}_conf_status")
        some, hidden = con.execute(
            f"select count({status}), count(*) filter (where {status} = 'C') from {scan(shown)}"
        ).fetchone() or (0, 0)
        cells, withheld = cells + some, withheld + hidden
    return {"cells": cells, "withheld": withheld}


def _single(contract: Contract) -> str:
    """SQL that holds for the rows that are no totals of others, by what the contract says adds up."""
    structure: Structure = contract.disclosure.structure
    holds = ["true"]
    for dimension in structure.dimensions:
        totals = {dimension.total, *dimension.parents.values()}
        listed = ", ".join(literal(code) for code in sorted(totals))
        holds.append(f"truth.{identifier(dimension.field)} not in ({listed})")
    wholes = ((overlap.field, overlap.whole) for overlap in structure.overlaps)
    holds += [f"truth.{identifier(field)} <> {literal(whole)}" for field, whole in wholes]
    if structure.periods:
        holds.append(f"length(truth.{identifier(structure.periods.field)}::varchar) > 4")
    return " and ".join(holds)


def in_percent(share: float) -> str:
    """A share in per cent, of as many digits as it has: `0.24%`, `13%`, `100%`."""
    return f"{_rounded(100 * share):g}%"


def _rounded(number: float) -> float:
    return float(f"{number:.{DIGITS}g}")


def _copy(con: duckdb.DuckDBPyConnection, select: str, path: Path) -> None:
    con.execute(f"copy ({select}) to {literal(str(path))} (format parquet)")
