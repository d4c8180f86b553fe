"""Several files of one dataset (languages, mostly), joined on the primary key and held in parity."""

from __future__ import annotations

from praya.contract import Contract, Field
from praya.pipeline.stage.reading import (
    QUARANTINE,
    Column,
    Connection,
    Reading,
    check_count,
    count_of,
    identifier,
    literal,
    numbered,
)
from praya.pipeline.stage.types import typed


def columns_of(contract: Contract, part: str | None) -> list[Column]:
    """The columns that a part holds: its own fields and those that every part shares."""
    return [
        Column(field.name, field.source_name)
        for field in contract.fields
        if part is None or field.part in (None, part)
    ]


def join(con: Connection, contract: Contract, readings: dict[str, Reading], advice: str) -> Reading:
    """One reading out of several: rows meet by primary key; a key that is not in all parts, or fields that
    all parts share and that differ, are faults of the row. A key twice in a part goes to quarantine. Values are
    compared as what they are read as, and not by their spelling: 1.0 and 1 are one number. `advice` is that of the
    format of the parts."""
    fields = {field.name: field for field in contract.fields}
    keys = [identifier(f"key {name}") for name in contract.primary_key]
    keyed = ", ".join(
        f"{_compared(contract, fields[name], identifier(name))} as {key}"
        for name, key in zip(contract.primary_key, keys, strict=True)
    )
    con.execute(f"create or replace temp table part_rejects ({QUARANTINE})")
    names = {part: identifier(f"part {part}") for part in readings}
    for part, reading in readings.items():
        con.execute(
            f"create or replace temp table {names[part]} as select *, {keyed} from ({numbered(reading.rows)})"
        )
        rows_read, rejected = count_of(con, f"from {names[part]}"), 0
        _reject_twice(con, contract, part, names[part], keys, reading)
        if reading.rejects:
            rejected = count_of(con, reading.rejects)
            con.execute(
                f"insert into part_rejects by name "
                f"select * replace ({literal(part)} || ': ' || reason as reason) from ({reading.rejects})"
            )
        check_count(contract, reading.rows_in, rows_read, rejected, advice)
    first, *others = readings
    joined = names[first]
    for part in others:
        joined += f" full join {names[part]} using ({', '.join(keys)})"
    con.execute(
        f"create or replace temp table joined as select {', '.join(_picked(contract, names))} from {joined}"
    )
    (rows,) = con.execute(
        "select (select count(*) from joined) + (select count(*) from part_rejects)"
    ).fetchone() or (0,)

    def locate(connection: Connection) -> None:
        connection.execute("""
            create or replace temp table place as
            select row_number, row_number as record_number, null::bigint as line_number, raw
            from (select row_number() over () as row_number, to_json(joined)::varchar as raw from joined)
            where row_number in (select row_number from wanted)""")

    return Reading(
        "select * from joined",
        int(rows),
        locate,
        "select * from part_rejects",
        fault="_parity",
        may_swallow_lines=any(reading.may_swallow_lines for reading in readings.values()),
    )


def _reject_twice(
    con: Connection, contract: Contract, part: str, table: str, compared: list[str], reading: Reading
) -> None:
    keys = ", ".join(identifier(name) for name in contract.primary_key)
    con.execute(f"""
        create or replace temp table wanted as
        select _row_number as row_number from {table}
        qualify row_number() over (partition by {", ".join(compared)} order by _row_number) > 1""")
    reading.locate(con)
    con.execute(f"""
        insert into part_rejects
        select place.record_number, place.line_number, {literal(", ".join(contract.primary_key))},
               concat_ws(', ', {keys}), 'primaryKey', {literal(part + ": the key is there already")}, place.raw
        from place join {table} on place.row_number = {table}._row_number""")
    con.execute(f"delete from {table} where _row_number in (select row_number from wanted)")


def _picked(contract: Contract, names: dict[str, str]) -> list[str]:
    picked, faults = [], []
    for part, table in names.items():
        faults.append(f"case when {table}._row_number is null then 'is not in the part {part}' end")
    there = " and ".join(f"{table}._row_number is not null" for table in names.values())
    (first, table), *others = names.items()
    for field in contract.fields:
        column = identifier(field.name)
        if field.part:
            picked.append(f"{names[field.part]}.{column} as {column}")
            continue
        picked.append(f"coalesce({', '.join(f'{name}.{column}' for name in names.values())}) as {column}")
        if field.name in contract.primary_key:
            continue
        value = _compared(contract, field, f"{table}.{column}")
        for part, other in others:
            differs = f"{value} is distinct from {_compared(contract, field, f'{other}.{column}')}"
            reason = f"{field.name} of the part {part} is not that of the part {first}"
            faults.append(f"case when {there} and {differs} then {literal(reason)} end")
    return [*picked, f"nullif(concat_ws('; ', {', '.join(faults)}), '') as _parity"]


def _compared(contract: Contract, field: Field, text: str) -> str:
    """SQL of what a value is compared by: its typed value as text, or its text where it is none of the type."""
    missing = ", ".join(map(literal, contract.schema_.missing_values)) or "null"
    there = f"case when coalesce({text}, '') in ({missing}) then null else {text} end"
    return there if field.type == "string" else f"coalesce(({typed(field, there)})::varchar, {there})"
