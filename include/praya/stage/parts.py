"""Several files of one dataset (languages, mostly), joined on the primary key and held in parity."""

from __future__ import annotations

from praya.contract import Contract
from praya.stage.reading import (
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


def columns_of(contract: Contract, part: str | None) -> list[Column]:
    """The columns that a part holds: its own fields and those that every part shares."""
    return [
        Column(field.name, field.source_name)
        for field in contract.fields
        if part is None or field.part in (None, part)
    ]


def join(con: Connection, contract: Contract, readings: dict[str, Reading]) -> Reading:
    """One reading out of several: rows meet by primary key; a key that is not in all parts, or fields that
    all parts share and that differ, are faults of the row. A key twice in a part goes to quarantine."""
    keys = [identifier(name) for name in contract.primary_key]
    con.execute(f"create or replace temp table part_rejects ({QUARANTINE})")
    names = {part: identifier(f"part {part}") for part in readings}
    for part, reading in readings.items():
        con.execute(f"create or replace temp table {names[part]} as {numbered(reading.rows)}")
        rows_read, rejected = count_of(con, f"from {names[part]}"), 0
        _reject_twice(con, contract, part, names[part], reading)
        if reading.rejects:
            rejected = count_of(con, reading.rejects)
            con.execute(
                f"insert into part_rejects by name "
                f"select * replace ({literal(part)} || ': ' || reason as reason) from ({reading.rejects})"
            )
        check_count(contract, reading.rows_in, rows_read, rejected)
    first, *others = readings
    joined = names[first]
    for part in others:
        joined += f" full join {names[part]} using ({', '.join(keys)})"
    con.execute(
        f"create or replace temp table joined as select {', '.join(_picked(contract, names, keys))} from {joined}"
    )
    (rows,) = con.execute(
        "select (select count(*) from joined) + (select count(*) from part_rejects)"
    ).fetchone() or (0,)

    def locate(connection: Connection) -> None:
        connection.execute("""
            create or replace temp table place as
            select row, null::bigint as line, raw
            from (select row_number() over () as row, to_json(joined)::varchar as raw from joined)
            where row in (select row from wanted)""")

    return Reading("select * from joined", int(rows), locate, "select * from part_rejects", fault="_parity")


def _reject_twice(con: Connection, contract: Contract, part: str, table: str, reading: Reading) -> None:
    keys = ", ".join(identifier(name) for name in contract.primary_key)
    con.execute(f"""
        create or replace temp table wanted as
        select _row as row from {table} qualify row_number() over (partition by {keys} order by _row) > 1""")
    reading.locate(con)
    con.execute(f"""
        insert into part_rejects
        select place.row, place.line, {literal(", ".join(contract.primary_key))}, concat_ws(', ', {keys}), 'primaryKey',
               {literal(part + ": the key is there already")}, place.raw
        from place join {table} on place.row = {table}._row""")
    con.execute(f"delete from {table} where _row in (select row from wanted)")


def _picked(contract: Contract, names: dict[str, str], keys: list[str]) -> list[str]:
    picked, faults = [], []
    for part, table in names.items():
        faults.append(f"case when {table}._row is null then 'is not in the part {part}' end")
    for field in contract.fields:
        column = identifier(field.name)
        if column in keys:
            picked.append(column)
        elif field.part:
            picked.append(f"{names[field.part]}.{column} as {column}")
        else:
            every = [f"{table}.{column}" for table in names.values()]
            picked.append(f"coalesce({', '.join(every)}) as {column}")
            differ = " or ".join(f"{every[0]} is distinct from {other}" for other in every[1:])
            there = " and ".join(f"{table}._row is not null" for table in names.values())
            faults.append(
                f"case when {there} and ({differ or 'false'}) "
                f"then {literal(field.name + ' differs among the parts')} end"
            )
    return [*picked, f"nullif(concat_ws('; ', {', '.join(faults)}), '') as _parity"]
