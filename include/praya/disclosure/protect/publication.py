"""Publications: what went through the gate, with the truth behind it, as later checks have to know it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NotRequired, TypedDict, cast

import duckdb

from praya.contract import Contract
from praya.contract.disclosure import Disclosure
from praya.contract.disclosure_method import DisclosureMethod, disclosure_methods
from praya.contract.structure import Structure
from praya.store import Store
from praya.store.duck import identifier, literal, scan

PUBLICATION_FILE = (
    "publication.json"  # beside a protected table: what the joint check has to know of it later
)
SHA256 = "publication_sha256"  # what the ledger calls its hash; lines from before have none

Key = tuple[Any, ...]
Row = Mapping[str, Any]
# Field → the code that earlier releases had → the code of today.
Renamed = Mapping[str, Mapping[str, str]]


class KeptLink(TypedDict):
    """A dataset that another is linked with."""

    dataset: str


class KeptStructure(TypedDict):
    """What is read of how a table adds up before all of it is read as `Structure`."""

    links: list[KeptLink]


class KeptRules(TypedDict):
    """What is read of the contract's disclosure section before all of it is read as `Disclosure`."""

    method: str
    structure: KeptStructure


class KeptPublication(TypedDict):
    """What is kept of a table that went through the gate, in PUBLICATION_FILE; `table` is the key of the true one.
    `renamed` has by field the codes that are called otherwise today. `known` and `links` are the SHA-256 of what is
    known from all versions and of the index of links; `first` is of earlier versions of Praya."""

    dataset: str
    keys: list[str]
    disclosure: KeptRules
    rates: dict[str, tuple[float, float]]
    table: str
    period: NotRequired[str | None]
    carried: NotRequired[bool]
    renamed: NotRequired[dict[str, dict[str, str]]]
    known: NotRequired[str]
    links: NotRequired[str]
    first: NotRequired[list[str]]


@dataclass(frozen=True)
class Publication:
    """One version of a dataset: its true rows and its rows in print, by key in the order of the keys.

    `rates` has, of each rate and mean, how many times the ratio of its counts it is, and how far its last digit may be
    off. `carried`: figures that were out already are carried on, and so tell nothing more.
    """

    dataset: str
    keys: Sequence[str]
    disclosure: Disclosure
    period: str | None
    rates: Mapping[str, tuple[float, float]]
    true: Mapping[Key, Row]
    shown: Mapping[Key, Row]
    carried: bool

    @property
    def method(self) -> DisclosureMethod:
        return disclosure_methods()[self.disclosure.method]

    @property
    def structure(self) -> Structure:
        return self.disclosure.structure

    @property
    def true_rates(self) -> list[tuple[str, str, str]]:
        """The rates and means in print that are made from true counts: field, what is shared, and among whom."""
        rules = self.disclosure
        rates = [(rate.field, rate.numerator, rate.denominator) for rate in rules.rates]
        means = [(mean.field, mean.sum, mean.count) for mean in rules.means if mean.sum]
        return [*(rates if self.method.rates_are_true else []), *means]

    def never_zero(self, key: Key) -> set[str]:
        """The counts that are zero in no row of this row's year. A mart that lists who is counted only has such; each
        row says so."""
        return {*self.disclosure.counts} - self._zero_by_year[self.year_of(key)]

    @cached_property
    def _zero_by_year(self) -> dict[str, set[str]]:
        zero = defaultdict[str, set[str]](set)
        for key, row in self.true.items():
            zero[self.year_of(key)].update(name for name in self.disclosure.counts if row[name] == 0)
        return zero

    def of_years(self, years: Container[str]) -> Publication:
        """The rows of these years alone."""
        true = {key: row for key, row in self.true.items() if self.year_of(key) in years}
        return replace(
            self, true=true, shown={key: row for key, row in self.shown.items() if self.year_of(key) in years}
        )

    def year_of(self, key: Key) -> str:
        """The year of a row, as in `2023` of `2023-03`; empty where the table has no periods."""
        return (self.period_of(key) or "")[:4]

    def period_of(self, key: Key) -> str | None:
        """The period of a row; None where the table has none, and so is one by itself."""
        return str(key[self.keys.index(self.period)]) if self.period else None


