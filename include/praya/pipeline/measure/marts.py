"""The SQL files of the marts: which there are, what each reads, and the order in which they need each other."""

from __future__ import annotations

import graphlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from praya.contract import Contract
from praya.errors import FileProblem, MeasureError, codes
from praya.lineage import OF_A_MONTH, SqlFile, SqlRefused, Traced, check_select, follow, sql_files
from praya.store import OF_THE_CATALOGUE, released_name, table_name
from praya.text.names import is_name


class Mart(NamedTuple):
    """One SQL file: a single select over datasets (by table name), other marts (by file name), releases (by
    `released_` and table name): what is published of a dataset, after disclosure control; and of the
    catalogue `catalogue_releases`, the months in which something of a dataset was released, and `catalogue_downloads`,
    how often its data was downloaded.

    A monthly one, from the folder `monthly/`, is run for each month of its `provider` by itself. `inputs` are the
    tables that DuckDB binds it to; where it cannot be bound, those that it names. An `ordered` one runs in one thread:
    its answer may depend on the order in which rows arrive, and that is then always the same.
    """

    name: str
    path: Path
    sql: str
    inputs: list[str]
    provider: str | None = None
    ordered: bool = True

    @property
    def monthly(self) -> bool:
        return self.provider is not None


def load_marts(folder: Path, contracts: Sequence[Contract]) -> list[Mart]:
    """The marts below `folder` in dependency order; raises MeasureError with every problem of every file."""
    marts, problems = read_marts(folder, contracts)
    if problems:
        raise MeasureError(codes.measure.MARTS_FAILED, "\n".join(dict.fromkeys(problems.values())))
    return marts


def read_marts(folder: Path, contracts: Sequence[Contract]) -> tuple[list[Mart], dict[str, FileProblem]]:
    """The marts below `folder` in dependency order, and by name what is wrong with the others: unknown tables (also of
    contracts that are refused), none, circles, a monthly mart that reads what has no months or those of several
    providers; and that a mart reads one of these. A file that is wrong holds up no mart that does not need it.

    Raises MeasureError where the contracts themselves give one name to two tables.
    """
    known = {table_name(contract.dataset): contract for contract in contracts if not contract.source.mart}
    releases = {
        released_name(contract.dataset): contract
        for contract in contracts
        if "parquet" in contract.release.formats and contract.release.whole
    }
    files, problems = _files(folder, known)
    readable = {*known, *files, *releases, *OF_THE_CATALOGUE, *problems}
    try:
        traced = follow(folder, contracts)
    except SqlRefused as error:
        raise MeasureError(error.code, str(error)) from error
    marts = {}
    for name, file in files.items():
        try:
            marts[name] = _mart(file, traced.get(name), readable)
        except MeasureError as error:
            problems[name] = FileProblem(error.code, str(error))
    # What a release is made from comes first too: a mart must not be made from what it is published as.
    made_from = {name: name for name in [*files, *problems]}
    made_from |= {name: contract.source.mart for name, contract in releases.items() if contract.source.mart}
    reads = {
        name: [made_from[source] for source in mart.inputs if source in made_from]
        for name, mart in marts.items()
    }
    usable: list[Mart] = []
    for name in _in_order(folder, reads, problems):
        mart = marts[name]
        try:
            if wrong := next((source for source in mart.inputs if source in problems), None):
                raise MeasureError(
                    problems[wrong].code,
                    f"{mart.path}: reads {wrong}, which is wrong itself: {problems[wrong]}",
                )
            if files[name].monthly:
                marts[name] = mart = mart._replace(provider=_provider(mart, known, marts))
            usable.append(mart)
        except MeasureError as error:
            problems[name] = FileProblem(error.code, str(error))
    return _catalogue_last(usable, made_from), problems


def _catalogue_last(marts: Sequence[Mart], made_from: Mapping[str, str]) -> list[Mart]:
    """The marts in the same order, but those that read the catalogue last, with all that need them: what the others
    become is known when they are asked for."""
    last = set[str]()
    for mart in marts:
        if any(name in OF_THE_CATALOGUE or made_from.get(name) in last for name in mart.inputs):
            last.add(mart.name)
    return sorted(marts, key=lambda mart: mart.name in last)


