"""The synthetic 1823 from release to release: one record comes late, goes, is corrected or moves, at a small count."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from disclosure.centre_reading import KEYS, View, read_centre, truth_of
from disclosure.family import DATASETS, at_the_gate, by_method
from disclosure.reading import Read, Table
from disclosure.record_reading import own_size, read_of
from disclosure.versions import Narrow, Versions
from made import open_store
from made.centre import MONTHLY, load, rows, run_marts, sql
from praya.pipeline.measure import set_month
from praya_hk.sources.contact_centre import month as month_of

Tables = dict[str, list[dict[str, Any]]]


class Centre:
    """The records of 1823 and the tables that are made of them; a change runs the marts of its month again."""

    def __init__(self, months: Sequence[str], scale: float) -> None:
        self.scale = scale
        self.con = load([month_of(month, scale=scale) for month in months])
        run_marts(self.con)
        self.random = random.Random(1823)

    def __enter__(self) -> Centre:
        return self

    def __exit__(self, *_: object) -> None:
        self.con.close()

    def tables(self) -> Tables:
        return {name: rows(self.con, f'select * from "1823_{_table(name)}"') for name in DATASETS}

    def add_month(self, month: str) -> None:
        """The records of one more month."""
        with load([month_of(month, scale=self.scale)]) as other:
            for name in ("calls", "cases", "assignments", "surveys"):
                found = other.sql(f'from "1823_{name}"').to_arrow_table()
                self.con.register("given", found)
                self.con.execute(f'insert into "1823_{name}" from given')
                self.con.unregister("given")
        self._again(month, new=True)

    def change(self, what: Callable[[Centre, tuple[Any, ...]], None]) -> str:
        """Do `what` to a case that counts in a small cell, or in one just above; gives its month."""
        case = self._case()
        what(self, case)
        self._again(case[1], new=False)
        return str(case[1])

    def late(self, case: tuple[Any, ...]) -> None:
        """Another case like this one."""
        number = f"late-{self.random.randrange(10**9)}"
        self.con.execute(
            'insert into "1823_cases" select * replace (? as case_no, (record_key + 7) % 256 as record_key) '
            'from "1823_cases" where case_no = ?',
            [number, case[0]],
        )
        self.con.execute(
            'insert into "1823_assignments" select * replace (? as case_no) from "1823_assignments" where case_no = ?',
            [number, case[0]],
        )

    def delete(self, case: tuple[Any, ...]) -> None:
        for name in ("cases", "assignments", "surveys"):
            self.con.execute(f'delete from "1823_{name}" where case_no = ?', [case[0]])

    def correct(self, case: tuple[Any, ...]) -> None:
        """It is of another type."""
        self.con.execute(
            "update \"1823_cases\" set case_type = case case_type when 'compliment' then 'suggestion' "
            "else 'compliment' end where case_no = ?",
            [case[0]],
        )

    def move(self, case: tuple[Any, ...]) -> None:
        """It concerns another district, and another department has it."""
        self.con.execute(
            "update \"1823_cases\" set district = case district when 'WC' then 'EST' else 'WC' end where case_no = ?",
            [case[0]],
        )
        self.con.execute(
            "update \"1823_assignments\" set department = case department when 'LR' then 'CR' else 'LR' end "
            "where case_no = ? and seq = 1",
            [case[0]],
        )

    def _case(self) -> tuple[Any, ...]:
        """A case and its month, of a department and type that had at most 14 in that month."""
        found = self.con.execute(
            "with each as (select case_no, strftime(timezone('Asia/Hong_Kong', received_at), '%Y-%m') as month, "
            'case_type, department from "1823_cases" join "1823_assignments" using (case_no)) '
            "select case_no, month from each qualify count(*) over (partition by month, case_type, department) <= 14 "
            "order by case_no"
        ).fetchall()
        return tuple(self.random.choice(found))

    def _again(self, month: str, *, new: bool) -> None:
        set_month(self.con, month)
        for name in MONTHLY:
            if not new:
                self.con.execute(f"delete from \"{name}\" where month = '{month}'")
            self.con.execute(f'insert into "{name}" {sql(name)}')
        for name in ("1823_periods", *(f"1823_{_table(dataset)}" for dataset in DATASETS)):
            self.con.execute(f'create or replace table "{name}" as {sql(name)}')


def history(centre: Centre, last: str, times: int) -> Iterator[tuple[str, Tables]]:
    """The tables as they were first; after each of `times` rounds of changes; with one more month; after one more."""
    yield "original", centre.tables()
    kinds = (Centre.late, Centre.delete, Centre.correct, Centre.move)
    for number in range(times * len(kinds)):
        kind = kinds[number % len(kinds)]
        month = centre.change(kind)
        yield f"{kind.__name__} in {month}", centre.tables()
    centre.add_month(last)
    yield f"new month {last}", centre.tables()
    yield f"late in {centre.change(Centre.late)}", centre.tables()


class Attack:
    """The gate and the reader, release after release, by one method (or the default where there are no cell keys)."""

    def __init__(self, method: str, folder: Path, by_rule: bool = False) -> None:
        self.store, self.steps, self.by_rule = open_store(folder), list[str](), by_rule
        self.contracts = {name: by_method(name, method) for name in DATASETS}
        for name, one in self.contracts.items():
            if method == "cell-key perturbation" and not one.disclosure.cell_keys:
                self.contracts[name] = by_method(name)
        self.versions = Versions(period_of=lambda cell: cell[2])
        self.tables: dict[str, Table] = {}

    def read_of(self, name: str) -> Read:
        return read_of(self.contracts[name].disclosure.method, self.by_rule)

    def publish(self, what: str, true: Tables) -> Tables:
        """All six at the gate, and read; gives what is in print."""
        self.steps.append(what)
        released = {
            name: at_the_gate(self.store, one, true[name], f"2024-01-08T01:00:{len(self.steps):02}Z")
            for name, one in self.contracts.items()
        }
        self._read(len(self.steps), true, released)
        return released

    def _read(self, release: int, true: Tables, released: Tables) -> None:
        versions, truth, views = self.versions, dict[tuple[Any, ...], int](), dict[str, View]()
        for name, one in self.contracts.items():
            true_rates = one.disclosure.method != "cell-key perturbation"
            truth |= truth_of(_table(name), true[name], true_rates)
        versions.release(release, truth)
        for name, one in self.contracts.items():
            table = _table(name)
            views[table] = View(
                self.read_of(name),
                one.disclosure.method != "cell-key perturbation",
                versions.why(
                    table,
                    release,
                    own_size(one, true[name], self.by_rule),
                    one.disclosure.counts if self.by_rule else None,
                ),
                versions.carried(table),
            )
        by_table = {_table(name): found for name, found in released.items()}
        self.tables = read_centre(versions.puzzle, by_table, views, release)
        for name, one in self.contracts.items():
            for row in released[name]:
                key = (_table(name), *(row[part] for part in KEYS[_table(name)]))
                for field in one.disclosure.guarded:
                    self._printed(release, truth, name, (key[0], field, *key[1:]), row, field)

    def _printed(
        self,
        release: int,
        truth: dict[tuple[Any, ...], int],
        name: str,
        cell: tuple[Any, ...],
        row: Any,
        field: str,
    ) -> None:
        self.versions.figure(cell, row[field])
        if field in self.contracts[name].disclosure.counts and cell in truth:
            status = row[f"{field}_conf_status"]
            self.versions.printed(release, cell, truth[cell], row[field], status, self.read_of(name))

    def narrow(self, values: int) -> list[tuple[str, Narrow]]:
        """What is given away, but for what a figure of the count itself and the reader's own record say."""
        found = self.versions.narrow(values, min(self.read_of(name).least for name in self.contracts))
        return [
            (self.steps[each.release - 1], each)
            for each in found
            if each.cell[1] != "points" and not self.versions.told_by_the_difference(each, values)
        ]


def _table(dataset: str) -> str:
    return dataset.replace("-", "_")
