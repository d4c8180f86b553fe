"""The first fault of each rule in a quarantine, as a message may name it."""

from __future__ import annotations

from pathlib import Path

from praya.contract import Contract
from praya.store.duck import connect, literal
from praya.text.outside import quote

NAMED = 5  # rules
OPEN = ("public facts", "public register")


def describe_first_faults(contract: Contract, quarantine: Path) -> str:
    """Where each rule was broken first, for the middle of a message: `first of pattern: line 3, column 'phone', value
    'abc'; `. The value is shown of public data, and of the keys of a table of counts; of records of persons neither
    value nor line is."""
    with connect() as con:
        faults = con.execute(
            "select rule, line, column_name, value from "
            f"(from read_parquet({literal(str(quarantine))}) qualify row_number() over "
            "(partition by rule order by line nulls last, row, column_name) = 1) order by rule"
        ).fetchall()
    named = [f"first of {rule}: {words}; " for rule, *fault in faults if (words := _words(contract, *fault))]
    return "".join(named[:NAMED])


def _words(contract: Contract, line: int | None, column: str | None, value: str | None) -> str:
    kind = contract.disclosure.class_
    words = [] if line is None or kind == "personal records" else [f"line {line:,}"]
    if column:
        words.append(f"column '{quote(column)}'")
        if kind in OPEN or (kind == "aggregated counts" and column in contract.primary_key):
            words.append("empty" if value is None else f"value '{quote(value)}'")
    return ", ".join(words)