def inputs_behind(name: str, folder: Path, contracts: Sequence[Contract]) -> set[str]:
    """The mart's name and those of everything that it reads, by itself or by way of other marts; raises MeasureError
    where it is wrong or not there, for then nobody knows what it is made of."""
    marts, problems = read_marts(folder, contracts)
    reads = {mart.name: mart.inputs for mart in marts}
    if name not in reads:
        wrong = problems.get(name) or FileProblem(codes.measure.MART_UNKNOWN, f"{folder}: has no mart {name}")
        raise MeasureError(wrong.code, wrong)
    inputs, waiting = set[str](), [name]
    while waiting:
        if (source := waiting.pop()) not in inputs:
            inputs.add(source)
            waiting += reads.get(source, [])
    return inputs


def _mart(file: SqlFile, traced: Traced | SqlRefused | None, readable: set[str]) -> Mart:
    """The mart of an SQL file; raises MeasureError where the file is wrong by itself."""
    named = _named(file, readable)
    inputs = traced.inputs if isinstance(traced, Traced) else named
    if not inputs:
        raise MeasureError(
            codes.measure.MART_READS_NOTHING,
            f"{file.path}: reads no dataset and no mart; its time and its lineage would be unknown",
        )
    ordered = traced.ordered if isinstance(traced, Traced) else True
    return Mart(file.name, file.path, file.sql, sorted(inputs), ordered=ordered)


def _in_order(
    folder: Path, reads: Mapping[str, Sequence[str]], problems: dict[str, FileProblem]
) -> list[str]:
    """The marts, each after those that it needs; those that need each other in a circle go to `problems`."""
    left = dict(reads)
    while True:
        graph = {name: [source for source in needed if source in left] for name, needed in left.items()}
        try:
            return list(graphlib.TopologicalSorter(graph).static_order())
        except graphlib.CycleError as error:
            circle = error.args[1]
            sentence = f"{folder}: these marts need each other in a circle: {' → '.join(circle)}"
            for name in circle:
                problems[name] = FileProblem(codes.measure.MARTS_IN_CIRCLE, sentence)
                left.pop(name, None)


def _files(
    folder: Path, datasets: Mapping[str, Contract]
) -> tuple[dict[str, SqlFile], dict[str, FileProblem]]:
    """The SQL files by name, and what is wrong with the names of others: they differ in more than capitals, for SQL
    takes these for the same."""
    files = list(sql_files(folder))
    taken = {
        *datasets,
        *OF_THE_CATALOGUE,
        *(released_name(contract.dataset) for contract in datasets.values()),
    }
    problems = dict[str, FileProblem]()
    for file in files:
        said = None
        if not is_name(file.name):
            said = "is no name for a mart; use lower-case letters, digits and `_`"
        elif file.name != file.name.lower() or file.name in taken:
            said = "a dataset has this name already, or it has capitals; give this mart another"
        elif [each.name for each in files].count(file.name) > 1:
            said = "there is another mart of this name; give this one another"
        if said:
            problems[file.name] = FileProblem(codes.measure.MART_NAME_NOT_VALID, f"{file.path}: {said}")
    return {file.name: file for file in files if file.name not in problems}, problems


def _named(file: SqlFile, readable: set[str]) -> set[str]:
    """The tables that the SQL names; raises MeasureError where it is no single select, or calls what it may not."""
    try:
        named = check_select(file.sql, None, OF_A_MONTH if file.monthly else ())
    except SqlRefused as error:
        raise MeasureError(error.code, f"{file.path}: {error}") from error
    by_name = {name.lower(): name for name in readable}
    if unknown := sorted(name for name in named if name.lower() not in by_name):
        raise MeasureError(
            codes.measure.MART_READS_UNKNOWN,
            f"{file.path}: reads {', '.join(unknown)}, which is no dataset and no mart; see the spelling, and whether "
            "its contract is refused",
        )
    return {by_name[name.lower()] for name in named}


def _provider(mart: Mart, known: Mapping[str, Contract], marts: Mapping[str, Mart]) -> str:
    """The provider whose months a monthly mart is made from; its inputs are done before it."""
    providers = {
        known[name].provider
        if name in known and known[name].partition
        else marts[name].provider
        if name in marts
        else None
        for name in mart.inputs
    }
    (provider, *others) = sorted(providers, key=str)
    if provider is None or others:
        raise MeasureError(
            codes.measure.MONTHS_MIXED,
            f"{mart.path}: a monthly mart reads tables and marts that have months, all of one provider; "
            "move it out of the folder `monthly`, or read others",
        )
    return provider
