"""Typed rows to Parquet in one scan; a second look only when rows are bad, and then at these."""

from __future__ import annotations

import json
from pathlib import Path

from praya.contract import Contract, Field
from praya.pipeline.stage.constraint_rules import Rule, of_month, rules
from praya.pipeline.stage.pseudonyms import MASK, kept_value, personal, shown_value
from praya.pipeline.stage.reading import (
    QUARANTINE,
    QUARANTINE_FILE,
    REJECTS,
    Connection,
    Reading,
    count_of,
    file_literal,
    identifier,
    literal,
    numbered,
)
from praya.pipeline.stage.types import typed
from praya.store.duck import INTERNAL, scan


def write_table(con: Connection, contract: Contract, reading: Reading, target: Path) -> tuple[int, int]:
    """Write the rows that break no rule of their own to `target`; returns how many, and how many were read."""
    # Pushed down, the filter would have every value typed twice, once to judge it and once to keep it. And DuckDB
    # makes a join of a long list of codes, behind which rows are written in no certain order: other bytes every time.
    con.execute("set disabled_optimizers = 'filter_pushdown,in_clause'")
    con.execute("pragma enable_profiling = 'no_output'")
    (rows_out,) = con.execute(
        f"copy ({_good(contract, reading.rows, reading.fault)}) to {file_literal(target)} ({INTERNAL})"
    ).fetchone() or (0,)
    scanned = json.loads(con.get_profiling_information())["query"]["total_rows_scanned"]
    con.execute("pragma disable_profiling")
    con.execute("reset disabled_optimizers")
    return int(rows_out), int(scanned) if reading.scanned else count_of(con, reading.rows)


def write_quarantine(
    con: Connection, contract: Contract, reading: Reading, written: tuple[int, int], folder: Path
) -> tuple[int, int, dict[str, int], int]:
    """Write `quarantine.parquet` beside `table.parquet`, and the table again where a key comes twice in it.

    `written` is what `write_table` said. Returns the rows left in the table, the rows in quarantine, the faults by
    rule (a row may have several), and how many lines the broken records take in beyond their first: each of them may
    be a record that is lost in another.
    """
    table = folder / "table.parquet"
    con.execute(f"create or replace temp table quarantine ({QUARANTINE})")
    rows_out, rows_read = written
    rows_quarantined = hidden = 0
    twice = [names for names in _unique_keys(contract) if _comes_twice(con, names, table)]
    # As many rows out as in is not enough: a bad row could make up for one that the records' count missed.
    if twice or not rows_out == rows_read == reading.rows_in:
        rows_quarantined, hidden = _look_again(con, contract, reading, table, twice)
        rows_out = count_of(con, f"from {scan(table)}")
    target = file_literal(folder / "quarantine.parquet")
    con.execute(f"copy (select {QUARANTINE_FILE} from quarantine order by all) to {target} ({INTERNAL})")
    by_rule = dict(
        con.execute("select rule, count(*) from quarantine group by rule order by rule").fetchall()
    )
    return rows_out, rows_quarantined, by_rule, hidden


def _good(contract: Contract, rows: str, fault: str | None, kept: str = "") -> str:
    """Select the typed rows without fault; `kept` names further columns to keep for the caller."""
    values = ", ".join(
        f"{kept_value(contract, field)} as {identifier(field.name)}" for field in contract.kept_fields
    )
    return f"select {kept}{values} from ({_typed(contract, rows)}) where {_fine(contract, fault)}"


def _fine(contract: Contract, fault: str | None) -> str:
    """The condition, true or false, that a row breaks no rule of its own."""
    whole = [f"{identifier(fault)} is null"] if fault else []
    rules_kept = [
        f"not coalesce({rule.broken}, false)" for field in contract.fields for rule in _rules(contract, field)
    ]
    return " and ".join([*whole, *rules_kept])


def _typed(contract: Contract, rows: str) -> str:
    """`rows` with a text column `t x` (NULL when missing) and a typed column `v x` for every field x."""
    texts = ", ".join(
        f"{_text(contract, field)} as {identifier(f't {field.name}')}" for field in contract.fields
    )
    values = ", ".join(
        f"{typed(field, identifier(f't {field.name}'))} as {identifier(f'v {field.name}')}"
        for field in contract.fields
    )
    return f"select *, {values} from (select *, {texts} from ({rows}))"


