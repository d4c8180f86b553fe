"""The joint check: a table is looked at together with all that is out already, of it and of what it is linked with.

Each method hides small counts row by row. Sums, rates, other tables and earlier releases may give some of them back
all the same; what more must be withheld for that is found here. What went through the gate counts as published, whether
or not its release time has come.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from praya.contract import Contract
from praya.contract.structure import Structure
from praya.disclosure.protect.ambiguity import Ambiguity
from praya.disclosure.protect.carry import Rows, carry_rows, settle_rows, withhold
from praya.disclosure.protect.facts import Facts
from praya.disclosure.protect.family import Family
from praya.disclosure.protect.gate import Gate
from praya.disclosure.protect.known import Known, write_known
from praya.disclosure.protect.late import show_late
from praya.disclosure.protect.past import Cell
from praya.disclosure.protect.publication import (
    Key,
    Publication,
    describe_publication,
    read_publication,
    read_shown,
)
from praya.disclosure.protect.system import build_system, gather_facts
from praya.errors import DisclosureError, codes
from praya.store import Store
from praya.store.documents import LookedAt
from praya.store.duck import scan

LAST = 2**62  # the place of what is about to go out, behind all that is


@dataclass
class Looked:
    """The rows as they may go out, which datasets they were looked at with, and what was known before."""

    rows: pa.Table
    new: Publication
    known: Known
    linked_datasets: list[str] = field(default_factory=list)

    def decision(self) -> LookedAt:
        """What ledger and manifest say of it: not how many, for where there are none all that is withheld is small."""
        return {"looked_at_with": self.linked_datasets}

    def keep(
        self, con: duckdb.DuckDBPyConnection, store: Store, folder: Path, tree: str, table: Path
    ) -> str | None:
        """Write into `folder`, which becomes `tree`, what is known once these rows are out as `table`; returns its
        hash. It is used once, for what was known before is added to."""
        shown = read_shown(con, table, self.new.keys)
        return write_known(store, folder, tree, self.known, replace(self.new, shown=shown))


def look_jointly(
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    store: Store,
    true: Path,
    shown: Path,
    values: int,
    gate: Gate,
) -> Looked:
    """The rows of `shown`, which the method made from `true`, as they may go out: figures that are out are carried on,
    and so much more is withheld that every small count keeps `values` possible values for somebody who also has what
    went through the `gate`.

    Raises DisclosureError where this table would give a count away whatever is withheld of it, or where its counts do
    not add up as the contract says.
    """
    print_ = con.sql(f"select * from {scan(shown)}").to_arrow_table()
    new = read_publication(con, describe_publication(contract, ""), true, shown)
    family = Family(con, store, gate, contract, new)
    known = family.own()
    past = known.past
    rows = carry_rows(past, new)
    if new.structure != Structure() or family.structured:
        years = _find_years(past.anchors.keys() | past.rates.keys() | past.held, new)
        if years is None or years:
            _withhold_more(contract, _carried(new, rows, years), family, years, rows, values)
        for column, key in sorted(show_late(past, new, rows, values)):
            withhold(rows[key], column)
    rows = settle_rows(past, new, rows)
    return Looked(pa.Table.from_pylist(list(rows.values()), print_.schema), new, known, family.datasets)


def _withhold_more(
    contract: Contract, new: Publication, family: Family, years: set[str] | None, rows: Rows, values: int
) -> None:
    """Withhold in `rows` what has to be for the sake of others."""
    ambiguity: Ambiguity | None = None
    joint: Ambiguity | None = None
    readers = sorted({*family.readers, *new.method.readers})
    facts = _with_new(family.facts(years), new)
    if len(readers) > 1:
        # Numbers that fit all that the readers know together fit what each of them knows: most are looked for once.
        ambiguity = joint = Ambiguity(build_system(facts, readers), values)
        joint.prepare()
    for by_rule in readers:
        ambiguity = Ambiguity(build_system(facts, [by_rule]), values, ambiguity, joint)
        lost = ambiguity.keep()
        if lost.size and family.datasets:
            ambiguity.need[lost] = _known_before(
                ambiguity, lost, family.publications(years), new, values, by_rule
            )
            lost = ambiguity.keep()
        if lost.size:
            raise DisclosureError(
                codes.disclosure.SMALL_COUNTS_RECOVERABLE,
                f"{contract.dataset}: {lost.size} small counts could be worked out from this table together with what "
                f"is out already ({', '.join(family.datasets) or 'nothing else'}), whatever "
                "else is withheld. Nothing was released. Publish less detail, or look at disclosure.structure",
            )
    assert ambiguity is not None  # noqa: S101
    more = ambiguity.withheld & ~ambiguity.system.withheld
    for (dataset, column, key), at in ambiguity.system.cells.items():
        if more[at] and dataset == new.dataset:
            withhold(rows[key], column)
    for number, (name, key, _, _) in enumerate(ambiguity.system.rates):
        if ambiguity.rate_withheld[number]:
            withhold(rows[key], name)


def _with_new(family: list[Facts], new: Publication) -> list[Facts]:
    """The facts of a family with those of the table that is about to go out."""
    own = next((facts for facts in family if facts.dataset == new.dataset), None)
    if own is None:
        own = Facts(new.dataset)
        family = [*family, own]
    own.add(new, LAST, newest=True)
    return family


def _known_before(
    ambiguity: Ambiguity,
    lost: Any,
    earlier: Sequence[Publication],
    new: Publication,
    values: int,
    by_rule: bool,
) -> Any:
    """How many values each of the `lost` may have at most, by what was out without the new table and by what is known
    today of how its dataset adds up."""
    versions = []
    for each in earlier:
        if each.dataset == new.dataset and each.disclosure.counts == new.disclosure.counts:
            rules = each.disclosure.model_copy(update={"structure": new.structure})
            each = replace(each, disclosure=rules)
        versions.append(each)
    before = build_system(gather_facts(versions), [by_rule])
    names = {at: cell for cell, at in ambiguity.system.cells.items()}
    there = {int(at): before.cells[names[int(at)]] for at in lost if names[int(at)] in before.cells}
    known = Ambiguity(before, values).values(np.array(list(there.values()), dtype=np.int64), values)
    counts = dict(zip(there, known.tolist(), strict=True))
    return np.array([min(values, counts.get(int(at), values)) for at in lost])


def _find_years(known: set[Cell], new: Publication) -> set[str] | None:
    """The years of which the new publication tells something for the first time; None where rows are of no period."""
    periods = {
        new.period_of(key)
        for key, row in new.true.items()
        for name in new.disclosure.counts
        if row[name] is not None and (name, key) not in known
    }
    periods |= {
        new.period_of(key)
        for name, *_ in new.true_rates
        for key, row in new.shown.items()
        if row.get(name) is not None and (name, key) not in known
    }
    return None if None in periods else {str(period)[:4] for period in periods}


def _carried(new: Publication, rows: Rows, years: set[str] | None) -> Publication:
    """The new publication as it would go out, of these years."""

    def of(key: Key) -> bool:
        return years is None or str(new.period_of(key))[:4] in years

    return replace(
        new,
        true={key: row for key, row in new.true.items() if of(key)},
        shown={key: row for key, row in rows.items() if of(key)},
    )
