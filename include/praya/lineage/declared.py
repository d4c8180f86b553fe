"""Whether a dataset declares what the mart behind it asks for: what is made from persons goes out as counts of many."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from praya.contract import Contract, Field
from praya.lineage.kinds import NUMBERS, SINGLED, ZERO, Flow
from praya.lineage.relation import RECORDS
from praya.lineage.tables import MOST_CODES, period, small
from praya.lineage.trace_marts import Traced

COUNTS_ONLY = "aggregated counts"
# What a key of a table of counts may be.
DIMENSIONS = frozenset({"constant", "choice", "public", "period", "code"})
# What tells a count: a text chosen by one gives it away, and so does a row that is there because of one.
TELLS = (NUMBERS - {"ratio"}) | {ZERO}


class Problem(NamedTuple):
    """What is wrong in a contract: under which key, and what to do."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


def problems_of(contract: Contract, traced: Traced) -> list[Problem]:
    """Where a contract over a mart declares less than the mart's lineage asks for; empty where it does not."""
    problems = [*_synthetic(contract, traced)]
    if not traced.guarded or not contract.released:
        return problems
    if contract.disclosure.class_ != COUNTS_ONLY:
        return [*problems, Problem("disclosure.class", _too_lax(contract, traced))]
    return [*problems, *_rows(traced), *_key(contract), *_fields(contract, traced)]


def guarded_inputs(traced: Traced) -> dict[str, str]:
    """The datasets behind a mart whose records or counts are not released, and their classes."""
    return {
        item.contract.dataset: item.contract.disclosure.class_
        for item in traced.sources.values()
        if item.guarded and item.contract
    }


def _synthetic(contract: Contract, traced: Traced) -> Iterator[Problem]:
    made = sorted(
        item.contract.dataset for item in traced.sources.values() if item.contract and item.contract.synthetic
    )
    if made and not contract.synthetic:
        yield Problem(
            "synthetic",
            f"the mart {traced.name} is made from generated data ({', '.join(made)}); set it to true",
        )


def _too_lax(contract: Contract, traced: Traced) -> str:
    behind = ", ".join(f"{name} ({of})" for name, of in sorted(guarded_inputs(traced).items()))
    return (
        f"is {contract.disclosure.class_!r}, but the mart {traced.name} is made from {behind}: only "
        f"{COUNTS_ONLY!r} may be made from these. Declare that class with its counts, or read "
        "releases (released_…) instead"
    )


def _rows(traced: Traced) -> Iterator[Problem]:
    where = f"source.mart: {traced.name}"
    if traced.table.rows == RECORDS:
        yield Problem(
            where,
            "has a row for each record, or for each key or moment of one; group by codes and periods and count",
        )
    if figures := sorted(traced.table.tests & TELLS):
        yield Problem(
            where, f"leaves rows out by a figure ({', '.join(figures)}), which tells it; keep all rows"
        )
    if "limit" in traced.table.tests:
        yield Problem(where, "takes the first rows only, which tells how figures compare; keep all rows")
    if SINGLED in traced.table.tests:
        yield Problem(
            where, "picks records by an identifier; keep what concerns single records out of the SQL"
        )


def _key(contract: Contract) -> Iterator[Problem]:
    rules = contract.disclosure
    other = {*rules.guarded, *rules.follows, *rules.kept_back}
    if wrong := sorted({*contract.primary_key} & other):
        yield Problem("schema.primaryKey", f"is made of dimensions only; {', '.join(wrong)} is none")


def _fields(contract: Contract, traced: Traced) -> Iterator[Problem]:
    rules = contract.disclosure
    derived = {item.field for item in rules.rates} | {item.field for item in rules.means}
    for field in contract.fields:
        flow = traced.shown.get(field.source_name)
        where = f"schema.fields.{field.name}"
        if flow is None:
            yield Problem(where, f"the mart {traced.name} has no column {field.source_name}")
            continue
        if SINGLED in flow.tests:
            yield Problem(
                where, f"in the mart {traced.name} picks records by an identifier; count without that"
            )
        if field.name in rules.counts:
            yield from _count(where, flow)
        elif field.name in derived:
            yield from _derived(where, flow)
        elif field.name in rules.kept_back:
            yield from _kept_back(where, flow)
        elif field.name in rules.follows:
            yield from _follows(where, field, flow)
        else:
            yield from _dimension(where, field, flow)


def _count(where: str, flow: Flow) -> Iterator[Problem]:
    if flow.kind != "count":
        yield Problem(
            where,
            f"is declared as a count and is made as {_words(flow)}; a count is count(…), or a sum of counts, with "
            "nothing added, multiplied or repeated by a join",
        )
    if figures := sorted(flow.tests & (TELLS - {ZERO})):
        yield Problem(
            where, f"is shown or not by another figure ({', '.join(figures)}), which tells that one"
        )


def _derived(where: str, flow: Flow) -> Iterator[Problem]:
    if flow.kind != "ratio":
        yield Problem(
            where,
            f"is declared as a rate or a mean and is made as {_words(flow)}; a rate is a count over a count, a mean "
            "a total over a count, times a constant at most",
        )


def _kept_back(where: str, flow: Flow) -> Iterator[Problem]:
    if flow.kind not in ("total", "count"):
        yield Problem(where, f"is to be a sum and is made as {_words(flow)}; sum it up")


def _follows(where: str, field: Field, flow: Flow) -> Iterator[Problem]:
    if flow.kind not in ("choice", "constant") or flow.tests & (NUMBERS - {"ratio"}):
        yield Problem(
            where,
            f"follows a rate or a mean and is made as {_words(flow)}; choose between texts by that alone",
        )
    if not small(field):
        yield Problem(where, "has no code list; state its values in `constraints.enum`")


def _dimension(where: str, field: Field, flow: Flow) -> Iterator[Problem]:
    if flow.kind not in DIMENSIONS:
        yield Problem(
            where,
            f"is no count, rate or mean, and is made as {_words(flow)}; a dimension is a code, a choice between "
            "texts, or a month or a longer period. Leave it out, or declare it in `disclosure`",
        )
        return
    if figures := sorted(flow.tests & (TELLS | {"ratio"})):
        yield Problem(
            where, f"is chosen by a figure ({', '.join(figures)}), which tells that one; leave it out"
        )
    if small(field):
        return
    if not period(field):
        yield Problem(
            where,
            f"has no small set of values; state them in `constraints.enum` (at most {MOST_CODES}), or as a period by "
            r"type yearmonth or year, or a pattern such as \d{4}(-\d{2})?",
        )
    elif flow.kind not in ("period", "constant"):
        yield Problem(
            where,
            f"is declared as a period and is made as {_words(flow)}; take the month that the SQL is told, or "
            "date_trunc, strftime, year or month of a moment",
        )


def _words(flow: Flow) -> str:
    of = f" of {', '.join(sorted(flow.sources)[:3])}" if flow.sources else ""
    return {
        "constant": "a constant",
        "choice": "a choice between texts",
        "public": f"a published value{of}",
        "period": f"a period{of}",
        "code": f"a code{of}",
        "time": f"a moment or a day{of}",
        "amount": f"an amount{of}",
        "identifier": f"a key, a personal field or a free text{of}",
        "tally": "a number of groups",
        "count": "a count",
        "total": f"a total{of}",
        "ratio": "a rate or a mean",
        "changed": f"a figure that something was done to{of}",
    }[flow.kind]
