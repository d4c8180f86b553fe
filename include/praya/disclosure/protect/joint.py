"""The joint check: a table is looked at together with all that is out already, of it and of what it is linked with.

Each method hides small counts row by row. Sums, rates, other tables and earlier releases may give some of them back
all the same; what more must be withheld for that is found here. What went through the gate counts as published, whether
or not its release time has come.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
from praya.disclosure.protect.late import show_late
from praya.disclosure.protect.past import Cell, past_of
from praya.disclosure.protect.publication import (
    Key,
    Out,
    Publication,
    Renamed,
    describe_publication,
    family,
    read_publication,
    renamed_by,
)
from praya.disclosure.protect.system import build_system, gather_facts
from praya.errors import DisclosureError, codes
from praya.store import Store
from praya.store.documents import LookedAt
from praya.store.duck import scan


@dataclass
class Looked:
    """The rows as they may go out, and which datasets they were looked at with."""

    rows: pa.Table
    linked_datasets: list[str] = field(default_factory=list)

    def decision(self) -> LookedAt:
        """What ledger and manifest say of it: not how many, for where there are none all that is withheld is small."""
        return {"looked_at_with": self.linked_datasets}


def look_jointly(
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    store: Store,
    true: Path,
    shown: Path,
    values: int,
    out: Iterable[Out],
) -> Looked:
    """The rows of `shown`, which the method made from `true`, as they may go out: figures that are out are carried on,
    and so much more is withheld that every small count keeps `values` possible values for somebody who also has what
    is `out`.

    Raises DisclosureError where this table would give a count away whatever is withheld of it, or where its counts do
    not add up as the contract says.
    """
    print_ = con.sql(f"select * from {scan(shown)}").to_arrow_table()
    linked = family(contract, out)
    publication = describe_publication(contract, "")
    new = read_publication(con, publication, true, shown)
    own = [each for each in linked if each[0]["dataset"] == contract.dataset]
    renamed = _renamed(contract, linked)
    past = past_of([_read(con, store, each, renamed) for each in needed(own)], new)
    rows = carry_rows(past, new)
    linked_datasets = sorted({each["dataset"] for each, _ in linked})
    structures = [Structure.model_validate(each["disclosure"]["structure"]) for each, _ in linked]
    if any(each != Structure() for each in [new.structure, *structures]):
        years = _find_years(past.anchors.keys() | past.rates.keys() | past.held, new)
        if years is None or years:
            earlier = [_read(con, store, each, renamed, years) for each in needed(linked)]
            _withhold_more(contract, _carried(new, rows, years), earlier, rows, values)
        for column, key in sorted(show_late(past, new, rows, values)):
            withhold(rows[key], column)
    rows = settle_rows(past, new, rows)
    return Looked(pa.Table.from_pylist(list(rows.values()), print_.schema), linked_datasets)


def needed(out: Sequence[Out]) -> list[Out]:
    """Of what is out, what tells something: of each dataset the last version, and those that first showed a figure.

    A version that only carries figures on names those that it carries on, and tells nothing itself.
    """
    last = {record["dataset"]: number for number, (record, _) in enumerate(out)}
    kept = {*last.values()}
    for number in last.values():
        record = out[number][0]
        trees = record.get("first")
        kept |= {
            each
            for each, (other, path) in enumerate(out)
            if other["dataset"] == record["dataset"] and (trees is None or path in trees)
        }
    return [out[number] for number in sorted(kept)]


def list_carried_versions(contract: Contract, out: Iterable[Out]) -> list[str]:
    """The versions of a dataset that its next one carries figures on from, for what is kept beside that one."""
    own = [each for each in out if each[0]["dataset"] == contract.dataset]
    return [path for record, path in needed(own)]


def _withhold_more(
    contract: Contract, new: Publication, earlier: Sequence[Publication], rows: Rows, values: int
) -> None:
    """Withhold in `rows` what has to be for the sake of others."""
    ambiguity: Ambiguity | None = None
    joint: Ambiguity | None = None
    readers = sorted({each for publication in [*earlier, new] for each in publication.method.readers})
    family_ = gather_facts([*earlier, new])
    if len(readers) > 1:
        # Numbers that fit all that the readers know together fit what each of them knows: most are looked for once.
        ambiguity = joint = Ambiguity(build_system(family_, readers), values)
        joint.prepare()
    for by_rule in readers:
        ambiguity = Ambiguity(build_system(family_, [by_rule]), values, ambiguity, joint)
        lost = ambiguity.keep()
        if lost.size and earlier:
            ambiguity.need[lost] = _known_before(ambiguity, lost, earlier, new, values, by_rule)
            lost = ambiguity.keep()
        if lost.size:
            raise DisclosureError(
                codes.disclosure.SMALL_COUNTS_RECOVERABLE,
                f"{contract.dataset}: {lost.size} small counts could be worked out from this table together with what "
                f"is out already ({', '.join(sorted({each.dataset for each in earlier})) or 'nothing else'}), whatever "
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


def _read(
    con: duckdb.DuckDBPyConnection,
    store: Store,
    out: Out,
    renamed: Mapping[str, Renamed],
    years: Iterable[str] | None = None,
) -> Publication:
    record, path = out
    codes = renamed.get(record["dataset"])
    return read_publication(con, record, store.local(record["table"]), store.local(path), years, codes)


def _renamed(contract: Contract, linked: Iterable[Out]) -> dict[str, Renamed]:
    """Of each dataset the codes that have other names today, as its last version says, or its contract."""
    of: dict[str, Renamed] = {
        record["dataset"]: record["renamed"] for record, _ in linked if "renamed" in record
    }
    return of | {contract.dataset: renamed_by(contract)}
