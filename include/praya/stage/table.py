"""Typed rows to Parquet in one scan when all is well; a second look only when rows are bad."""

from __future__ import annotations

from pathlib import Path

from praya.contract import Contract, Field
from praya.stage.personal import MASK, kept_value, personal, set_key, shown_value
from praya.stage.reading import (
    QUARANTINE,
    REJECTS,
    Connection,
    Reading,
    count_of,
    file_literal,
    identifier,
    literal,
    numbered,
)
from praya.stage.rules import Rule, rules
from praya.stage.types import typed
from praya.store.duck import PARQUET, scan


def write_table(con: Connection, contract: Contract, reading: Reading, target: Path) -> int:
    """Write the rows that break no rule of their own to `target`; returns how many."""
    if personal(contract):
        set_key(con)
    con.execute(f"copy ({_good(contract, reading, reading.rows)}) to {file_literal(target)} ({PARQUET})")
    return count_of(con, f"from {scan(target)}")


def write_quarantine(
    con: Connection, contract: Contract, reading: Reading, rows_out: int, folder: Path
) -> tuple[int, int, dict[str, int]]:
    """Write `quarantine.parquet` beside `table.parquet`, and the table again where rows are bad.

    Returns the rows left in the table, the rows in quarantine, and the faults by rule (a row may have several).
    """
    table = folder / "table.parquet"
    con.execute(f"create or replace temp table quarantine ({QUARANTINE})")
    rows_quarantined = 0
    # As many rows out as in is not enough: a bad row could make up for one that the records' count missed.
    if (
        rows_out != reading.rows_in
        or rows_out != count_of(con, reading.rows)
        or _has_duplicates(con, contract, table)
    ):
        rows_quarantined = _look_again(con, contract, reading, table)
        rows_out = count_of(con, f"from {scan(table)}")
    target = file_literal(folder / "quarantine.parquet")
    con.execute(f"copy (select * from quarantine order by all) to {target} ({PARQUET})")
    by_rule = dict(
        con.execute("select rule, count(*) from quarantine group by rule order by rule").fetchall()
    )
    return rows_out, rows_quarantined, by_rule


def _good(contract: Contract, reading: Reading, rows: str, kept: str = "") -> str:
    """Select the typed rows without fault; `kept` names further columns to keep for the caller."""
    values = ", ".join(f"{kept_value(field)} as {identifier(field.name)}" for field in contract.kept_fields)
    whole = [f"{identifier(reading.fault)} is null"] if reading.fault else []
    fine = [
        f"not coalesce({rule.broken}, false)" for field in contract.fields for rule in _rules(contract, field)
    ]
    return f"select {kept}{values} from ({_typed(contract, rows)}) where {' and '.join([*whole, *fine])}"


def _typed(contract: Contract, rows: str) -> str:
    """`rows` with a text column `t x` (NULL when missing) and a typed column `v x` for every field x."""
    missing = ", ".join(literal(mark) for mark in contract.schema_.missing_values) or "null"
    texts = ", ".join(
        f"case when coalesce({identifier(field.name)}, '') in ({missing}) then null "
        f"else coalesce({identifier(field.name)}, '') end as {identifier(f't {field.name}')}"
        for field in contract.fields
    )
    values = ", ".join(
        f"{typed(field, identifier(f't {field.name}'))} as {identifier(f'v {field.name}')}"
        for field in contract.fields
    )
    return f"select *, {values} from (select *, {texts} from ({rows}))"


def _rules(contract: Contract, field: Field) -> list[Rule]:
    text, value = identifier(f"t {field.name}"), identifier(f"v {field.name}")
    found = list(rules(field, text, value))
    if field.name in contract.primary_key and not field.constraints.required:
        found.append(Rule("primaryKey", f"{text} is null", "is missing in the primary key"))
    return found


def _has_duplicates(con: Connection, contract: Contract, table: Path) -> bool:
    (found,) = con.execute(
        " union all ".join(
            f"select 1 from {scan(table)} where {_all_there(names)} "
            f"group by {_list(names)} having count(*) > 1"
            for names in _unique_keys(contract)
        )
        + " limit 1"
    ).fetchone() or (0,)
    return bool(found)


def _look_again(con: Connection, contract: Contract, reading: Reading, table: Path) -> int:
    rows = numbered(reading.rows)
    con.execute(f"create or replace temp table typed_rows as select * from ({_typed(contract, rows)})")
    con.execute(
        "create or replace temp table faults "
        "(row bigint, column_name varchar, value varchar, rule varchar, reason varchar)"
    )
    if reading.fault:
        fault = identifier(reading.fault)
        con.execute(
            f"insert into faults select _row, '', null, 'parity', {fault} from typed_rows where {fault} is not null"
        )
    for field in contract.fields:
        for rule in _rules(contract, field):
            con.execute(
                f"insert into faults select _row, {literal(field.name)}, {shown_value(field)}, "
                f"{literal(rule.name)}, {literal(rule.reason)} from typed_rows where {rule.broken}"
            )
    good = _good(contract, reading, rows, kept="_row, ")
    con.execute(f"create or replace temp table good_rows as {good}")
    for names in _unique_keys(contract):
        broken = "primaryKey" if names == contract.primary_key else "unique"
        con.execute(f"""
            insert into faults
            select _row, {literal(", ".join(names))}, concat_ws(', ', {_list(names)}), '{broken}',
                   'the value is there already'
            from (select *, row_number() over (partition by {_list(names)} order by _row) as nth from good_rows
                  where {_all_there(names)})
            where nth > 1""")
    con.execute("create or replace temp table wanted as select distinct row from faults")
    reading.locate(con)
    con.execute(f"insert into quarantine select {REJECTS} from faults left join place using (row)")
    rejected = 0
    if reading.rejects:
        con.execute(f"insert into quarantine select {REJECTS} from ({reading.rejects})")
        rejected = count_of(con, reading.rejects)
    if personal(contract):
        con.execute(f"update quarantine set raw = '{MASK}'")
    con.execute(
        f"copy (select * exclude (_row) from good_rows where _row not in (select row from faults) order by _row) "
        f"to {file_literal(table)} ({PARQUET})"
    )
    (faulty,) = con.execute("select count(distinct row) from faults").fetchone() or (0,)
    return int(faulty) + int(rejected)


def _unique_keys(contract: Contract) -> list[list[str]]:
    return [contract.primary_key, *([field.name] for field in contract.fields if field.constraints.unique)]


def _all_there(names: list[str]) -> str:
    return " and ".join(f"{identifier(name)} is not null" for name in names)


def _list(names: list[str]) -> str:
    return ", ".join(identifier(name) for name in names)