def describe_publication(contract: Contract, table: str) -> KeptPublication:
    """What is kept beside a protected table for later checks; it names the true table, and holds no figure."""
    kept: KeptPublication = {
        "dataset": contract.dataset,
        "keys": contract.primary_key,
        "disclosure": cast(KeptRules, contract.disclosure.model_dump(mode="json", by_alias=True)),
        "rates": _rates(contract),
        "table": table,
        "period": _period(contract),
        "carried": True,
    }
    if renamed := renamed_by(contract):
        kept["renamed"] = renamed
    return kept


def publication_body(store: Store, tree: str) -> dict[str, str]:
    """What the ledger says of PUBLICATION_FILE in this tree, so that `Gate` sees whether it was changed."""
    return {SHA256: store.sha256(f"{tree}/{PUBLICATION_FILE}")}


def read_publication(
    con: duckdb.DuckDBPyConnection,
    record: KeptPublication,
    true: Any,
    shown: Any,
    years: Iterable[str] | None = None,
    renamed: Renamed | None = None,
) -> Publication:
    """Read one version from its Parquet files; of the periods in `years` only, where there are some. Keys with codes
    that are `renamed` since get those of today: a row under another code is the same row."""
    rules = Disclosure.model_validate(record["disclosure"])
    keys = record["keys"]
    periods = rules.structure.periods
    period = record.get("period", periods.field if periods else None)
    keyed = disclosure_methods()[rules.method].needs_cell_keys
    behind = sorted({*rules.cell_keys.values()}) if keyed else []
    only = "true"
    if years is not None and period:
        listed = ", ".join(map(literal, sorted(years)))
        only = f"left({identifier(period)}::varchar, 4) in ({listed})"
    return Publication(
        dataset=record["dataset"],
        keys=keys,
        disclosure=rules,
        period=period,
        rates={name: (how[0], how[1]) for name, how in record["rates"].items()},
        true=_rows(con, [*keys, *rules.counts, *rules.sums, *behind], true, keys, only, renamed or {}),
        shown=_rows(con, None, shown, keys, only, renamed or {}),
        carried=bool(record.get("carried")),
    )


def read_shown(
    con: duckdb.DuckDBPyConnection, shown: Any, keys: Sequence[str], renamed: Renamed | None = None
) -> dict[Key, Row]:
    """The rows of a protected table, as `read_publication` reads them."""
    return dict(_rows(con, None, shown, [*keys], "true", renamed or {}))


def _rows(
    con: duckdb.DuckDBPyConnection,
    columns: list[str] | None,
    path: Any,
    keys: list[str],
    only: str,
    renamed: Renamed,
) -> dict[Key, Row]:
    """The rows in the order of their keys: the solver's answer hangs on the order of the variables."""
    chosen = "*" if columns is None else ", ".join(map(identifier, columns))
    order = ", ".join(map(identifier, keys))
    rows = (
        con.sql(f"select {chosen} from {scan(path)} where {only} order by {order}")
        .to_arrow_table()
        .to_pylist()
    )
    for name in renamed.keys() & {*keys}:
        for row in rows:
            row[name] = renamed[name].get(row[name], row[name])
    return {tuple(row[name] for name in keys): row for row in rows}


def renamed_by(contract: Contract) -> dict[str, dict[str, str]]:
    """The codes of a dataset that had other names in earlier releases."""
    return {
        field.name: field.codes.renamed for field in contract.fields if field.codes and field.codes.renamed
    }


def _period(contract: Contract) -> str | None:
    """The key that says which period a row is of."""
    periods = contract.disclosure.structure.periods
    named = periods.field if periods else contract.coverage.field
    return named if named in contract.primary_key else None


def _rates(contract: Contract) -> dict[str, tuple[float, float]]:
    """Of each rate and mean, how many times its two counts' ratio it is, and how far its last digit may be off."""
    fields = {each.name: each for each in contract.fields}
    rates = {rate.field for rate in contract.disclosure.rates}
    return {
        name: (
            100.0 if name in rates and fields[name].unit == "%" else 1.0,
            0.5 * 10.0 ** -(9 if (digits := fields[name].decimals) is None else digits),
        )
        for name in contract.disclosure.guarded
        if name not in contract.disclosure.counts
    }
