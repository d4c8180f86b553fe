"""What happens to a month's records after they were first given out: amendments with names, drawn from the seed.

The first five kinds are what a department does, and the truth follows them. The last two are what goes wrong on
the way out: the truth stays, and whoever takes the records in has to notice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, NotRequired, TypedDict

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from praya.errors import PrayaError, codes
from praya_hk.sources.contact_centre.cases import case_numbers
from praya_hk.sources.contact_centre.centre_codes import SUBJECTS
from praya_hk.sources.contact_centre.draw import DAY, HOUR, Bools, Ints, moments, stream
from praya_hk.sources.contact_centre.generator import known_until, parse

Tables = dict[str, pa.Table]
UNKNOWN_DISTRICT, UNKNOWN_DEPARTMENT = "U", "XXD"


class Change(NamedTuple):
    """One amendment of a month: a name of KINDS, and how many cases it touches."""

    kind: str
    cases: int = 3


class WithdrawnRow(TypedDict):
    """A row that went: its key, why, and of a merged case the number that its records have now."""

    table: str
    key: dict[str, object]
    reason: str
    merged_into: NotRequired[str]


class Applied(NamedTuple):
    """A change that was made: when (seconds since 1970 UTC), to which cases, and what was withdrawn by it."""

    change: Change
    at: int
    case_nos: list[str]
    gone: list[WithdrawnRow]


class Step(NamedTuple):
    """What a kind works with: when it happens and the rows it may choose by."""

    rng: np.random.Generator
    at: int
    wanted: int
    year: int
    month: int


Outcome = tuple[Tables, list[str], list[WithdrawnRow]]


def apply(
    tables: Tables, changes: Sequence[Change], year_month: str, seed: int
) -> tuple[Tables, Tables, list[Applied]]:
    """The tables as they are given out and as they should be after `changes`, and what each did.

    The first change comes a day after the month was known (10:00 Hong Kong time), each next one a day later. Faults
    come on top of all corrections, so that they never decide which records are corrected.
    """
    year, month = parse(year_month)
    right, log = tables, dict[int, Applied]()
    delivered = tables
    for faulty in (False, True):
        for number, change in enumerate(changes):
            if change.kind not in KINDS:
                raise PrayaError(
                    codes.simulator.CHANGE_NOT_POSSIBLE,
                    f"{year_month}: there is no change {change.kind!r}; there are {', '.join(KINDS)}",
                )
            if (change.kind in FAULTY) != faulty:
                continue
            at = known_until(year_month) + 1 + (number + 1) * DAY + 10 * HOUR
            rng = stream(seed, year, month, f"change {number} {change.kind}")
            step = Step(rng, at, change.cases, year, month)
            delivered, case_nos, gone = KINDS[change.kind](delivered, step)
            log[number] = Applied(change, at, case_nos, gone)
        right = right if faulty else delivered
    return delivered, right, [log[number] for number in sorted(log)]


def _late(tables: Tables, step: Step) -> Outcome:
    """Cases that were received in the month and come to light only now, with their assignments."""
    cases, assignments = tables["cases"], tables["assignments"]
    written = pc.and_(pc.invert(pc.equal(cases["channel"], "phone")), _has(cases, assignments))
    models = _pick(step, written)
    last = int(cases["case_no"][-1].as_py()[-7:])
    case_no = case_numbers(step.year, step.month, last + np.arange(1, models.size + 1))
    new = _set(cases.take(pa.array(models)), {"case_no": case_no, "updated_at": _moment(step, models.size)})
    model_no = cases["case_no"].take(pa.array(models))
    belongs = pc.index_in(assignments["case_no"], value_set=model_no.combine_chunks())
    rows = assignments.filter(pc.is_valid(belongs))
    named = case_no.take(belongs.drop_null().combine_chunks())
    also = _set(rows, {"case_no": named, "updated_at": _moment(step, rows.num_rows)})
    changed = {"cases": _joined(cases, new), "assignments": _by_case(_joined(assignments, also))}
    return tables | changed, case_no.to_pylist(), []


def _amended(tables: Tables, step: Step) -> Outcome:
    """Cases whose subject was wrong and is now the next one on the list."""
    cases = tables["cases"]
    rows = _pick(step, np.ones(cases.num_rows, bool))
    codes = pa.array([item.code for item in SUBJECTS])
    after = (pc.index_in(cases["subject"].take(pa.array(rows)), value_set=codes).to_numpy() + 1) % len(
        SUBJECTS
    )
    groups = pa.array([item.group for item in SUBJECTS])
    values = {"subject": codes.take(pa.array(after)), "subject_group": groups.take(pa.array(after))}
    return tables | {"cases": _touched(cases, rows, step, values)}, _numbers(cases, rows), []


def _reopened(tables: Tables, step: Step) -> Outcome:
    """Closed cases that go back to the department that had them last."""
    cases, assignments = tables["cases"], tables["assignments"]
    rows = _pick(step, pc.and_(pc.equal(cases["status"], "closed"), _has(cases, assignments)))
    numbers = cases["case_no"].take(pa.array(rows)).combine_chunks()
    at = pc.index_in(assignments["case_no"], value_set=numbers).combine_chunks()
    last = np.zeros(rows.size, np.int64)
    mine = np.flatnonzero(at.is_valid().to_numpy(zero_copy_only=False))
    np.maximum.at(last, at.drop_null().to_numpy(), mine)  # rows are in order of seq
    old = assignments.take(pa.array(last))
    empty = {name: pa.nulls(rows.size, old.schema.field(name).type) for name in old.column_names}
    keep = {
        "case_no": numbers,
        "seq": pc.add(old["seq"], pa.scalar(1, pa.int32())),
        "department": old["department"],
    }
    new = {"assigned_at": _moment(step, rows.size), "updated_at": _moment(step, rows.size)}
    also = pa.table(empty | keep | new, schema=assignments.schema)
    changed = {
        "cases": _touched(cases, rows, step, {"status": pa.array(["reopened"] * rows.size)}),
        "assignments": _by_case(_joined(assignments, also)),
    }
    return tables | changed, numbers.to_pylist(), []


def _merged(tables: Tables, step: Step) -> Outcome:
    """Cases about one matter become one: the second of each pair is withdrawn, the first is a version further."""
    cases = tables["cases"]
    alone = pc.invert(pc.is_in(cases["case_no"], value_set=tables["surveys"]["case_no"].combine_chunks()))
    pairs = _pick(step, pc.and_(alone, _has(cases, tables["assignments"])), times=2)
    kept, withdrawn = pairs[::2], pairs[1::2]
    into = dict(zip(_numbers(cases, withdrawn), _numbers(cases, kept), strict=True))
    amended = tables | {"cases": _touched(cases, kept, step, {})}
    left, gone = _without(amended, into, "merged")
    return left, sorted([*into, *into.values()]), gone


def _deleted(tables: Tables, step: Step) -> Outcome:
    """Closed cases that are withdrawn, with their assignments and surveys."""
    cases = tables["cases"]
    numbers = _numbers(cases, _pick(step, pc.equal(cases["status"], "closed")))
    left, gone = _without(tables, dict.fromkeys(numbers), "deleted")
    return left, numbers, gone


def _duplicates(tables: Tables, step: Step) -> Outcome:
    """Cases that are given out twice, the second time as if they had just changed."""
    cases = tables["cases"]
    rows = _pick(step, np.ones(cases.num_rows, bool))
    again = _set(cases.take(pa.array(rows)), {"updated_at": _moment(step, rows.size)})
    order = np.argsort(np.concatenate([np.arange(cases.num_rows), rows]), kind="stable")
    return tables | {"cases": _joined(cases, again).take(pa.array(order))}, _numbers(cases, rows), []


def _unknown_codes(tables: Tables, step: Step) -> Outcome:
    """Cases with a district, and as many assignments with a department, that are in no code list."""
    cases, assignments = tables["cases"], tables["assignments"]
    rows = _pick(step, pc.is_valid(cases["district"]))
    others = _pick(step, np.ones(assignments.num_rows, bool))
    now = {"updated_at": _moment(step, step.wanted)}
    district = now | {"district": pa.array([UNKNOWN_DISTRICT] * rows.size)}
    department = now | {"department": pa.array([UNKNOWN_DEPARTMENT] * others.size)}
    changed = {"cases": _at(cases, rows, district), "assignments": _at(assignments, others, department)}
    return tables | changed, sorted({*_numbers(cases, rows), *_numbers(assignments, others)}), []


KINDS: dict[str, Callable[[Tables, Step], Outcome]] = {
    "late": _late,
    "amended": _amended,
    "reopened": _reopened,
    "merged": _merged,
    "deleted": _deleted,
    "duplicates": _duplicates,
    "unknown-codes": _unknown_codes,
}
FAULTY = ("duplicates", "unknown-codes")


def _pick(step: Step, among: pa.ChunkedArray | Bools, times: int = 1) -> Ints:
    """Rows for the change, ascending, out of those that it may touch."""
    rows = np.flatnonzero(among if isinstance(among, np.ndarray) else among.to_numpy())
    if rows.size < step.wanted * times:
        raise PrayaError(
            codes.simulator.CHANGE_NOT_POSSIBLE,
            f"{step.year}-{step.month:02d}: {step.wanted} changes asked for, {rows.size} records to choose from",
        )
    return np.sort(step.rng.choice(rows, step.wanted * times, replace=False))


def _has(cases: pa.Table, others: pa.Table) -> pa.ChunkedArray:
    return pc.is_in(cases["case_no"], value_set=others["case_no"].combine_chunks())


def _numbers(table: pa.Table, rows: Ints) -> list[str]:
    numbers: list[str] = table["case_no"].take(pa.array(rows)).to_pylist()
    return numbers


def _moment(step: Step, size: int) -> pa.Array:
    return moments(np.full(size, step.at))


def _set(table: pa.Table, values: dict[str, Any]) -> pa.Table:
    for name, column in values.items():
        table = table.set_column(table.column_names.index(name), table.schema.field(name), column)
    return table


def _at(table: pa.Table, rows: Ints, values: dict[str, Any]) -> pa.Table:
    """The table with new values (one for each of the ascending `rows`) in some columns."""
    mask = np.zeros(table.num_rows, bool)
    mask[rows] = True
    return _set(
        table,
        {
            name: pc.replace_with_mask(table[name].combine_chunks(), pa.array(mask), column)
            for name, column in values.items()
        },
    )


def _touched(cases: pa.Table, rows: Ints, step: Step, values: dict[str, Any]) -> pa.Table:
    """Cases with new values, a version further."""
    version = pc.add(cases["version_no"].take(pa.array(rows)), pa.scalar(1, pa.int32())).combine_chunks()
    return _at(cases, rows, values | {"version_no": version, "updated_at": _moment(step, rows.size)})


def _joined(table: pa.Table, more: pa.Table) -> pa.Table:
    return pa.concat_tables([table, more.cast(table.schema)]).combine_chunks()


def _by_case(assignments: pa.Table) -> pa.Table:
    return assignments.take(pc.sort_indices(assignments, [("case_no", "ascending"), ("seq", "ascending")]))


def _without(tables: Tables, into: dict[str, Any], reason: str) -> tuple[Tables, list[WithdrawnRow]]:
    """The tables without these cases and what hangs on them, and a note of each row that went."""
    numbers, left, gone = pa.array(list(into)), dict(tables), list[WithdrawnRow]()
    for name, keys in (
        ("cases", ["case_no"]),
        ("assignments", ["case_no", "seq"]),
        ("surveys", ["survey_id", "case_no"]),
    ):
        hit = pc.is_in(tables[name]["case_no"], value_set=numbers)
        left[name] = tables[name].filter(pc.invert(hit))
        for row in tables[name].select(keys).filter(hit).to_pylist():
            key = {"survey_id": row["survey_id"]} if name == "surveys" else row
            withdrawn: WithdrawnRow = {"table": name, "key": key, "reason": reason}
            if reason == "merged":
                withdrawn["merged_into"] = into[row["case_no"]]
            gone.append(withdrawn)
    return left, gone