def _text(contract: Contract, field: Field) -> str:
    """The text of a field, NULL when missing: what is not there counts as an empty text."""
    text, marks = identifier(field.name), contract.schema_.missing_values
    if "" not in marks:
        text = f"coalesce({text}, '')"
    return f"case when {text} in ({', '.join(map(literal, marks)) or 'null'}) then null else {text} end"


def _rules(contract: Contract, field: Field) -> list[Rule]:
    text, value = identifier(f"t {field.name}"), identifier(f"v {field.name}")
    field_rules = list(rules(field, text, value))
    if field.name in contract.primary_key and not field.constraints.required:
        field_rules.append(Rule("primaryKey", f"{text} is null", "is missing in the primary key"))
    if field.name == contract.partition_field and contract.month:
        field_rules.append(of_month(field, value, contract.month))
    return field_rules


def _comes_twice(con: Connection, names: list[str], table: Path) -> bool:
    """Whether any two rows may have the same key: told by hashes, which a closer look has to confirm."""
    (is_repeated,) = con.execute(
        f"select count(*) > count(distinct hash({_list(names)})) from {scan(table)} where {_all_there(names)}"
    ).fetchone() or (False,)
    return bool(is_repeated)


def _look_again(
    con: Connection, contract: Contract, reading: Reading, table: Path, twice: list[list[str]]
) -> tuple[int, int]:
    """Fill the table `quarantine` from the rows that are not in `table`, or are in it a second time; returns how
    many they are, and the lines hidden in broken ones. Of the rows, only these are held on to."""
    rows = numbered(reading.rows)
    con.execute(
        f"create or replace temp table bad_rows as select * from ({_typed(contract, rows)}) "
        f"where not ({_fine(contract, reading.fault)})"
    )
    con.execute(
        "create or replace temp table faults "
        "(row_number bigint, column_name varchar, value varchar, rule varchar, reason varchar)"
    )
    if reading.fault:
        fault = identifier(reading.fault)
        con.execute(
            f"insert into faults select _row_number, '', null, 'parity', {fault} "
            f"from bad_rows where {fault} is not null"
        )
    for field in contract.fields:
        for rule in _rules(contract, field):
            con.execute(
                f"insert into faults select _row_number, {literal(field.name)}, {shown_value(field)}, "
                f"{literal(rule.name)}, {literal(rule.reason)} from bad_rows where {rule.broken}"
            )
    good = _good(contract, rows, reading.fault, kept="_row_number, ")
    for names in twice:
        broken = "primaryKey" if names == contract.primary_key else "unique"
        con.execute(f"""
            insert into faults
            select _row_number, {literal(", ".join(names))}, concat_ws(', ', {_list(names)}), '{broken}',
                   'the value is there already'
            from (select *, row_number() over (partition by {_list(names)} order by _row_number) as nth
                  from ({good}) semi join (
                      select {_list(names)} from {scan(table)} where {_all_there(names)}
                      group by all having count(*) > 1) using ({_list(names)}))
            where nth > 1""")
    con.execute("create or replace temp table wanted as select distinct row_number from faults")
    reading.locate(con)
    con.execute(f"insert into quarantine select {REJECTS} from faults left join place using (row_number)")
    rejected = 0
    if reading.rejects:
        con.execute(f"insert into quarantine select {REJECTS} from ({reading.rejects})")
        rejected = count_of(con, reading.rejects)
    hidden = _lines_hidden(con) if reading.may_swallow_lines else 0
    if personal(contract):
        con.execute(f"update quarantine set raw = '{MASK}'")
    if twice:
        con.execute(
            f"copy (select * exclude (_row_number) from ({good}) "
            "where _row_number not in (from wanted) order by _row_number) "
            f"to {file_literal(table)} ({INTERNAL})"
        )
    return count_of(con, "from wanted") + rejected, hidden


def _lines_hidden(con: Connection) -> int:
    (lines,) = con.execute(
        "select coalesce(sum(len(raw) - len(replace(raw, chr(10), ''))), 0) "
        "from (select distinct record_number, raw from quarantine where rule = 'structure')"
    ).fetchone() or (0,)
    return int(lines)


def _unique_keys(contract: Contract) -> list[list[str]]:
    unique = [[field.name] for field in contract.kept_fields if field.constraints.unique]
    return [contract.primary_key, *(names for names in unique if names != contract.primary_key)]


def _all_there(names: list[str]) -> str:
    return " and ".join(f"{identifier(name)} is not null" for name in names)


def _list(names: list[str]) -> str:
    return ", ".join(identifier(name) for name in names)
