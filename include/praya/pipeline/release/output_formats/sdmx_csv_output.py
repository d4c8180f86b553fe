"""SDMX-CSV 2.0: the rows as observations of the structure in `sdmx-structure.json`, UTF-8, CRLF.

Periods take SDMX's form and codes its spelling; every other value is as in the CSV, texts marked alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from praya.contract import Contract, Field, Text
from praya.contract.base import Problem
from praya.contract.labels import without_labels
from praya.contract.sdmx import PERIOD_KIND, Component, code_id, components, sdmx_problems, structure_id
from praya.errors import FormatError, codes
from praya.pipeline.release.csv_cells import cell
from praya.pipeline.release.output_format import OutputFormat
from praya.pipeline.release.part import Part
from praya.pipeline.release.text_lines import copy_lines, joined, text_of
from praya.store.duck import connect, identifier, literal
from praya.text.outside import quote_all

# What SDMX takes for a period as it stands: a year, half-year, quarter, month, week, day, or a start with a duration.
STANDARD = (
    r"\d{4}(-(0[1-9]|1[0-2])(-\d{2})?|-[AST]\d|-Q[1-4]|-M(0[1-9]|1[0-2])|-W[0-5]\d)?"
    r"|\d{4}-\d{2}-\d{2}/P\d+[YMD]"
)
# Years that begin within another, by the `period_kind` that says so: the day on which they begin.
BEGINS = {"financial year": "04-01", "academic year": "09-01"}
SPLIT_YEAR = r"\d{4}-\d{2}"


def write(part: Part, target: Path, work: Path) -> None:
    """Raises FormatError also for a period that SDMX cannot say."""
    contract, fields = part.contract, without_labels(part.fields)  # the structure has the labels
    if problems := [*sdmx_problems(contract.primary_key, fields)]:
        message = f"{contract.dataset}: {'; '.join(each.sentence for each in problems)}"
        raise FormatError(codes.format.SDMX_NOT_POSSIBLE, message)
    columns = components(contract.primary_key, fields)
    first = f"datastructure,{structure_id(contract)},I,"
    header = ",".join(["STRUCTURE", "STRUCTURE_ID", "ACTION", *(column.id for column in columns)]) + "\r"
    cells = joined([f"coalesce({_cell(column, fields)}, '')" for column in columns], ",")
    with connect(work) as con:
        _check_periods(con, part, columns)
        copy_lines(con, header, f"{literal(first)} || {cells} || chr(13)", part.source, target)


def check_structure(contract: Contract) -> Iterator[Problem]:
    """The fields make up a data structure."""
    places = {field.name: number for number, field in enumerate(contract.fields)}
    for misfit in sdmx_problems(contract.primary_key, contract.released_fields):
        if misfit.field:
            yield Problem(("schema", "fields", places[misfit.field], *misfit.keys), misfit.sentence)
        else:
            yield Problem(SDMX_CSV.keys_in(contract), misfit.sentence)


def _cell(column: Component, fields: list[Field]) -> str:
    if column.role == "time":
        return _period(column.field, fields)
    codes = [str(code) for code in column.field.constraints.enum or []]
    if codes and codes != [code_id(code) for code in codes]:
        cases = " ".join(f"when {literal(code)} then {literal(code_id(code))}" for code in codes)
        return f"case {text_of(column.field)} {cases} end"
    return cell(column.field)


def _period(field: Field, fields: list[Field]) -> str:
    """SQL of the period as SDMX has it, null where it has none: the year `2023-24` of kind `financial year` is
    `2023-04-01/P1Y`. Without a kind, `2006-07` is a month."""
    text = text_of(field)
    standard = f"case when regexp_full_match({text}, {literal(STANDARD)}) then {text} end"
    if field.type != "string" or PERIOD_KIND not in {each.name for each in fields}:
        return standard
    follows = f"right({text}, 2) = lpad(((left({text}, 4)::int + 1) % 100)::varchar, 2, '0')"
    years = " ".join(
        f"when {identifier(PERIOD_KIND)} = {literal(kind)} and regexp_full_match({text}, {literal(SPLIT_YEAR)}) "
        f"then case when {follows} then left({text}, 4) || '-{day}/P1Y' end"
        for kind, day in BEGINS.items()
    )
    return f"case {years} else {standard} end"


def _check_periods(con: Any, part: Part, columns: list[Component]) -> None:
    (time,) = (column.field for column in columns if column.role == "time")
    wrong = con.execute(
        f"select distinct {text_of(time)} from {part.source} where {_period(time, part.fields)} is null "
        "order by 1 limit 3"
    ).fetchall()
    if wrong:
        raise FormatError(
            codes.format.SDMX_NOT_POSSIBLE,
            f"{part.contract.dataset}: {quote_all(text for (text,) in wrong)} in {time.name}: is no period that "
            f"SDMX-CSV can say; write it as 2023, 2022-06 or 2024-03-31, or as 2023-24 with a {PERIOD_KIND} of "
            f"{' or '.join(BEGINS)}",
        )


SDMX_CSV = OutputFormat(
    name="sdmx-csv",
    suffix="sdmx.csv",
    media_type="application/vnd.sdmx.data+csv; version=2.0.0",
    label="SDMX-CSV",
    title=Text(en="SDMX-CSV", zh_hant="SDMX-CSV"),
    description=Text(
        en="observations in SDMX-CSV 2.0, of the structure in `sdmx-structure.json`",
        zh_hant="SDMX-CSV 2.0的觀測值，數據結構載於`sdmx-structure.json`",
    ),
    write=write,
    check=check_structure,
    condition=Text(
        en="one period in the primary key and one figure outside it",
        zh_hant="主鍵內有一個時期，主鍵外有一個數字",
    ),
    is_text=True,
    is_marked=False,  # its structure says that it is a test
)
