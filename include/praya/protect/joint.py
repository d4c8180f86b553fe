"""The joint check: a table is looked at together with all that is out already, of it and of what it is linked with.

Each method hides small counts row by row. Sums, rates, other tables and earlier releases may give some of them back
all the same; what more must be withheld for that is found here. What went through the gate counts as published, whether
or not its release time has come.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from praya.contract import Contract
from praya.contract.disclosure import Disclosure
from praya.contract.structure import Structure
from praya.errors import DisclosureError
from praya.ledger import Ledger
from praya.protect.doubt import Doubt
from praya.protect.method import METHODS
from praya.protect.status import CONFIDENTIAL
from praya.protect.system import Key, Publication, system
from praya.store import Store
from praya.store.duck import identifier, scan

TOLD = "publication.json"  # beside a protected table: what the joint check has to know of it later

Out = tuple[dict[str, Any], str]
"""A table that went through the gate: what was kept of it (TOLD), and the store key where it lies."""


@dataclass
class More:
    """What is to be withheld beyond what the method withholds: for each field, the keys of its rows."""

    fields: dict[str, list[Key]] = field(default_factory=dict)
    beside: list[str] = field(default_factory=list)

    def decision(self) -> dict[str, Any]:
        """What ledger and manifest say of it: not how many, for where there are none all that is withheld is small."""
        return {"looked_at_with": self.beside}


def publication(contract: Contract, accepted: dict[str, Any]) -> dict[str, Any]:
    """What is kept beside a protected table for later checks; it names the true table, and holds no figure."""
    return {
        "dataset": contract.dataset,
        "keys": contract.primary_key,
        "disclosure": contract.disclosure.model_dump(mode="json", by_alias=True),
        "rates": _rates(contract),
        "table": accepted["table"],
    }


def withhold_more(
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    store: Store,
    true: Path,
    shown: Path,
    values: int,
    out: Iterable[Out],
) -> More:
    """What must be withheld of `shown`, made from `true`, so that every small count keeps `values` possible values
    for somebody who also has what is `out`.

    Raises DisclosureError where this table would give a count away whatever is withheld of it, or where its counts do
    not add up as the contract says.
    """
    rules = contract.disclosure
    if not rules.counts:
        return More()
    family = _family(contract, out)
    known = [Structure.model_validate(told["disclosure"]["structure"]) for told, _ in family]
    if all(each == Structure() for each in [rules.structure, *known]):
        return More()
    earlier = [_read(con, told, store.path(told["table"]), store.path(path)) for told, path in family]
    told = publication(contract, {"table": ""})
    new = _read(con, told, true, shown)
    doubt = Doubt(system([*earlier, new]), values)
    lost = doubt.keep()
    if lost.size:
        lost = np.setdiff1d(lost, _known_before(earlier, contract, values))
    if lost.size:
        raise DisclosureError(
            f"{contract.dataset}: {lost.size} small counts could be worked out from this table together with what is "
            f"out already ({', '.join(sorted({each.dataset for each in earlier})) or 'nothing else'}), whatever else "
            "is withheld. Nothing was released. Publish less detail, or look at disclosure.structure"
        )
    more = More(beside=sorted({each.dataset for each in earlier}))
    names = {at: cell for cell, at in new.variables.items()}
    for at in np.flatnonzero(doubt.withheld & ~doubt.system.withheld):
        column, key = names[int(at)]
        more.fields.setdefault(column, []).append(key)
    for number, (name, key, _, _) in enumerate(doubt.system.rates):
        if doubt.rate_withheld[number]:
            more.fields.setdefault(name, []).append(key)
    for mean in rules.means:
        if mean.count in more.fields:
            more.fields.setdefault(mean.field, []).extend(more.fields[mean.count])
    return more


def _known_before(earlier: Sequence[Publication], contract: Contract, values: int) -> list[int]:
    """The variables that could be told without the new table, by what is known today of how its dataset adds up."""
    if not earlier:
        return []
    cells = _cells(earlier)
    for each in earlier:
        if each.dataset == contract.dataset and each.disclosure.counts == contract.disclosure.counts:
            each.disclosure = each.disclosure.model_copy(update={"structure": contract.disclosure.structure})
    away = {*Doubt(system(earlier), values).given_away().tolist()}
    return [cells[cell] for cell, at in _cells(earlier).items() if at in away and cell in cells]


def _cells(publications: Sequence[Publication]) -> dict[tuple[int, str, Key], int]:
    return {
        (number, *cell): at for number, each in enumerate(publications) for cell, at in each.variables.items()
    }


def select_withheld(con: duckdb.DuckDBPyConnection, contract: Contract, shown: Path, more: More) -> str:
    """Select `shown` with what is in `more` withheld; a temporary table named `more` is made for it."""
    if not more.fields:
        return f"select * from {scan(shown)}"
    keys = contract.primary_key
    rows: dict[Key, dict[str, Any]] = {}
    for name, found in more.fields.items():
        for key in found:
            rows.setdefault(key, dict(zip(keys, key, strict=True)))[f"no {name}"] = True
    columns = [*keys, *(f"no {name}" for name in more.fields)]
    given = pa.table({name: [row.get(name) for row in rows.values()] for name in columns})
    con.register("given", given)
    con.execute("create or replace temp table more as select * from given")
    con.unregister("given")
    replaced = []
    follows = contract.disclosure.follows
    replaced += [
        f"case when more.{identifier(f'no {of}')} is null then shown.{identifier(name)} end as {identifier(name)}"
        for name, of in follows.items()
        if of in more.fields
    ]
    for name in more.fields:
        no, value, status = (identifier(each) for each in (f"no {name}", name, f"{name}_conf_status"))
        replaced.append(f"case when more.{no} is null then shown.{value} end as {value}")
        replaced.append(
            f"case when more.{no} and shown.{status} is not null then '{CONFIDENTIAL}' else shown.{status} end "
            f"as {status}"
        )
    same = " and ".join(
        f"shown.{identifier(name)} is not distinct from more.{identifier(name)}" for name in keys
    )
    return (
        f"select shown.* replace ({', '.join(replaced)}) from {scan(shown)} as shown left join more on {same}"
    )


def published(store: Store) -> Iterator[Out]:
    """Every table that went through the gate, oldest first: what was kept of it, and where it lies."""
    seen = set()
    for line in Ledger(store):
        tree = f"protected/{line.subject}/{line.body.get('key')}"
        if line.kind == "disclosure" and tree not in seen:
            seen.add(tree)
            told = store.get_json(f"{tree}/{TOLD}")
            if told is None and "joint" not in line.body:
                continue  # from before there was a joint check
            if not isinstance(told, dict) or told.get("dataset") != line.subject or "table" not in told:
                raise DisclosureError(
                    f"{store.path(f'{tree}/{TOLD}')}: is missing or was changed, and the ledger (line {line.number}) "
                    f"says that {line.subject} went through the gate: without it the joint check would forget that "
                    "release. Nothing was released. Put the file back from a backup; `praya verify` names what else "
                    "was changed"
                )
            yield told, f"{tree}/table.parquet"


def _family(contract: Contract, out: Iterable[Out]) -> list[Out]:
    """Of all that is out, what is linked with the dataset, directly or by way of others."""
    found = list(out)
    links = {
        told["dataset"]: {link["dataset"] for link in told["disclosure"]["structure"]["links"]}
        for told, _ in found
    }
    links[contract.dataset] = {link.dataset for link in contract.disclosure.structure.links}
    family, more = set[str](), {contract.dataset}
    while more:
        family |= more
        more = {other for name in family for other in links.get(name, ())}
        more |= {name for name, others in links.items() if others & family}
        more -= family
    return [(told, path) for told, path in found if told["dataset"] in family]


def _read(con: duckdb.DuckDBPyConnection, told: dict[str, Any], true: Path, shown: Path) -> Publication:
    rules = Disclosure.model_validate(told["disclosure"])
    keys, method, means = told["keys"], METHODS[rules.method], {mean.field for mean in rules.means}
    derived = [name for name in rules.guarded if name not in rules.counts]
    figures = [*keys, *rules.counts, *derived]
    in_print = _rows(con, figures, shown, keys)
    return Publication(
        dataset=told["dataset"],
        keys=keys,
        disclosure=rules,
        interval=method.interval,
        rates={name: tuple(how) for name, how in told["rates"].items() if method.TRUE_RATES or name in means},
        true=_rows(con, [*keys, *rules.counts, *rules.sums], true, keys),
        shown={tuple(row[name] for name in keys): row for row in in_print},
    )


def _rows(
    con: duckdb.DuckDBPyConnection, columns: list[str], path: Path, keys: list[str]
) -> list[dict[str, Any]]:
    """The rows in the order of their keys: the solver's answer hangs on the order of the variables."""
    chosen, order = (", ".join(map(identifier, names)) for names in (columns, keys))
    query = f"select {chosen} from {scan(path)} order by {order}"
    found: list[dict[str, Any]] = con.sql(query).to_arrow_table().to_pylist()
    return found


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
