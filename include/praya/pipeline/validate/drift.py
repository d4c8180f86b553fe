"""Drift: how the columns of a table have moved against the table that was accepted before it. It warns, never blocks.

Guarded figures are left out. Of a table of counts that leaves its primary key, of personal records the number of empty
and of different values, as far as they may be told.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from praya.contract import Contract, Field
from praya.contract.telling import disclose_number
from praya.store.duck import connect, identifier, literal
from praya.store.verdict_documents import DriftFigure

NULL_SHARE = 0.05  # as a difference of shares
TIMES = 2.0  # more than so many times as many different values, or fewer
SPREAD = 0.5  # of the distance between the 10th and 90th percentile before
PERCENTILES = {"10th percentile": 0.1, "median": 0.5, "90th percentile": 0.9}
OPEN = ("public facts", "public register")
NUMBERS = ("BIGINT", "DOUBLE", "DECIMAL")  # what stage makes of integers and numbers


class Profile(NamedTuple):
    """One column: rows, empty ones, different values, and of numbers the mean and the percentiles."""

    rows: int
    empty: int
    distinct: int
    mean: float | None
    percentiles: list[float | None]


def figures(contract: Contract, table: Path, before: Path, work: Path) -> list[DriftFigure]:
    """The figures of each column that may be told, `before` and `now`, and whether they `moved` beyond the limits.

    Columns that one of the two Parquet files lacks are left out. Exact, but for the different values of personal
    records, which are estimated.
    """
    fields = _fields(contract)
    then, now = _profiles(contract, fields, before, work), _profiles(contract, fields, table, work)
    return [
        figure
        for field in fields
        if field.name in then and field.name in now
        for figure in _compared(contract, field.name, then[field.name], now[field.name])
    ]


def _fields(contract: Contract) -> list[Field]:
    rules = contract.disclosure
    if rules.class_ == "aggregated counts":
        return [field for field in contract.fields if field.name in contract.primary_key]
    return [field for field in contract.kept_fields if not field.personal and field.name != "record_key"]


def _numeric(contract: Contract, field: Field) -> bool:
    return (
        contract.disclosure.class_ in OPEN
        and field.type in ("integer", "number")
        and field.name not in contract.primary_key
    )


def _profiles(contract: Contract, fields: list[Field], table: Path, work: Path) -> dict[str, Profile]:
    source = f"read_parquet({literal(str(table))})"
    exact = contract.disclosure.class_ in (*OPEN, "aggregated counts")
    with connect(work) as con:
        types = {name: kind for name, kind, *_ in con.execute(f"describe select * from {source}").fetchall()}
        kept = [field for field in fields if field.name in types]
        if not kept:
            return {}
        # A column that was text in the table before has no mean there, whatever the contract says today.
        select = ", ".join(
            _sql(field, exact, _numeric(contract, field) and types[field.name].startswith(NUMBERS))
            for field in kept
        )
        row = con.execute(f"select count(*), {select} from {source}").fetchone() or ()
    rows, values = int(row[0]), row[1:]
    return {
        field.name: Profile(rows, rows - filled, distinct, mean, percentiles or [None] * len(PERCENTILES))
        for field, (filled, distinct, mean, percentiles) in zip(
            kept, zip(values[::4], values[1::4], values[2::4], values[3::4], strict=True), strict=True
        )
    }


def _sql(field: Field, exact: bool, numeric: bool) -> str:
    name = identifier(field.name)
    distinct = f"count(distinct {name})" if exact else f"approx_count_distinct({name})"
    if not numeric:
        return f"count({name}), {distinct}, null, null"
    # Added up in one order: sums of floats depend on it.
    shares = list(PERCENTILES.values())
    return (
        f"count({name}), {distinct}, avg({name}::double order by {name}), "
        f"quantile_disc({name}::double, {shares})"
    )


def _compared(contract: Contract, column: str, then: Profile, now: Profile) -> Iterator[DriftFigure]:
    before, after = _null_share(contract, then), _null_share(contract, now)
    if before is not None and after is not None:
        yield _figure(column, "empty", before, after, abs(after - before) > NULL_SHARE)
    few, many = (disclose_number(contract.disclosure, each.distinct) for each in (then, now))
    if few and many:
        yield _figure(column, "different values", few, many, many > few * TIMES or few > many * TIMES)
    spread = _spread(then)
    for name, old, new in [
        ("mean", then.mean, now.mean),
        *zip(PERCENTILES, then.percentiles, now.percentiles, strict=True),
    ]:
        if old is not None and new is not None:
            yield _figure(column, name, _short(old), _short(new), abs(new - old) > SPREAD * spread)


def _figure(column: str, name: str, before: float, now: float, moved: bool) -> DriftFigure:
    return {"column": column, "figure": name, "before": before, "now": now, "moved": moved}


def _null_share(contract: Contract, profile: Profile) -> float | None:
    empty, rows = (
        disclose_number(contract.disclosure, profile.empty),
        disclose_number(contract.disclosure, profile.rows),
    )
    return _short(empty / rows) if rows and empty is not None else None


def _spread(profile: Profile) -> float:
    least, *_, most = profile.percentiles
    return 0.0 if least is None or most is None else most - least


def _short(value: float) -> float:
    """Six significant digits: what people read, and the same whatever the last bits are."""
    return float(f"{value:.6g}")
