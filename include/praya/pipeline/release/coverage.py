"""The time that a protected table covers: as the contract states it, or from a field's least to its greatest value."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from praya.disclosure.protect import ProtectedTable
from praya.store.documents import Coverage, Period
from praya.store.duck import connect, identifier, scan

if TYPE_CHECKING:
    from praya.contract.notes import Coverage as StatedCoverage


def find_coverage(table: ProtectedTable, stated: StatedCoverage, work: Path) -> Coverage:
    """`place`, and `temporal` with its first and last day (`from`, `to`, ISO 8601, Hong Kong time) or None. `stated` is
    what the contract says of it; `work` is a scratch folder."""
    temporal: Period | None = None
    if stated.from_ and stated.to:
        temporal = {"from": stated.from_.isoformat(), "to": stated.to.isoformat()}
    elif stated.field:
        temporal = _from_values(table, stated.field, work)
    return {"place": stated.place.as_dict(), "temporal": temporal}


def _from_values(table: ProtectedTable, name: str, work: Path) -> Period | None:
    """A text is an ISO 8601 year, month or day; where there are several kinds, the finest counts, so that the row of a
    year that is not over does not tell of months that are not there."""
    kind = next(field.type for field in table.fields if field.name == name)
    value = identifier(name)
    text = (
        f"({value} at time zone 'Asia/Hong_Kong')::date::varchar"
        if kind == "datetime"
        else f"{value}::varchar"
    )
    query = f"""
        with periods as (
            select distinct {text} as period from {scan(table.path)}
        ), days as (
            select
                length(period) as fineness,
                try_cast(period || substr('0000-01-01', length(period) + 1) as date) as first_day
            from periods
            where regexp_full_match(period, '\\d{{4}}(-\\d{{2}}){{0,2}}')
        ), finest as (
            select * from days where fineness = (select max(fineness) from days)
        )
        select
            min(first_day)::varchar,
            (max(first_day + case fineness
                when 4 then interval 1 year when 7 then interval 1 month else interval 1 day end)
                - interval 1 day)::date::varchar
        from finest
    """
    with connect(work) as con:
        first, last = con.execute(query).fetchone() or (None, None)
    return {"from": first, "to": last} if first and last else None
