"""The tables that marts read: what a row of each stands for and what its columns are, as the contracts say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from praya.contract import Contract, Field
from praya.contract.column_type import sql_type
from praya.contract.record_key import RECORD_KEY
from praya.errors import codes
from praya.lineage.kinds import Flow, Kind
from praya.lineage.relation import GROUPS, PUBLIC, RECORDS, Table
from praya.lineage.sql_statement import SqlRefused
from praya.store import CATALOGUE_DOWNLOADS, CATALOGUE_RELEASES, released_name, table_name

ROWS = {"personal records": RECORDS, "aggregated counts": GROUPS}
# A list of more codes than this, or a wider range, is no small set of values.
MOST_CODES = 1000

# The patterns of periods that a field may state: what else such a pattern would let through is refused by the values.
MONTH, OR_YEAR = r"\d{4}-\d{2}", r"\d{4}(-\d{2})?"
PERIODS = frozenset(
    {
        r"\d{4}",
        MONTH,
        OR_YEAR,
        r"\d{4}-(0[1-9]|1[0-2])",
        r"\d{4}(-(0[1-9]|1[0-2]))?",
        r"\d{4}-Q[1-4]",
        r"\d{4}(-Q[1-4])?",
    }
)

CATALOGUE = {
    CATALOGUE_RELEASES: {"dataset": "varchar", "released_month": "varchar"},
    CATALOGUE_DOWNLOADS: {"dataset": "varchar", "month": "varchar", "downloads": "bigint"},
}


@dataclass(frozen=True)
class Source:
    """A table that no mart makes: its columns' SQL types, what it is to a mart, and the contract that it is of; none
    for what is published and for the catalogue."""

    types: Mapping[str, str]
    table: Table
    contract: Contract | None = None

    @property
    def guarded(self) -> bool:
        return self.table.rows != PUBLIC


def sources_of(contracts: Sequence[Contract]) -> dict[str, Source]:
    """Every table that marts may read, by its name in SQL: accepted tables, releases, and those of the catalogue.

    Raises SqlRefused where two have one name, for then nobody could tell which of them a mart reads.
    """
    sources = {name: Source(types, _public(name, types)) for name, types in CATALOGUE.items()}
    releases = {released_name(item.dataset) for item in contracts}
    for item in contracts:
        types = {field.name: sql_type(field) for field in item.released_fields}
        types |= {f"{name}_conf_status": "varchar" for name in item.disclosure.guarded}
        name = released_name(item.dataset)
        sources[name] = Source(types, _public(name, types, item.primary_key))
        if not item.source.mart:
            name = table_name(item.dataset)
            if name in sources or name in releases:
                raise SqlRefused(
                    codes.sql.TABLE_NAME_TAKEN,
                    f"{item.dataset}: marts read {name} as something else; give the dataset another id",
                )
            sources[name] = Source(
                {field.name: sql_type(field) for field in item.kept_fields}, _accepted(item), item
            )
    return sources


def _public(name: str, types: Mapping[str, str], key: Sequence[str] | None = None) -> Table:
    columns = {column: _flow("public", name, column) for column in types}
    return Table(columns, PUBLIC, frozenset(key) if key and {*key} <= {*columns} else None)


def _accepted(contract: Contract) -> Table:
    rows, name = ROWS.get(contract.disclosure.class_, PUBLIC), table_name(contract.dataset)
    if rows == PUBLIC:
        return _public(name, {field.name: "" for field in contract.kept_fields}, contract.primary_key)
    kind = _of_records if rows == RECORDS else _of_counts
    columns = {field.name: _flow(kind(contract, field), name, field.name) for field in contract.kept_fields}
    return Table(columns, rows, frozenset(contract.primary_key))


def _flow(kind: Kind, table: str, column: str) -> Flow:
    source = f"{table}.{column}"
    return Flow(kind, frozenset({source}), made=source)


def _of_records(contract: Contract, field: Field) -> Kind:
    """What a field of personal records is: a code where its values are a small list; else what its type says."""
    if field.personal or field == RECORD_KEY:
        return "identifier"
    if small(field):
        return "code"
    keys = [key for key in contract.schema_.foreign_keys if field.name in key.fields]
    if field.name in contract.primary_key or field.constraints.unique or keys:
        return "identifier"
    return _by_type(field)


def _of_counts(contract: Contract, field: Field) -> Kind:
    rules = contract.disclosure
    if field.name in rules.counts:
        return "count"
    if field.name in rules.guarded:
        return "ratio"
    if field.name in rules.kept_back:
        return "total"
    by_type = _by_type(field)
    if small(field) or (field.name in contract.primary_key and by_type not in ("period", "time")):
        return "code"
    return by_type


def _by_type(field: Field) -> Kind:
    if field.type in ("year", "yearmonth"):
        return "period"
    if field.type in ("date", "datetime", "time"):
        return "time"
    return "amount" if field.type in ("integer", "number") else "identifier"


def small(field: Field) -> bool:
    """Whether a field has a stated, small set of values: a code list, yes or no, or a narrow range of whole numbers."""
    limits = field.constraints
    least, most = limits.option("minimum"), limits.option("maximum")
    if limits.enum:
        return len(limits.enum) <= MOST_CODES
    if field.type == "integer" and isinstance(least, int) and isinstance(most, int):
        return most - least < MOST_CODES
    return field.type == "boolean"


def period(field: Field) -> bool:
    """Whether a field's values are months, quarters or years, by its type or its pattern: 2023, 2023-03, 2023-Q1."""
    if field.type in ("year", "yearmonth"):
        return True
    return field.type == "string" and field.constraints.pattern in PERIODS
